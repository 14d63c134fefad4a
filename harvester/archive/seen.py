"""When records were last found by a harvest of their portal."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from harvester.archive.engine import reading
from harvester.archive.links import batches
from harvester.archive.store import Archive
from harvester.archive.tables import link_checks, records, runs


def last_seen(archive: Archive, ids: Collection[str]) -> dict[str, datetime]:
    """Record → when the run began that found it last; those that are not known, or deleted, are not there."""
    found: dict[str, datetime] = {}
    with reading(archive.engine) as connection:
        for some in batches(sorted(ids)):
            query = (
                select(records.c.id, runs.c.started)
                .join(runs, runs.c.id == records.c.last_seen_run)
                .where(records.c.id.in_(some), records.c.deleted_run.is_(None))
            )
            found.update((row.id, row.started) for row in connection.execute(query))
    return found


def refusing_portals(archive: Archive) -> frozenset[str]:
    """The portals of which any address did not answer when it was asked."""
    with reading(archive.engine) as connection:
        query = select(link_checks.c.portal).where(link_checks.c.answers.is_(False)).distinct()
        return frozenset(connection.scalars(query))
