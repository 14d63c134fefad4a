"""``runs`` and ``report``: what harvests were, and what one of them found."""

import sys
from typing import Annotated

import typer

from api.answers.findings import findings_csv
from api.cli.console import language, out, print_json, print_table, tell
from api.cli.session import opened
from api.messages import say
from api.pages.words import short
from harvester.review import every_finding, full_report
from harvester.runs.report import Report, as_json, as_text

COUNTS = ("received", "added", "updated", "unchanged", "rejected", "deleted")
COLUMNS = ("run", "portal", "status", "mode", "started", *COUNTS)


def runs(
    portal: Annotated[str, typer.Argument(help="a portal's id; every portal without it")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """List harvests, the newest first."""
    with opened() as services:
        if portal:
            services.registry.get(portal)
        found = services.archive.reports(portal or None, limit)
        if json:
            print_json([as_json(report) for report in found])
        elif found:
            print_table(COLUMNS, map(_row, found))
        else:
            tell("cli_no_runs")


def _row(report: Report) -> tuple[object, ...]:
    mode, started = say(language(), f"mode_{report.mode}"), short(language(), report.started)
    return report.run, report.portal, report.status, mode, started, *(getattr(report.counts, name) for name in COUNTS)


def report(
    run: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="the number of a run")],
    json: Annotated[bool, typer.Option("--json")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="the findings, with what they mean and what to do")] = False,
) -> None:
    """Show the report of a run."""
    with opened() as services:
        if csv:
            batches = every_finding(services.archive, run)
            sys.stdout.writelines(findings_csv(services, batches, services.public_url))
        elif json:
            print_json(as_json(full_report(services.archive, run)))
        else:
            out.print(as_text(full_report(services.archive, run), language()), markup=False)
