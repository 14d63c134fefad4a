"""Portals that refused us, how often one after the other, and when last."""

from datetime import datetime

from msgspec import Struct
from sqlalchemy import and_, func, or_, select

from harvester.archive.engine import reading
from harvester.archive.store import Archive
from harvester.archive.tables import Instant, runs
from harvester.runs.outcome import Status

UNDECIDED = (Status.BLOCKED, Status.RUNNING)


class Refusals(Struct, frozen=True):
    """``count`` runs ended blocked since the last one that did not; ``last``: when the last of them ended."""

    count: int
    last: datetime


def refused_in_a_row(archive: Archive) -> dict[str, Refusals]:
    """By portal, in one query; a portal whose last run was not refused is absent."""
    other = (
        select(runs.c.portal, func.max(runs.c.id).label("id"))
        .where(runs.c.status.not_in(UNDECIDED))
        .group_by(runs.c.portal)
        .subquery()
    )
    since = and_(runs.c.status == Status.BLOCKED, or_(other.c.id.is_(None), runs.c.id > other.c.id))
    query = (
        select(runs.c.portal, func.count(), func.max(runs.c.finished, type_=Instant))
        .select_from(runs.outerjoin(other, other.c.portal == runs.c.portal))
        .where(since)
        .group_by(runs.c.portal)
    )
    with reading(archive.engine) as connection:
        return {portal: Refusals(count, last) for portal, count, last in connection.execute(query)}
