"""``dedupe``: which records are one dataset."""

from typing import Annotated

import typer

from api.cli.console import language, out, print_json
from api.cli.index import index_changes, rebuild_everything
from api.cli.session import opened
from api.messages import say


def dedupe(
    rebuild_all: Annotated[bool, typer.Option("--rebuild", help="join all the records anew")] = False,
    json: Annotated[bool, typer.Option("--json", help="one JSON document on standard output")] = False,
) -> None:
    """Join what changed since the last time, or everything anew; what people decided holds either way."""
    with opened() as services:
        if rebuild_all:
            rebuild_everything(services)
        else:
            index_changes(services)
        found = services.catalogue.check()
        told = {
            "records": found.records,
            "datasets": found.clusters,
            "ignored_keys": found.ignored_keys,
            "decisions": services.catalogue.arbiter.decisions(1)[1],
            "waiting": services.catalogue.arbiter.undecided(),
        }
    if json:
        print_json(told)
    else:
        out.print(say(language(), "dedupe_done", **told), markup=False)
