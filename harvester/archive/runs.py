"""Runs: beginning one, keeping its lease, closing it, finding it again."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Update, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from harvester.archive.rows import Checkpoint, LastRuns, Run, Start
from harvester.archive.tables import archive, runs
from harvester.errors import ArchiveMixed, RunInProgress, RunLost, UnknownRun
from harvester.runs.clock import on_the_clock
from harvester.runs.outcome import SUCCESSFUL, Mode, Status
from harvester.runs.owner import Owner
from harvester.runs.report import Counts

# Some heartbeats (one a minute, whatever a page takes to come): a killed run holds its portal for no longer.
LEASE = timedelta(minutes=5)
# A dead run is gone on with for so long after its last sign of life; then the source is another one.
RESUME_WITHIN = timedelta(hours=12)
# A page on which so many processes died kills the next one too.
MOST_DEATHS = 2


def mark(connection: Connection, portal: str, *, sample: bool) -> None:
    """Make the archive one of sample or of real portals; raises ``ArchiveMixed`` where it already is of the other
    kind."""
    connection.execute(update(archive).where(archive.c.sample.is_(None)).values(sample=sample))
    marked = connection.execute(select(archive.c.sample)).scalar_one()
    if marked is not sample:
        raise ArchiveMixed("archive-sample" if marked else "archive-real", portal=portal)


def under_way(connection: Connection, portal: str | None = None) -> list[Run]:
    """Runs still marked running."""
    query = select(runs).where(runs.c.status == Status.RUNNING).order_by(runs.c.id)
    return _runs(connection.execute(query if portal is None else query.where(runs.c.portal == portal)))


def is_dead(run: Run, now: datetime) -> bool:
    """Whether nobody works on a running run: its lease has ended, or its process is known to be gone."""
    return run.lease_until <= now or (run.owner is not None and run.owner.gone)


def may_go_on(run: Run, now: datetime) -> bool:
    """Whether a dead run is fresh enough to be gone on with, and did not die where the one before it had died."""
    return now - run.heartbeat <= RESUME_WITHIN and run.deaths + 1 < MOST_DEATHS


def goes_on_with(run: Run, start: Start) -> bool:
    """Whether a dead run does what is asked for; a full one does more than an incremental one."""
    return run.plan == start.plan and run.mode in (start.mode, Mode.FULL)


def begin(connection: Connection, portal: str, start: Start, now: datetime) -> int:
    """A new running run; raises ``RunInProgress`` where the portal has one."""
    harvests = select(func.max(runs.c.id)).where(runs.c.portal == portal, runs.c.mode != Mode.REPLAY)
    previous = harvests.scalar_subquery()
    asked = {"portal": portal, "mode": start.mode, "plan": start.plan, "since": start.since}
    begun = {"status": Status.RUNNING, "started": now, "previous": previous}
    query = insert(runs).values(**asked, **begun, **_lease(start.owner, now)).returning(runs.c.id)
    try:
        with connection.begin_nested():
            run_id: int = connection.execute(query).scalar_one()
    except IntegrityError as error:
        raise in_progress(connection, portal) from error
    return run_id


def take_over(connection: Connection, run: Run, owner: Owner | None, now: datetime) -> None:
    """A new lease of a dead run. Raises ``RunInProgress`` where another process was faster."""
    again = {"lease": run.lease + 1, "deaths": run.deaths + 1}
    if connection.execute(_held(run).values(**again, **_lease(owner, now))).rowcount != 1:
        raise in_progress(connection, run.portal)


def in_progress(connection: Connection, portal: str) -> RunInProgress:
    """The error that names the run under way."""
    query = select(runs.c.id, runs.c.lease_until).where(runs.c.portal == portal, runs.c.status == Status.RUNNING)
    run_id, until = connection.execute(query).one()
    return RunInProgress("run-in-progress", portal=portal, run=run_id, until=on_the_clock(until))


def touch(connection: Connection, run: Run, now: datetime, **more: Any) -> None:
    """Prolong the lease; raises ``RunLost`` where another process closed the run, or went on with it."""
    values = {"heartbeat": now, "lease_until": now + LEASE, **more}
    if connection.execute(_held(run).values(**values)).rowcount != 1:
        raise RunLost("run-lost", run=run.id)


def _held(run: Run) -> Update:
    return update(runs).where(runs.c.id == run.id, runs.c.status == Status.RUNNING, runs.c.lease == run.lease)


def _lease(owner: Owner | None, now: datetime) -> dict[str, Any]:
    written = None if owner is None else msgspec.json.encode(owner).decode()
    return {"owner": written, "heartbeat": now, "lease_until": now + LEASE}


def written_checkpoint(checkpoint: Checkpoint) -> str:
    """JSON in ASCII: an address may hold what no database takes as text."""
    return json.dumps(msgspec.to_builtins(checkpoint))


def get(connection: Connection, run_id: int) -> Run:
    """Raises ``UnknownRun``."""
    row = connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
    if row is None:
        raise UnknownRun("unknown-run", run=run_id)
    return _run(row)


def listed(connection: Connection, portal: str | None, limit: int, offset: int) -> list[Run]:
    """The newest first."""
    query = select(runs).order_by(runs.c.id.desc()).limit(limit).offset(offset)
    return _runs(connection.execute(query if portal is None else query.where(runs.c.portal == portal)))


def count(connection: Connection, portal: str | None) -> int:
    """How many runs ``listed`` goes through."""
    query = select(func.count()).select_from(runs)
    return connection.execute(query if portal is None else query.where(runs.c.portal == portal)).scalar_one()


def last(connection: Connection) -> dict[str, LastRuns]:
    """By portal, in one query."""
    attempted = select(func.max(runs.c.id)).where(runs.c.mode != Mode.REPLAY).group_by(runs.c.portal)
    read_whole = attempted.where(runs.c.status.in_(SUCCESSFUL))
    query = select(runs).where(or_(runs.c.id.in_(attempted), runs.c.id.in_(read_whole))).order_by(runs.c.id)
    found: dict[str, LastRuns] = {}
    for run in _runs(connection.execute(query)):
        before = found.get(run.portal)
        successful = run if run.status in SUCCESSFUL else before.successful if before else None
        found[run.portal] = LastRuns(attempted=run, successful=successful)
    return found


def last_successful(connection: Connection, portal: str, plan: str, modes: Sequence[Mode]) -> Run | None:
    """The last run of these modes that was planned this way and lost nothing."""
    query = select(runs).where(runs.c.portal == portal, runs.c.plan == plan, runs.c.mode.in_(modes))
    newest = query.where(runs.c.status.in_(SUCCESSFUL)).order_by(runs.c.id.desc()).limit(1)
    return next(iter(_runs(connection.execute(newest))), None)


def _runs(rows: Iterable[Row[Any]]) -> list[Run]:
    return [_run(row) for row in rows]


def _run(row: Row[Any]) -> Run:
    cells = row._mapping  # noqa: SLF001 - SQLAlchemy's documented name for a row by column name
    return Run(
        id=cells["id"],
        portal=cells["portal"],
        mode=Mode(cells["mode"]),
        status=Status(cells["status"]),
        complete=cells["complete"],
        started=cells["started"],
        finished=cells["finished"],
        heartbeat=cells["heartbeat"],
        lease_until=cells["lease_until"],
        counts=Counts(**{name: cells[name] for name in Counts.__struct_fields__}),
        previous=cells["previous"],
        pages=cells["pages"],
        failed_pages=cells["failed_pages"],
        owner=msgspec.json.decode(cells["owner"], type=Owner) if cells["owner"] else None,
        lease=cells["lease"],
        deaths=cells["deaths"],
        plan=cells["plan"],
        since=cells["since"],
        checkpoint=_checkpoint(cells["checkpoint"]),
        approved=cells["approved"],
        approved_by=cells["approved_by"] or "",
        licence=cells["licence"],
    )


def _checkpoint(text: str | None) -> Checkpoint | None:
    return msgspec.convert(json.loads(text), Checkpoint) if text else None
