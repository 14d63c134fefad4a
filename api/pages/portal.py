"""A portal as its page shows it."""

import re

from msgspec import Struct

from api.answers.portals import PortalDetail, portal_detail
from api.messages import Language, say
from api.services import Services
from dcat.portal import Portal
from dcat.territory import NATIONAL, gazetteer
from harvester.runs.report import Report
from search.engines.backend import IndexUnavailable

_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* \*")


class PortalPage(Struct, frozen=True):
    """``authority`` is None where nobody knows: no index yet, or it is away."""

    portal: PortalDetail
    territories: tuple[str, ...]
    schedule: str
    last: Report | None
    success: Report | None
    authority: int | None


def portal_page_view(services: Services, portal: Portal, language: Language) -> PortalPage:
    """A fixed number of queries; none while nothing was harvested."""
    last = services.archive.last_runs().get(portal.id) if services.harvested else None
    return PortalPage(
        portal=portal_detail(services, portal),
        territories=tuple(_place(code, language) for code in portal.territories),
        schedule=schedule_in_words(language, portal.schedule),
        last=services.archive.report(last.attempted.id) if last else None,
        success=services.archive.report(last.successful.id) if last and last.successful else None,
        authority=_authority(services, portal.id) if last else None,
    )


def _authority(services: Services, portal: str) -> int | None:
    try:
        return services.catalogue.counts_by_portal().get(portal, 0)
    except IndexUnavailable:
        return None


def _place(code: str, language: Language) -> str:
    if code == NATIONAL:
        return say(language, "level_national")
    place = gazetteer().get(code)
    return place.name if place else code


def schedule_in_words(language: Language, cron: str) -> str:
    """*chaque nuit vers 03:00* for a daily cron, else the cron itself."""
    daily = _DAILY.fullmatch(cron)
    if daily is None:
        return say(language, "portal_schedule_cron", cron=cron)
    minute, hour = daily.groups()
    return say(language, "portal_schedule_daily", time=f"{int(hour):02}:{int(minute):02}")
