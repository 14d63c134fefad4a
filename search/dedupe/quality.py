"""The quality of records by portal and by publisher, from what is kept of each: the database counts equal scores."""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

import sqlalchemy as sa
from msgspec import Struct

from dcat.quality import Mean, QualityCounts, score_of
from search.batches import batches
from search.dedupe.encoding import decode
from search.dedupe.rows import PARAMETERS
from search.dedupe.tables import publishers, records, scores

Answering = Mapping[str, float]
"""Portal → which share of a sample of its addresses answered."""

UNASKED: Answering = MappingProxyType({})


class Published(Struct, frozen=True):
    """A publisher over all portals. ``body`` is its SIREN, or what stands for one; ``name`` and ``territory`` are
    those of one of its records. A copy counts in its portal; the portal with the most comes first."""

    body: str
    name: str
    territory: str
    quality: Mean
    portals: dict[str, Mean]


def means(connection: sa.Connection, portals: Collection[str], answering: Answering = UNASKED) -> dict[str, Mean]:
    """By portal; one of which no score is kept is not there. What is read are the different scores: few, however many
    records there are."""
    counts: dict[str, QualityCounts] = {}
    for some in batches(sorted(portals), PARAMETERS):
        query = sa.select(scores.c.portal, scores.c.outcomes, sa.func.count()).where(scores.c.portal.in_(some))
        _count(connection.execute(query.group_by(scores.c.portal, scores.c.outcomes)), counts)
    return {portal: found.mean(answering.get(portal)) for portal, found in counts.items()}


def published_by(connection: sa.Connection, publisher: str, answering: Answering = UNASKED) -> Published | None:
    """By ``dcat.publish.body_key`` or ``agent_key``; None where no record has it. Its addresses count as those of the
    portals that carry them."""
    named = sa.or_(publishers.c.body == publisher, publishers.c.name == publisher)
    body = connection.scalar(sa.select(publishers.c.body).where(named).limit(1))
    if body is None:
        return None
    counts: dict[str, QualityCounts] = {}
    total = QualityCounts()
    mine = scores.join(publishers, publishers.c.record == scores.c.record)
    query = sa.select(scores.c.portal, scores.c.outcomes, sa.func.count()).select_from(mine)
    query = query.where(publishers.c.body == body).group_by(scores.c.portal, scores.c.outcomes)
    _count(connection.execute(query), counts, total)
    one = sa.select(sa.func.min(publishers.c.record)).where(publishers.c.body == body).scalar_subquery()
    copy = decode(connection.execute(sa.select(records.c.copy).where(records.c.record == one)).scalar_one())
    by_portal = dict(sorted(((name, one.mean(answering.get(name))) for name, one in counts.items()), key=_most_first))
    quality = total.mean(_share_of_all(by_portal, answering))
    return Published(body, copy.publisher, copy.publisher_territory, quality, by_portal)


def _share_of_all(by_portal: Mapping[str, Mean], answering: Answering) -> float | None:
    """Each portal's share by how many records it carries; None where none of them was asked."""
    carried = {portal: found.datasets for portal, found in by_portal.items() if portal in answering}
    if not carried:
        return None
    return sum(number * answering[portal] for portal, number in carried.items()) / sum(carried.values())


def _most_first(counted: tuple[str, Mean]) -> tuple[int, str]:
    portal, found = counted
    return -found.datasets, portal


def _count(
    rows: Iterable[sa.Row[str, str, int]], counts: dict[str, QualityCounts], total: QualityCounts | None = None
) -> None:
    for portal, outcomes, number in rows:
        found = score_of(outcomes)
        counts.setdefault(portal, QualityCounts()).add(found, number)
        if total is not None:
            total.add(found, number)
