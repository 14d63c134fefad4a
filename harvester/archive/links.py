"""Which addresses of distributions answered when they were asked, from the first check on.

An address is kept as a digest alone: nothing of what it says has to be forgotten later (``harvester.forgetting``).
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import TypeVar

from msgspec import Struct
from sqlalchemy import case, delete, func, select

from harvester.archive.engine import insert_into, reading, writing
from harvester.archive.store import Archive
from harvester.archive.tables import link_checks

KEPT = timedelta(days=365)
RECENT = timedelta(days=30)
"""Checks no older than this tell how a portal is."""

T = TypeVar("T")

AT_ONCE = 500  # values in one IN (...), below every database's limit


class Check(Struct, frozen=True):
    """``answers`` is None where nobody can say: robots.txt forbids to ask, or the host asked for patience. ``status``
    is 0 where no answer came; ``reason`` is a word for it, never an address."""

    url: str
    answers: bool | None
    status: int = 0
    reason: str = ""


class Answering(Struct, frozen=True):
    """Of the recent checks of a portal's addresses that told anything: how many there were, and how many answered."""

    asked: int
    answered: int

    @property
    def share(self) -> float:
        """0 to 1."""
        return self.answered / self.asked


def keep_checks(archive: Archive, portal: str, checks: Iterable[Check], now: datetime) -> None:
    """Add to the history, of which what is too old goes."""
    rows = [
        {
            "link": digest_of(check.url),
            "checked": now,
            "portal": portal,
            "answers": check.answers,
            "status": check.status,
            "reason": check.reason,
        }
        for check in {check.url: check for check in checks}.values()
    ]
    with writing(archive.engine) as connection:
        connection.execute(delete(link_checks).where(link_checks.c.checked < now - KEPT))
        if rows:
            query = insert_into(connection.dialect.name, link_checks).on_conflict_do_nothing()
            connection.execute(query, rows)


def last_checked(archive: Archive, addresses: Collection[str]) -> dict[str, datetime]:
    """When each was last asked, or was to be; those that never were are not there."""
    by_digest = {digest_of(address): address for address in addresses}
    found: dict[str, datetime] = {}
    with reading(archive.engine) as connection:
        for some in batches(by_digest):
            query = select(link_checks.c.link, func.max(link_checks.c.checked)).where(link_checks.c.link.in_(some))
            found.update((by_digest[link], moment) for link, moment in connection.execute(query.group_by("link")))
    return found


def links_of(archive: Archive, addresses: Collection[str]) -> dict[str, bool]:
    """Whether each answered the last time that anybody could say; the others are not there."""
    by_digest = {digest_of(address): address for address in addresses}
    found: dict[str, bool] = {}
    with reading(archive.engine) as connection:
        for some in batches(by_digest):
            query = (
                select(link_checks.c.link, link_checks.c.answers)
                .where(link_checks.c.link.in_(some), link_checks.c.answers.is_not(None))
                .order_by(link_checks.c.checked)
            )
            found.update((by_digest[link], answers) for link, answers in connection.execute(query))
    return found


def answering(archive: Archive, now: datetime) -> dict[str, Answering]:
    """By portal, in one question; one of which nothing is known is not there."""
    told = (link_checks.c.checked > now - RECENT, link_checks.c.answers.is_not(None))
    yes = func.sum(case((link_checks.c.answers, 1), else_=0))
    query = select(link_checks.c.portal, func.count(), yes).where(*told).group_by(link_checks.c.portal)
    with reading(archive.engine) as connection:
        return {portal: Answering(asked, int(answered)) for portal, asked, answered in connection.execute(query)}


def history_of(archive: Archive, address: str) -> list[tuple[datetime, Check]]:
    """All that is kept of an address, oldest first."""
    query = select(link_checks).where(link_checks.c.link == digest_of(address)).order_by(link_checks.c.checked)
    with reading(archive.engine) as connection:
        rows = connection.execute(query).all()
    return [(row.checked, Check(address, row.answers, row.status, row.reason)) for row in rows]


def batches(items: Iterable[T]) -> Iterator[list[T]]:
    """As many as one question can name."""
    iterator = iter(items)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch


def digest_of(address: str) -> str:
    """What is kept of an address."""
    return sha256(address.encode("utf-8", "surrogatepass")).hexdigest()[:32]
