"""``approve``: let through the deletions that a run held."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from api.cli.console import language, out, print_json
from api.cli.index import indexed
from api.cli.session import opened
from harvester.runs.report import as_json, as_text


def approve(
    run: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="the number of a held run")],
    json: Annotated[bool, typer.Option("--json", help="its report, as it is then")] = False,
) -> None:
    """Delete the records that a held run had not found; those that have come back since stay."""
    with opened() as services:
        report = services.archive.approve(run, getpass.getuser(), datetime.now(UTC))
        if json:
            print_json(as_json(report))
        else:
            out.print(as_text(report, language()), markup=False)
        if not indexed(services):
            raise typer.Exit(1)
