"""What came and went in a run: the records that it added, updated, deleted, brought back, or waits to delete."""

from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, insert, literal, select, union_all

from dcat.codec import decode
from dcat.model import Record
from harvester.archive.compression import decompress
from harvester.archive.rows import Run
from harvester.archive.tables import movements, records, versions
from harvester.runs.outcome import Status


class Movement(StrEnum):
    """What became of a record in a run. ``held``: it did not come, and its deletion still waits for an approval."""

    ADDED = "added"
    UPDATED = "updated"
    DELETED = "deleted"
    BACK = "back"
    HELD = "held"


class Moved(Struct, frozen=True):
    """One record that moved, as it is known now."""

    kind: Movement
    record: Record


class MovedPage(Struct, frozen=True):
    """``total`` counts all that moved in the way asked."""

    results: tuple[Moved, ...]
    total: int


def note_returning(connection: Connection, run_id: int, back: ColumnElement[bool]) -> None:
    """To be called before the records move."""
    _note(connection, run_id, Movement.BACK, back)


def note_leaving(connection: Connection, run_id: int, gone: ColumnElement[bool]) -> None:
    """To be called before the records move."""
    _note(connection, run_id, Movement.DELETED, gone)


def _note(connection: Connection, run_id: int, kind: Movement, which: ColumnElement[bool]) -> None:
    rows = select(literal(run_id), records.c.id, literal(kind.value)).where(which)
    connection.execute(insert(movements).from_select(["run_id", "record_id", "kind"], rows))


def moved(connection: Connection, run: Run, kind: Movement | None, limit: int, offset: int) -> MovedPage:
    """In the order of kinds, then of record ids. Without a kind, everything that the run moved."""
    if run.status is Status.RUNNING:
        return MovedPage((), 0)
    found = _held(run) if kind is Movement.HELD else _settled(run.id)
    rows = found.subquery()
    wanted = literal(True) if kind is None else rows.c.kind == kind.value
    total = connection.execute(select(func.count()).select_from(rows).where(wanted)).scalar_one()
    query: Select[Any] = (
        select(rows.c.kind, versions.c.payload)
        .join(records, records.c.id == rows.c.record_id)
        .join(versions, and_(versions.c.run_id == records.c.changed_run, versions.c.record_id == records.c.id))
        .where(wanted)
        .order_by(rows.c.kind, rows.c.record_id)
        .limit(limit)
        .offset(offset)
    )
    results = (Moved(Movement(name), decode(decompress(payload))) for name, payload in connection.execute(query))
    return MovedPage(tuple(results), total)


def counted(connection: Connection, run_id: int) -> dict[str, int]:
    """How many records a finished run moved, by kind; every kind that a run can settle is there."""
    rows = _settled(run_id).subquery()
    found = {kind: count for kind, count in connection.execute(select(rows.c.kind, func.count()).group_by(rows.c.kind))}  # noqa: C416 - rows are no pairs to mypy
    return {kind.value: found.get(kind.value, 0) for kind in Movement if kind is not Movement.HELD}


def _settled(run_id: int) -> Any:
    told = movements.c.run_id == run_id
    first = case((records.c.first_seen_run == run_id, Movement.ADDED.value), else_=Movement.UPDATED.value)
    noted = select(movements.c.record_id).where(told, movements.c.record_id == versions.c.record_id)
    changed = (
        select(versions.c.record_id, first.label("kind"))
        .join(records, records.c.id == versions.c.record_id)
        .where(versions.c.run_id == run_id, ~noted.exists())
    )
    return union_all(changed, select(movements.c.record_id, movements.c.kind).where(told))


def _held(run: Run) -> Any:
    """Live records that a held run did not see, nor any run since."""
    held = literal(run.status is Status.HELD)
    missing = (records.c.portal == run.portal, records.c.deleted_run.is_(None), records.c.last_seen_run < run.id)
    return select(records.c.id.label("record_id"), literal(Movement.HELD.value).label("kind")).where(held, *missing)
