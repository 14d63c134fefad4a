"""What is asked and what is not found, as administrators read it: counters with their names."""

import re
from collections.abc import Mapping

from msgspec import Struct

from api.answers.filters import territory_code, theme_code
from api.answers.labels import code_label
from api.errors import BadRequest
from api.services import Services
from dcat.competence import competences
from dcat.territory import gazetteer
from search.demand.counted import UNMET, Event
from search.demand.store import Total, Wanted

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class DemandView(Struct, frozen=True):
    """One counter with its names."""

    event: str
    portal: str
    territory: str
    territory_label: str
    level: str
    competence: str
    competence_label: str
    theme: str
    count: int


class PortalDemand(Struct, frozen=True):
    """How often questions were sent to a portal, followed there, or went past it for want of data."""

    portal: str
    title: str
    level: str
    counts: Mapping[Event, int]


def wanted(event: str = "", portal: str = "", territory: str = "", theme: str = "", since: str = "") -> Wanted:
    """The counters asked for; ``event`` also ``unmet``. ``BadRequest`` on a month, territory or theme that is none."""
    if since and not MONTH.fullmatch(since):
        raise BadRequest(
            f"since : « {since[:40]} » n'est pas un mois (2026-11)", f"since: “{since[:40]}” is no month (2026-11)"
        )
    code = theme_code(theme) if theme else ""
    return Wanted(
        events=UNMET if event == "unmet" else (Event(event),) if event else (),
        portal=portal,
        territory=territory_code(territory) if territory else "",
        competences=[one.id for one in competences().values() if one.theme == code] if code else None,
        since=since,
    )


def totals(services: Services, asked: Wanted, language: str, limit: int, offset: int) -> tuple[list[DemandView], int]:
    """Counters with names, the largest first, and how many there are."""
    if not services.harvested:
        return [], 0
    found, total = services.demand.totals(asked, limit, offset)
    return [_view(one, language) for one in found], total


def by_portal(services: Services, asked: Wanted) -> list[PortalDemand]:
    """Portals with their counters, the most asked first."""
    counts = services.demand.by_portal(asked) if services.harvested else {}
    known = ((services.portals.get(identity), identity, counted) for identity, counted in counts.items() if identity)
    return [
        PortalDemand(identity, portal.title if portal else identity, str(portal.level) if portal else "", counted)
        for portal, identity, counted in known
    ]


def theme_name(language: str, theme: str) -> str:
    """The label of a theme, empty for none."""
    return code_label(language, "theme", theme)


def _view(total: Total, language: str) -> DemandView:
    counted = total.counted
    place, competence = gazetteer().get(counted.territory), competences().get(counted.competence)
    return DemandView(
        event=str(counted.event),
        portal=counted.portal,
        territory=counted.territory,
        territory_label=place.name if place else "",
        level=str(place.level) if place else "",
        competence=counted.competence,
        competence_label=competence.label(language) if competence else "",
        theme=competence.theme if competence else "",
        count=total.number,
    )
