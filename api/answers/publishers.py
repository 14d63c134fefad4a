"""One publisher over all portals: how good its descriptions are, whoever carries them."""

from msgspec import Struct

from api.answers.portals import answering_shares
from api.errors import NotFound
from api.messages import say
from api.services import Services
from dcat.quality import Mean
from dcat.territory import gazetteer

SIREN_DIGITS = 9


class PublisherView(Struct, frozen=True):
    """``quality`` is the mean of its records; ``portals`` the same in each portal that carries some, the most first."""

    id: str
    name: str
    siren: str
    territory: str
    territory_label: str
    quality: Mean
    portals: dict[str, Mean]


def publisher_view(services: Services, identity: str) -> PublisherView:
    """By SIREN, or by the name that the feed gives it. Raises ``NotFound``."""
    found = services.catalogue.published_by(identity, answering_shares(services)) if services.harvested else None
    if found is None:
        raise NotFound(*(say(language, "publisher_unknown", publisher=identity) for language in ("fr", "en")))
    siren = found.body if found.body.isdecimal() and len(found.body) == SIREN_DIGITS else ""
    place = (gazetteer().by_siren(siren) if siren else None) or gazetteer().get(found.territory)
    return PublisherView(
        id=found.body,
        name=found.name,
        siren=siren,
        territory=place.code if place else "",
        territory_label=place.name if place else "",
        quality=found.quality,
        portals=found.portals,
    )
