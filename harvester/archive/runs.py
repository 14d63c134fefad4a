"""Runs: beginning one, keeping its lease, closing it, finding it again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from harvester.archive.rows import LastRuns, Run
from harvester.archive.tables import archive, runs
from harvester.errors import ArchiveMixed, RunInProgress, RunLost, UnknownRun
from harvester.outcome import SUCCESSFUL, Mode, Status
from harvester.report import Counts

# Some heartbeats (one a minute, whatever a page takes to come): a killed run holds its portal for no longer.
LEASE = timedelta(minutes=5)


def mark(connection: Connection, portal: str, *, sample: bool) -> None:
    """Make the archive one of sample or of real portals; raises ``ArchiveMixed`` where it already is of the other
    kind."""
    connection.execute(update(archive).where(archive.c.sample.is_(None)).values(sample=sample))
    marked = connection.execute(select(archive.c.sample)).scalar_one()
    if marked is not sample:
        raise ArchiveMixed("archive-sample" if marked else "archive-real", portal=portal)


def abandoned(connection: Connection, now: datetime, portal: str | None = None) -> list[int]:
    """Runs still marked running whose lease has ended."""
    query = select(runs.c.id).where(runs.c.status == Status.RUNNING, runs.c.lease_until <= now).order_by(runs.c.id)
    return list(connection.execute(query if portal is None else query.where(runs.c.portal == portal)).scalars())


def begin(connection: Connection, portal: str, mode: Mode, now: datetime) -> int:
    """A new running run; raises ``RunInProgress`` where the portal has one."""
    previous = select(func.max(runs.c.id)).where(runs.c.portal == portal).scalar_subquery()
    values = {"portal": portal, "mode": mode, "status": Status.RUNNING, "started": now, "heartbeat": now}
    query = insert(runs).values(**values, lease_until=now + LEASE, previous=previous).returning(runs.c.id)
    try:
        with connection.begin_nested():
            run_id: int = connection.execute(query).scalar_one()
    except IntegrityError as error:
        raise in_progress(connection, portal) from error
    return run_id


def in_progress(connection: Connection, portal: str) -> RunInProgress:
    """The error that names the run under way."""
    query = select(runs.c.id, runs.c.lease_until).where(runs.c.portal == portal, runs.c.status == Status.RUNNING)
    run_id, until = connection.execute(query).one()
    return RunInProgress("run-in-progress", portal=portal, run=run_id, until=until.isoformat(timespec="seconds"))


def touch(connection: Connection, run_id: int, now: datetime, **more: Any) -> None:
    """Prolong the lease; raises ``RunLost`` where another process closed the run."""
    values = {"heartbeat": now, "lease_until": now + LEASE, **more}
    query = update(runs).where(runs.c.id == run_id, runs.c.status == Status.RUNNING).values(**values)
    if connection.execute(query).rowcount != 1:
        raise RunLost("run-lost", run=run_id)


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
    attempted = select(func.max(runs.c.id)).group_by(runs.c.portal)
    read_whole = attempted.where(runs.c.status.in_(SUCCESSFUL))
    query = select(runs).where(or_(runs.c.id.in_(attempted), runs.c.id.in_(read_whole))).order_by(runs.c.id)
    found: dict[str, LastRuns] = {}
    for run in _runs(connection.execute(query)):
        before = found.get(run.portal)
        successful = run if run.status in SUCCESSFUL else before.successful if before else None
        found[run.portal] = LastRuns(attempted=run, successful=successful)
    return found


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
        lease_until=cells["lease_until"],
        counts=Counts(**{name: cells[name] for name in Counts.__struct_fields__}),
        previous=cells["previous"],
        pages=cells["pages"],
        failed_pages=cells["failed_pages"],
    )
