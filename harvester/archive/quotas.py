"""What is left of portals' quotas, kept from one run to the next."""

from datetime import datetime

from msgspec import Struct, structs
from sqlalchemy import select

from harvester.archive.engine import insert_into, reading, writing
from harvester.archive.store import Archive
from harvester.archive.tables import quotas

PORTAL = "portal"
FILE = "file"


class Quota(Struct, frozen=True):
    """``teller``: ``portal`` where its answers told it, ``file`` for ``politeness.daily`` of the portal file."""

    portal: str
    teller: str
    remaining: int
    resets: datetime


def quotas_of(archive: Archive, portal: str, now: datetime) -> dict[str, Quota]:
    """By teller, those that have not begun anew."""
    with reading(archive.engine) as connection:
        rows = connection.execute(select(quotas).where(quotas.c.portal == portal)).all()
    return {row.teller: Quota(*row) for row in rows if row.resets > now}


def exhausted(archive: Archive, now: datetime) -> dict[str, datetime]:
    """Portals that may not be asked, and until when."""
    with reading(archive.engine) as connection:
        rows = connection.execute(select(quotas.c.portal, quotas.c.resets).where(quotas.c.remaining <= 0)).all()
    until: dict[str, datetime] = {}
    for portal, resets in rows:
        if resets > now:
            until[portal] = max(resets, until.get(portal, resets))
    return until


def keep_quota(archive: Archive, quota: Quota) -> None:
    """What is known last counts."""
    with writing(archive.engine) as connection:
        query = insert_into(connection.dialect.name, quotas).values(**structs.asdict(quota))
        kept = {"remaining": quota.remaining, "resets": quota.resets}
        connection.execute(query.on_conflict_do_update(index_elements=["portal", "teller"], set_=kept))
