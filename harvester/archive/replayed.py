"""What a run had stored, and what its pages give when they are read again: compared id by id, a batch at a time."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Engine, and_, func, or_, select

from harvester.archive.engine import reading
from harvester.archive.tables import pages, records, staged, versions
from harvester.reading.staged import Fate

BATCH = 1000


class Came(NamedTuple):
    """A record that a run under way received, the fullest of its copies."""

    record_id: str
    source_key: str
    fate: Fate
    digest: str


def came(engine: Engine, run_id: int) -> Iterator[list[Came]]:
    """What a run that is not closed received, in the order of ids."""
    query = select(staged.c.record_id, staged.c.source_key, staged.c.fate, staged.c.digest)
    wanted = query.where(staged.c.run_id == run_id).order_by(staged.c.record_id).limit(BATCH)
    after = ""
    while True:
        with reading(engine) as connection:
            rows = connection.execute(wanted.where(staged.c.record_id > after)).all()
        if not rows:
            return
        yield [Came(row.record_id, row.source_key, Fate(row.fate), row.digest) for row in rows]
        after = rows[-1].record_id


def kept_of(connection: Connection, run_id: int, ids: Sequence[str]) -> set[str]:
    """Those of these records that a run that is not closed received and keeps."""
    wanted = and_(staged.c.run_id == run_id, staged.c.fate == Fate.KEPT, staged.c.record_id.in_(ids))
    return set(connection.execute(select(staged.c.record_id).where(wanted)).scalars())


def stored_at(connection: Connection, run_id: int, ids: Sequence[str]) -> dict[str, str]:
    """The digests that were current when a run had ended, of those records that were live then."""
    newest = (
        select(versions.c.record_id, func.max(versions.c.run_id).label("run_id"))
        .where(versions.c.record_id.in_(ids), versions.c.run_id <= run_id)
        .group_by(versions.c.record_id)
        .subquery()
    )
    same = and_(versions.c.record_id == newest.c.record_id, versions.c.run_id == newest.c.run_id)
    live = or_(records.c.deleted_run.is_(None), records.c.deleted_run > run_id)
    query = (
        select(versions.c.record_id, versions.c.digest)
        .join(newest, same)
        .join(records, records.c.id == versions.c.record_id)
        .where(live)
    )
    return {record_id: digest for record_id, digest in connection.execute(query)}  # noqa: C416 - rows are no pairs to mypy


def stored_by(engine: Engine, run_id: int, portal: str) -> Iterator[dict[str, str]]:
    """Records that a run surely brought, id → source key: it was the last to see them, or stored a version."""
    wrote = select(versions.c.record_id).where(versions.c.record_id == records.c.id, versions.c.run_id == run_id)
    brought = or_(records.c.last_seen_run == run_id, wrote.exists())
    query = select(records.c.id, records.c.source_key).where(records.c.portal == portal, brought)
    after = ""
    while True:
        with reading(engine) as connection:
            rows = connection.execute(query.where(records.c.id > after).order_by(records.c.id).limit(BATCH)).all()
        if not rows:
            return
        yield {row.id: row.source_key for row in rows}
        after = rows[-1].id


def newest_with_pages(connection: Connection, portal: str) -> int | None:
    """The portal's last run whose pages are kept."""
    newest: int | None = connection.execute(select(func.max(pages.c.run_id)).where(pages.c.portal == portal)).scalar()
    return newest
