"""``runs`` and ``report``: what harvests were, and what one of them found."""

import sys
from typing import Annotated

import typer

from api.cli.console import language, out, print_json, print_table, tell
from api.cli.session import opened
from harvester.archive import Run
from harvester.report import as_json, as_text, findings_csv

ALL_FINDINGS = 1_000_000


def runs(
    portal: Annotated[str, typer.Argument(help="a portal's id; every portal without it")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List harvests, the newest first."""
    with opened() as services:
        if portal:
            services.registry.get(portal)
        found = services.archive.runs(portal or None, limit)
        if json:
            print_json([as_json(services.archive.report(run.id)) for run in found])
        elif found:
            columns = ("run", "portal", "status", "started", "received", "added", "updated", "unchanged", "rejected")
            print_table(columns, map(_row, found))
        else:
            tell("cli_no_runs")


def _row(run: Run) -> tuple[object, ...]:
    counts = run.counts
    started = run.started.isoformat(timespec="seconds")
    return (
        run.id,
        run.portal,
        run.status,
        started,
        counts.received,
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.rejected,
    )


def report(
    run: Annotated[int, typer.Argument(help="the number of a run")],
    json: Annotated[bool, typer.Option("--json")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="the findings, with what they mean and what to do")] = False,
) -> None:
    """Show the report of a run."""
    with opened() as services:
        found = services.archive.report(run)
        if json:
            print_json(as_json(found))
        elif csv:
            sys.stdout.writelines(findings_csv(services.archive.findings(run, limit=ALL_FINDINGS).results))
        else:
            out.print(as_text(found, language()), markup=False)
