"""Portals as the outside sees them: what the registry says, and what the last harvest left."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import asdict

from api.services import Services
from dcat.model import text_in
from dcat.namespaces import compact
from dcat.portal import Portal
from dcat.quality import Mean
from harvester.archive import LastRuns
from harvester.archive.links import Answering, answering
from harvester.crawling.schedule import next_run, waiting
from harvester.registry import SPOKEN
from search.catalogue import DatasetView
from search.dedupe.loops import LoopFound
from search.dedupe.shown import Republisher, Whose
from search.document import CopyLink


class PortalView(Struct, frozen=True):
    """``records``, ``quality`` and ``withheld`` are None where the portal was never harvested: unknown, not empty.
    ``withheld``: how many of its datasets stay out of the merged feed, by the property that they lack; ``links``: how
    many of its addresses were asked lately, and how many answered, None where none were."""

    id: str
    title: str
    level: str
    territories: tuple[str, ...]
    url: str
    search_url: str
    protocol: str
    software: str
    mutualised: bool
    verified: bool
    harvestable: bool
    schedule: str
    language: str
    records: int | None
    last_run: int | None
    last_status: str | None
    last_success: str | None
    next_run: str | None
    quality: Mean | None
    links: Answering | None
    withheld: Mapping[str, int] | None


class PortalDetail(PortalView, frozen=True):
    """One portal, with the others that publish its datasets too, and the loops of harvesting that it is part of."""

    republishers: list[Republisher]
    loops: list[LoopFound]


class SharedView(Struct, frozen=True):
    """A dataset that a portal and others publish: ``shown`` is the portal whose copy is shown, ``why`` says why; its
    copy comes first."""

    dataset: str
    title: str
    shown: str
    why: tuple[str, ...]
    copies: tuple[CopyLink, ...]


def shared_views(
    services: Services, portal: str, other: str, whose: Whose | None, lang: str, limit: int, offset: int
) -> tuple[list[SharedView], int]:
    """The datasets of a portal that others publish too, page by page, and how many; ``Catalogue.shared_with``."""
    if not services.harvested:
        return [], 0
    found, total = services.catalogue.shared_with(portal, other, whose, limit, offset)
    return [_shared(view, lang) for view in found], total


def _shared(view: DatasetView, lang: str) -> SharedView:
    document = view.document
    why = view.reasons_en if lang == "en" else view.reasons_fr
    return SharedView(document.id, text_in(document.title, lang) or document.id, document.portal, why, document.copies)


def portal_detail(services: Services, portal: Portal) -> PortalDetail:
    """The view of one portal, and two questions more to the clusters."""
    (view,) = portal_views(services, (portal,))
    known = view.last_run is not None
    return PortalDetail(
        **asdict(view),
        republishers=services.catalogue.republishers(portal.id) if known else [],
        loops=services.catalogue.loops_of(portal.id) if known else [],
    )


def portal_views(services: Services, portals: Iterable[Portal]) -> list[PortalView]:
    """Five questions to the archive, one to the clusters and one to the feed, however many portals there are; none
    while nothing was harvested."""
    now = datetime.now(UTC)
    last = services.archive.last_runs() if services.harvested else {}
    counts = services.archive.counts_by_portal() if services.harvested else {}
    links = answering(services.archive, now) if services.harvested else {}
    due = next_runs(services, portals := tuple(portals), now)
    ids = [portal.id for portal in portals]
    shares = {portal: found.share for portal, found in links.items()}
    quality = services.catalogue.quality(ids, shares) if services.harvested else {}
    withheld = services.published.withheld_by_portal(ids) if services.harvested else {}
    return [
        _view(
            portal,
            last.get(portal.id),
            counts,
            due.get(portal.id),
            quality.get(portal.id),
            links.get(portal.id),
            withheld.get(portal.id, {}),
        )
        for portal in portals
    ]


def answering_shares(services: Services) -> dict[str, float]:
    """Portal → which share of its addresses answered, by the recent checks; only of those that were asked."""
    return {portal: found.share for portal, found in answering(services.archive, datetime.now(UTC)).items()}


def next_runs(services: Services, portals: Iterable[Portal], now: datetime) -> dict[str, datetime]:
    """When a keeper would harvest portals next; nothing of sample portals, and of those that nobody can harvest."""
    if services.sample:
        return {}
    until = waiting(services.archive, now) if services.harvested else {}
    due = {portal.id: next_run(portal, now, until.get(portal.id)) for portal in portals if portal.protocol in SPOKEN}
    return {portal_id: moment for portal_id, moment in due.items() if moment is not None}


def _view(
    portal: Portal,
    last: LastRuns | None,
    counts: Mapping[str, int],
    due: datetime | None,
    quality: Mean | None,
    links: Answering | None,
    withheld: Mapping[str, int],
) -> PortalView:
    success = last.successful.finished if last and last.successful else None
    return PortalView(
        id=portal.id,
        title=portal.title,
        level=portal.level,
        territories=portal.territories,
        url=portal.url,
        search_url=portal.search_url,
        protocol=portal.protocol,
        software=portal.software,
        mutualised=portal.mutualised,
        verified=portal.verified,
        harvestable=portal.protocol in SPOKEN,
        schedule=portal.schedule,
        language=portal.language,
        records=counts.get(portal.id, 0) if last else None,
        last_run=last.attempted.id if last else None,
        last_status=last.attempted.status if last else None,
        last_success=success.isoformat() if success else None,
        next_run=due.isoformat() if due else None,
        quality=quality if last else None,
        links=links if last else None,
        withheld={compact(name): count for name, count in withheld.items()} if last else None,
    )
