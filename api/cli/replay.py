"""``replay``: a run once more, from its archived pages."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from api.cli.console import out, print_json, tell
from api.cli.index import indexed
from api.cli.session import opened
from harvester.replay import Replay
from harvester.replay import apply as write
from harvester.replay import replay as read_again
from harvester.report import as_json

SHOWN = 20


def replay(
    run: Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="the number of a run")],
    apply: Annotated[bool, typer.Option("--apply", help="write what differs, as a new run")] = False,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Read the archived pages of a run again, offline: 1 where a record is not what the run had stored."""
    with opened() as services:
        archive = services.archive
        known = archive.run(run)
        portal = services.registry.get(known.portal)
        personal = services.settings.personal_data
        found = read_again(archive, known, portal, personal=personal)
        written = write(archive, known, portal, lambda: datetime.now(UTC), personal=personal) if apply else None
        if json:
            shown = msgspec.to_builtins(found)
            print_json({**shown, "applied": as_json(written)} if written else shown)
        else:
            _show(found)
        if written:
            indexed(services)
    raise typer.Exit(int(not found.faithful and not apply))


def _show(found: Replay) -> None:
    counts = {"same": found.same, "different": found.different, "missing": found.missing, "added": found.added}
    tell("cli_replay_faithful" if found.faithful else "cli_replay_unlike", run=found.run, **counts)
    for one in found.unlike[:SHOWN]:
        out.print(f"{one.state:<10} {one.record}", markup=False)
    if len(found.unlike) > SHOWN:
        tell("cli_replay_more", count=len(found.unlike) - SHOWN)
