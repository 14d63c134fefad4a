"""``replay``: the pages of a run read again, offline."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from api.cli.console import language, out, print_json
from api.cli.index import indexed
from api.cli.session import opened
from api.messages import say
from api.services import Services
from dcat.portal import Portal
from harvester.archive import Run
from harvester.errors import ReplayRefused, UnknownPortal
from harvester.replay import Comparison, refuse_old
from harvester.replay import apply as apply_again
from harvester.replay import replay as read_again
from harvester.runs.report import Report, as_json

KEYS_SHOWN = 20


def replay(
    run: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="the number of a run")],
    apply: Annotated[bool, typer.Option("--apply", help="store what differs, as a run of its own")] = False,
    json: Annotated[bool, typer.Option("--json", help="the comparison as one JSON document")] = False,
) -> None:
    """Read the archived pages of a run again, without any network: 1 where a record differs from what was stored."""
    with opened() as services:
        before = services.archive.run(run)
        portal = _portal(services, before)
        if apply:
            refuse_old(services.archive, before)
        personal = services.settings.personal_data
        scratch = str(services.settings.scratch)
        compared = read_again(services.archive, before, portal, personal, scratch)
        changes = apply and not compared.identical
        again = (services.archive, before, portal, _now, personal, scratch)
        report = apply_again(*again) if changes else None
        if json:
            print_json(_document(compared, report))
        else:
            _show(compared, report)
        done = indexed(services) if report else compared.identical
    raise typer.Exit(0 if done else 1)


def _now() -> datetime:
    return datetime.now(UTC)


def _portal(services: Services, run: Run) -> Portal:
    try:
        return services.registry.get(run.portal)
    except UnknownPortal as error:
        raise ReplayRefused("replay-unknown-portal", run=run.id, portal=run.portal) from error


def _document(compared: Comparison, report: Report | None) -> dict[str, Any]:
    """``applied`` is the report of the run that stored what differed."""
    return {**msgspec.to_builtins(compared), "applied": as_json(report) if report else None}


def _show(compared: Comparison, report: Report | None) -> None:
    numbers = {name: getattr(compared, name) for name in ("run", "portal", "pages", "unreadable")}
    kinds = {name: getattr(compared, name) for name in ("same", "different", "missing", "extra")}
    out.print(say(language(), "cli_replay_line", **numbers, **kinds), markup=False)
    for kind, keys in compared.keys.items():
        for key in keys[:KEYS_SHOWN]:
            out.print(f"  {say(language(), f'cli_replay_{kind}', key=key)}", markup=False)
    if report is not None:
        counts = {"added": report.counts.added, "updated": report.counts.updated}
        out.print(say(language(), "cli_replay_applied", run=report.run, **counts), markup=False)
