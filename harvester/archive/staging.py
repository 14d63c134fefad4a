"""What a run received, page by page, and how its end moves the known records: set by set, in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    text,
    update,
)

from harvester.archive import movements
from harvester.archive.compression import compress
from harvester.archive.engine import insert_into, is_among, pairs, write_rows
from harvester.archive.tables import archive, records, runs, staged, versions, words
from harvester.reading.staged import Fate, Fullness, StagedRecord
from harvester.runs.outcome import Tally

_CHANGING = ("source_key", "fate", "digest", "size", "repaired", "title_key")

_NONE_BEFORE: Fullness = (-1, -1, "", False)


Came = Mapping[str, Fullness]
"""Records that came before in the same run, by id."""


def stage(
    connection: Connection, run_id: int, incoming: Sequence[StagedRecord], came: Came | None = None
) -> tuple[str, ...]:
    """Add records to the run. Where one came before in the same run, the fuller copy stays; gives the keys of such
    records, once for each further copy. ``came``: the answer of ``came_before``, where it was asked."""
    best, repeated = fullest(_as_known(connection, incoming))
    came = came_before(connection, run_id, best) if came is None else came
    repeated += [record.source_key for record in best.values() if record.record_id in came]
    fuller = [record for record in best.values() if record.fullness > came.get(record.record_id, _NONE_BEFORE)]
    if fuller:
        _write_staged(connection, run_id, fuller)
        _write_versions(connection, run_id, fuller, replaced=came)
    return tuple(repeated)


def _as_known(connection: Connection, incoming: Sequence[StagedRecord]) -> list[StagedRecord]:
    """The records, those that may be the half of themselves as they are known, where they are."""
    halves = [record.record_id for record in incoming if record.partial and record.fate is Fate.KEPT]
    known = digests(connection, halves) if halves else {}
    return [
        replace(record, digest=known[record.record_id][0], payload=b"", size=0)
        if record.partial and record.record_id in known
        else record
        for record in incoming
    ]


def fullest(incoming: Iterable[StagedRecord]) -> tuple[dict[str, StagedRecord], list[str]]:
    """By record id the copy to keep, and the keys of the other copies."""
    best: dict[str, StagedRecord] = {}
    repeated: list[str] = []
    for record in incoming:
        before = best.get(record.record_id)
        if before is not None:
            repeated.append(record.source_key)
        if before is None or record.fullness > before.fullness:
            best[record.record_id] = record
    return best, repeated


def came_before(connection: Connection, run_id: int, ids: Iterable[str]) -> Came:
    """Which of these records the run has already, and how full."""
    rows = connection.execute(_came_before(connection.dialect.name), {"run": run_id, "ids": list(ids)})
    return {row.record_id: (row.fate, row.size, row.digest, row.repaired) for row in rows}


def digests(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """What is known of these records: the current digest, and whether the record is live (not deleted)."""
    rows = connection.execute(_known(connection.dialect.name), {"ids": list(ids)})
    return {record_id: (digest, deleted is None) for record_id, digest, deleted in rows}


def are_as_known(connection: Connection, digest_of: Mapping[str, str]) -> bool:
    """Whether every record of these is known with this digest."""
    found = connection.execute(_as_known_count(connection.dialect.name), {"told": digest_of})
    return bool(found.scalar_one() == len(digest_of))


# Asked for every page: to put a question together costs more than to ask it.


@cache
def _as_known_count(dialect: str) -> Select[Any]:
    told = pairs("told", dialect)
    same = and_(records.c.id == told.c.key, records.c.digest == told.c.value)
    return select(func.count()).select_from(told.join(records, same))


@cache
def _came_before(dialect: str) -> Select[Any]:
    told = (staged.c.record_id, staged.c.fate, staged.c.size, staged.c.digest, staged.c.repaired)
    of_run = staged.c.run_id == bindparam("run")
    return select(*told).where(of_run, is_among(staged.c.record_id, "ids", dialect))


@cache
def _known(dialect: str) -> Select[Any]:
    return select(records.c.id, records.c.digest, records.c.deleted_run).where(is_among(records.c.id, "ids", dialect))


def _write_staged(connection: Connection, run_id: int, fuller: list[StagedRecord]) -> None:
    rows = [
        (run_id, one.record_id, words(one.source_key), int(one.fate), one.digest, one.size, one.repaired, one.title_key)
        for one in fuller
    ]
    write_rows(connection, _upsert(connection.dialect.name), rows)


@cache
def _upsert(dialect: str) -> Insert:
    query = insert_into(dialect, staged)
    changing = {name: query.excluded[name] for name in _CHANGING}
    return query.on_conflict_do_update(index_elements=[staged.c.run_id, staged.c.record_id], set_=changing)


def _write_versions(connection: Connection, run_id: int, fuller: list[StagedRecord], replaced: Came) -> None:
    """Only what differs from the known record is stored: an unchanged source costs no payload. A record that comes
    without its payload is known to be stored as it is (``archive.memory``)."""
    again = [record.record_id for record in fuller if record.record_id in replaced]
    if again:
        connection.execute(delete(versions).where(versions.c.run_id == run_id, versions.c.record_id.in_(again)))
    told = [record for record in fuller if record.payload]
    known = digests(connection, [record.record_id for record in told]) if told else {}
    rows = [
        {"run_id": run_id, "record_id": record.record_id, "digest": record.digest, "payload": compress(record.payload)}
        for record in told
        if record.fate is Fate.KEPT and known.get(record.record_id, ("", False))[0] != record.digest
    ]
    if rows:
        connection.execute(insert(versions), rows)


class RunPlace(Struct, frozen=True):
    """Which run of which portal."""

    run_id: int
    portal: str


_new = records.c.id.is_(None)
_differs = or_(records.c.digest != staged.c.digest, records.c.deleted_run.is_not(None))
_kept = staged.c.fate == Fate.KEPT


def measure(connection: Connection) -> None:
    """PostgreSQL plans by what it believes of the tables, and a run has just filled one: without this a run over 30,000
    unchanged records was measured to end in 84 s instead of one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE staged, records"))


def tally(connection: Connection, place: RunPlace) -> Tally:
    """Compare what was staged with what is known."""
    known = staged.outerjoin(records, records.c.id == staged.c.record_id)
    back = and_(_kept, or_(_new, records.c.deleted_run.is_not(None)))
    live = and_(records.c.id.is_not(None), records.c.deleted_run.is_(None))
    counted = {
        "rejected": staged.c.fate != Fate.KEPT,
        "accepted": _kept,
        "repaired": and_(_kept, staged.c.repaired),
        "added": back,
        "updated": and_(_kept, live, records.c.digest != staged.c.digest),
        "banned": and_(staged.c.fate == Fate.EXCLUDED, live),
    }
    columns = [_how_many(condition).label(name) for name, condition in {**counted, "seen": live}.items()]
    row = connection.execute(select(*columns).select_from(known).where(staged.c.run_id == place.run_id)).one()
    count, known_live = row._asdict(), _count_records(connection, _live_of(place.portal))
    walked = connection.execute(select(runs.c.received, runs.c.unidentified).where(runs.c.id == place.run_id)).one()
    return Tally(
        received=walked.received,
        unidentified=walked.unidentified,
        live=known_live,
        missing=known_live - count.pop("seen"),
        **count,
    )


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _count_records(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(records).where(condition)).scalar_one()


def _live_of(portal: str) -> ColumnElement[bool]:
    return and_(records.c.portal == portal, records.c.deleted_run.is_(None))


def missing(place: RunPlace) -> tuple[ColumnElement[bool], ...]:
    """Which live records the run did not bring."""
    came = select(staged.c.record_id).where(staged.c.run_id == place.run_id, staged.c.record_id == records.c.id)
    return (_live_of(place.portal), not_(came.exists()))


def settle(connection: Connection, place: RunPlace, tally: Tally, *, delete_missing: bool) -> None:
    """Move the known records to what the run brought; numbers each change, in the order of record ids: what leaves
    before what is new, so that a dataset follows its record to another identifier."""
    gone = _gone(place, delete_missing=delete_missing)
    leaving = tally.banned + (tally.missing if delete_missing else tally.relinked)
    count = tally.added + tally.updated + leaving
    number = reserve_changes(connection, count) if count else 0
    if tally.added:
        movements.note_returning(connection, place.run_id, _back(place))
    if leaving:
        movements.note_leaving(connection, place.run_id, gone)
    if tally.updated or tally.added:
        number += _renew(connection, place, number)
    if leaving:
        number += _remove(connection, place, gone, number)
    if tally.added:
        _add(connection, place, number)
    _see(connection, place)
    _forget(connection, place.run_id)


def reserve_changes(connection: Connection, count: int) -> int:
    """The change number before the ones reserved. The row stays locked until this transaction ends, so that on
    PostgreSQL nobody sees a number while a smaller one is still to come."""
    query = update(archive).values(last_change=archive.c.last_change + count).returning(archive.c.last_change)
    reserved: int = connection.execute(query).scalar_one()
    return reserved - count


def _renew(connection: Connection, place: RunPlace, base: int) -> int:
    """Changed records, and deleted ones that came back."""
    changed = (
        select(staged.c.record_id, staged.c.source_key, staged.c.digest, _numbered(staged.c.record_id, base))
        .join(records, records.c.id == staged.c.record_id)
        .where(staged.c.run_id == place.run_id, _kept, _differs)
        .subquery()
    )
    same_content = records.c.digest == changed.c.digest
    query = (
        update(records)
        .where(records.c.id == changed.c.record_id)
        .values(
            source_key=changed.c.source_key,
            digest=changed.c.digest,
            change=changed.c.change,
            changed_run=case((same_content, records.c.changed_run), else_=place.run_id),
            deleted_run=None,
            successor=None,
        )
    )
    return connection.execute(query).rowcount


def _add(connection: Connection, place: RunPlace, base: int) -> None:
    run = literal(place.run_id)
    new: dict[str, ColumnElement[Any]] = {
        "id": staged.c.record_id,
        "portal": literal(place.portal),
        "source_key": staged.c.source_key,
        "digest": staged.c.digest,
        "first_seen_run": run.label("first_seen_run"),
        "last_seen_run": run.label("last_seen_run"),
        "changed_run": run.label("changed_run"),
        "change": _numbered(staged.c.record_id, base),
    }
    rows = (
        select(*new.values())
        .select_from(staged.outerjoin(records, records.c.id == staged.c.record_id))
        .where(staged.c.run_id == place.run_id, _kept, _new)
    )
    connection.execute(insert(records).from_select(list(new), rows))


def _gone(place: RunPlace, *, delete_missing: bool) -> ColumnElement[bool]:
    """Records to be deleted: those that their publisher asked us to leave out, those that live on under another
    identifier, and the missing ones where allowed."""
    excluded = select(staged.c.record_id).where(
        staged.c.run_id == place.run_id, staged.c.record_id == records.c.id, staged.c.fate == Fate.EXCLUDED
    )
    banned = and_(_live_of(place.portal), excluded.exists())
    gone = and_(*missing(place))
    return or_(banned, gone if delete_missing else and_(gone, records.c.successor.is_not(None)))


def _back(place: RunPlace) -> ColumnElement[bool]:
    """Deleted records that the run brought again."""
    came = select(staged.c.record_id).where(staged.c.run_id == place.run_id, staged.c.record_id == records.c.id, _kept)
    return and_(records.c.portal == place.portal, records.c.deleted_run.is_not(None), came.exists())


def _remove(connection: Connection, place: RunPlace, gone: ColumnElement[bool], base: int) -> int:
    """A deleted record keeps its row and its versions: it can come back."""
    leaving = select(records.c.id, _numbered(records.c.id, base)).where(gone).subquery()
    query = (
        update(records).where(records.c.id == leaving.c.id).values(deleted_run=place.run_id, change=leaving.c.change)
    )
    return connection.execute(query).rowcount


def delete_unseen(connection: Connection, place: RunPlace) -> int:
    """Delete the live records that neither this run nor any since has brought; gives how many."""
    unseen = and_(_live_of(place.portal), records.c.last_seen_run < place.run_id)
    count = _count_records(connection, unseen)
    return _remove(connection, place, unseen, reserve_changes(connection, count)) if count else 0


def _see(connection: Connection, place: RunPlace) -> None:
    came = (
        select(staged.c.record_id, staged.c.fate, staged.c.title_key).where(staged.c.run_id == place.run_id).subquery()
    )
    title_key = case((came.c.fate == Fate.KEPT, came.c.title_key), else_=records.c.title_key)
    seen = update(records).where(records.c.id == came.c.record_id)
    connection.execute(seen.values(last_seen_run=place.run_id, title_key=title_key))


def _numbered(order: ColumnElement[str], base: int) -> ColumnElement[int]:
    return (func.row_number().over(order_by=order) + base).label("change")


def _forget(connection: Connection, run_id: int) -> None:
    """Where no other run is under way everything goes, which SQLite does without a look at the rows."""
    others = select(staged.c.run_id).where(staged.c.run_id != run_id).limit(1)
    alone = connection.execute(others).first() is None
    connection.execute(delete(staged) if alone else delete(staged).where(staged.c.run_id == run_id))
