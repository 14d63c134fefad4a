"""``index``: brings the index in line with the archive."""

from typing import Annotated

import typer

from api.cli.console import err, language, tell
from api.cli.session import opened
from api.keeper.indexing import follow, rebuild
from api.keeper.lock import held, keeper_lock
from api.services import Services
from search.engines.backend import IndexUnavailable


def index(
    rebuild_all: Annotated[bool, typer.Option("--rebuild", help="build a new version from everything")] = False,
) -> None:
    """Index what changed since the last time, or everything anew while the old index answers."""
    with opened() as services:
        if rebuild_all:
            rebuild_everything(services)
        elif not index_changes(services):
            return
        tell("cli_index_current", datasets=services.catalogue.count())


def rebuild_everything(services: Services) -> None:
    """Clusters and index anew; ends the command where a keeper holds them."""
    with held(keeper_lock(services.settings.data_dir, services.archive.engine)) as mine:
        if mine:
            rebuild(services)
    if not mine:
        tell("cli_keeper_busy")
        raise typer.Exit(1)


def index_changes(services: Services) -> bool:
    """Index what changed, unless a keeper runs: then it does, and this says so."""
    with held(keeper_lock(services.settings.data_dir, services.archive.engine)) as mine:
        if mine:
            follow(services)
        else:
            tell("cli_keeper_indexes")
    return mine


def indexed(services: Services) -> bool:
    """Whether the index follows, now or by a keeper; where it is away, what changed is archived all the same."""
    try:
        index_changes(services)
    except IndexUnavailable as error:
        err.print(error.text_en if language() == "en" else error.text_fr, style="red", markup=False)
        tell("cli_index_later")
        return False
    return True
