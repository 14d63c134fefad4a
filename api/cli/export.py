"""``export``: the merged feed as one file."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import tell
from api.cli.session import opened
from api.feed.whole import export as write


def export(
    path: Annotated[Path, typer.Argument(help="catalogue.ttl, catalogue.nt.gz, catalogue.rdf.zst…")],
    form: Annotated[str, typer.Option("--format", help="ttl, rdf, jsonld or nt, where the path does not say it")] = "",
) -> None:
    """Write the merged feed to a file, compressed where its name ends in .gz or .zst."""
    with opened() as services:
        datasets = write(services, path, form)
    tell("cli_exported", datasets=datasets, path=path)
