"""A portal that gives all its records other identifiers: many vanish, as many appear under the same titles."""

from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, or_, select, update

from harvester.archive.staging import RunPlace, missing
from harvester.archive.tables import records, staged
from harvester.reading.staged import Fate
from harvester.runs.outcome import enough_relinked


def relink(connection: Connection, place: RunPlace, vanished: int) -> int:
    """Name the successor of each vanished record whose title and publisher one new record has, and no other; gives how
    many, 0 where they are too few to tell other identifiers from other records."""
    pairs = connection.execute(_pairs(place)).all()
    if not enough_relinked(len(pairs), vanished):
        return 0
    named = update(records).where(records.c.id == bindparam("old")).values(successor=bindparam("new"))
    connection.execute(named, [{"old": pair.old, "new": pair.new} for pair in pairs])
    return len(pairs)


def _pairs(place: RunPlace) -> Select[Any]:
    alone = func.count() == 1
    gone = (
        select(records.c.title_key, func.min(records.c.id).label("old"))
        .where(*missing(place), records.c.title_key != "")
        .group_by(records.c.title_key)
        .having(alone)
        .subquery()
    )
    come = (
        select(staged.c.title_key, func.min(staged.c.record_id).label("new"))
        .select_from(staged.outerjoin(records, records.c.id == staged.c.record_id))
        .where(staged.c.run_id == place.run_id, staged.c.fate == Fate.KEPT, staged.c.title_key != "")
        .where(or_(records.c.id.is_(None), records.c.deleted_run.is_not(None)))
        .group_by(staged.c.title_key)
        .having(alone)
        .subquery()
    )
    return select(gone.c.old, come.c.new).join(come, come.c.title_key == gone.c.title_key)
