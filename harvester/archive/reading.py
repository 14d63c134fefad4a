"""The known records, in batches: no answer is held open while the caller works, memory does not grow with the
archive."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, and_, func, select

from dcat.codec import Encoded, decode
from dcat.model import Record
from harvester.archive.compression import decompress
from harvester.archive.engine import reading
from harvester.archive.rows import Change, RecordVersion
from harvester.archive.tables import archive, records, runs, versions

BATCH = 1000

_current = and_(versions.c.run_id == records.c.changed_run, versions.c.record_id == records.c.id)


def live_records(engine: Engine, portal: str | None) -> Iterator[Record]:
    """In the order of their ids."""
    return (decode(found.data) for found in live_encoded(engine, portal))


def live_encoded(engine: Engine, portal: str | None) -> Iterator[Encoded]:
    """The same, as they are kept."""
    wanted: ColumnElement[bool] = records.c.deleted_run.is_(None)
    if portal is not None:
        wanted = and_(wanted, records.c.portal == portal)
    query = (
        select(records.c.id, versions.c.payload)
        .join(versions, _current)
        .where(wanted)
        .order_by(records.c.id)
        .limit(BATCH)
    )
    after = ""
    while True:
        with reading(engine) as connection:
            rows = connection.execute(query.where(records.c.id > after)).all()
        for row in rows:
            yield Encoded(row.id, decompress(row.payload))
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def one_record(connection: Connection, record_id: str) -> Record | None:
    """None where it is unknown or deleted."""
    query = select(versions.c.payload).select_from(records).join(versions, _current)
    payload = connection.execute(
        query.where(records.c.id == record_id, records.c.deleted_run.is_(None))
    ).scalar_one_or_none()
    return None if payload is None else decode(decompress(payload))


def some_records(connection: Connection, ids: Collection[str]) -> dict[str, tuple[Record, datetime]]:
    """Live records by id, and when the run began that first brought each."""
    query = (
        select(records.c.id, versions.c.payload, runs.c.started)
        .select_from(records)
        .join(versions, _current)
        .join(runs, runs.c.id == records.c.first_seen_run)
        .where(records.c.deleted_run.is_(None), records.c.id.in_(sorted(ids)))
    )
    return {row.id: (decode(decompress(row.payload)), row.started) for row in connection.execute(query)}


def history(connection: Connection, record_id: str) -> tuple[RecordVersion, ...]:
    """The runs that changed the record, oldest first."""
    query = (
        select(versions.c.run_id, versions.c.digest)
        .where(versions.c.record_id == record_id)
        .order_by(versions.c.run_id)
    )
    return tuple(RecordVersion(run, digest) for run, digest in connection.execute(query))


def changes_after(connection: Connection, after: int, limit: int) -> list[Change]:
    """The last change of each record that changed since, smallest number first."""
    query: Select[Any] = (
        select(records.c.change, records.c.id, records.c.deleted_run, records.c.successor, versions.c.payload)
        .join(versions, _current)
        .where(records.c.change > after)
        .order_by(records.c.change)
        .limit(limit)
    )
    return [_change(row) for row in connection.execute(query)]


def _change(row: Row[Any]) -> Change:
    if row.deleted_run is not None:
        return Change(row.change, row.id, None, row.successor or "")
    return Change(row.change, row.id, decode(decompress(row.payload)))


def successors(connection: Connection, after: int) -> dict[str, str]:
    """Deleted record → the one that it lives on as, of what changed since."""
    query = select(records.c.id, records.c.successor).where(records.c.change > after)
    rows = connection.execute(query.where(records.c.deleted_run.is_not(None), records.c.successor.is_not(None)))
    return {old: new for old, new in rows}  # noqa: C416 - rows are no pairs to mypy


def live_titles(connection: Connection, portal: str) -> dict[str, str]:
    """Live record → digest of its title and publisher."""
    query = select(records.c.id, records.c.title_key).where(records.c.portal == portal, records.c.deleted_run.is_(None))
    return {record: key for record, key in connection.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def last_change(connection: Connection) -> int:
    """0 while nothing ever changed."""
    number: int = connection.execute(select(archive.c.last_change)).scalar_one()
    return number


def counts_by_portal(connection: Connection) -> dict[str, int]:
    """How many live records each portal has; a portal without any is absent."""
    query = select(records.c.portal, func.count()).where(records.c.deleted_run.is_(None)).group_by(records.c.portal)
    return {portal: count for portal, count in connection.execute(query.order_by(records.c.portal))}  # noqa: C416 - rows are no pairs to mypy
