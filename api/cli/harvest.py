"""``harvest``: one run per portal, then what changed is deduplicated and indexed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from api.cli.console import language, out, print_json, tell
from api.cli.index import indexed
from api.cli.progress import HarvestProgress
from api.cli.session import opened
from api.errors import BadRequest
from api.keeper.harvesting import jobs_for
from api.keeper.notifying import notify
from api.messages import say
from api.services import Services
from dcat.findings import Severity, rule_of
from dcat.portal import Portal
from harvester.crawling.fleet import Fleet
from harvester.registry import SPOKEN
from harvester.runs.job import Event
from harvester.runs.report import FindingCount, explaining_first

FAILED = ("failed", "partial", "blocked")
HELD = 3
WAITING = "deletions-held"
REASONS = 2  # findings told beside a run that did not end well, the worst first


def harvest(
    portals: Annotated[list[str] | None, typer.Argument(help="portals' ids")] = None,
    every: Annotated[bool, typer.Option("--all", help="every portal that can be harvested")] = False,
    full: Annotated[bool, typer.Option("--full", help="walk the whole source, not only what changed")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and compare, write nothing")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="records to take at most, per portal")] = None,
    json: Annotated[bool, typer.Option("--json", help="the reports as one JSON list")] = False,
) -> None:
    """Harvest portals: 1 where a run failed, was partial or blocked, else 3 where one is held."""
    with opened() as services:
        chosen = _chosen(services, portals or [], every)
        services.archive.close_abandoned(datetime.now(UTC))
        jobs = jobs_for(services, chosen, full=full, limit=limit, dry_run=dry_run)
        shown = out.is_terminal and not json
        with HarvestProgress(chosen, shown=shown, ended=_silent if json else show) as progress, Fleet() as fleet:
            ended = fleet.harvest(jobs, progress)
        if json:
            print_json([event.report or _problem(event) for event in ended])
        followed = dry_run or indexed(services)
        if services.sample and _exit_code(ended) == 1:
            tell("cli_sample_away")
        if limit is None:  # a part that was asked for is no fall in numbers
            notify(services, ended)
    raise typer.Exit(_exit_code(ended) or int(not followed))


def _chosen(services: Services, names: list[str], every: bool) -> list[Portal]:
    if bool(names) == every:
        raise BadRequest(say("fr", "cli_nothing_to_harvest"), say("en", "cli_nothing_to_harvest"))
    if every:
        silent = [portal.id for portal in services.registry if portal.protocol not in SPOKEN]
        if silent:
            tell("cli_skipped_portals", count=len(silent), portals=", ".join(silent))
        return list(services.registry.harvestable())
    found = [services.registry.get(name) for name in dict.fromkeys(names)]
    for portal in found:
        if portal.protocol not in SPOKEN:
            words = {"portal": portal.id, "protocol": portal.protocol}
            raise BadRequest(say("fr", "cli_not_harvestable", **words), say("en", "cli_not_harvestable", **words))
    return found


def show(event: Event, console: Console) -> None:
    """A portal that has ended, at once: one line, and why where it did not end well. Printed in one piece: several
    portals may end together."""
    if event.report is None:
        console.print(f"{event.portal}: {event.en if language() == 'en' else event.fr}", style="red", markup=False)
        return
    counts = event.report["counts"]
    status = say(language(), f"status_{event.report['status']}")
    line = say(language(), "cli_harvest_line", portal=event.portal, status=status, **counts)
    console.print("\n  ".join((line, *_explained(event.report))), markup=False)


def _explained(report: dict[str, Any]) -> Iterator[str]:
    """Why a run did not end well, or waits: what was lost, else what tells why not all came; and what to run next."""
    if report["status"] not in (*FAILED, "held"):
        return
    waits = report["status"] == "held"
    findings = explaining_first(msgspec.convert(report["findings"], list[FindingCount]))
    lost = [found for found in findings if found.severity is Severity.ERROR]
    reasons = [found.rule for found in lost[:REASONS] or findings[:1]]
    for rule in [WAITING] if waits else reasons:
        yield rule_of(rule).label(language())
    commands = ("report", "approve") if waits else ("report",)
    if report["run"] is not None:
        yield "  ".join(f"aiguillage {command} {report['run']}" for command in commands)


def _silent(_event: Event, _console: Console) -> None:
    """Standard output is for the one document."""


def _problem(event: Event) -> dict[str, object]:
    return {"portal": event.portal, "status": "failed", "error": {"code": event.code, "fr": event.fr, "en": event.en}}


def _exit_code(ended: list[Event]) -> int:
    statuses = {event.report["status"] if event.report else "failed" for event in ended}
    if statuses & set(FAILED):
        return 1
    return HELD if "held" in statuses else 0
