"""One publisher over all portals: how good its descriptions are, whoever carries them."""

from typing import NoReturn

from msgspec import Struct

from api.answers.portals import answering_shares
from api.errors import NotFound
from api.messages import say
from api.services import Services
from dcat.publish.addresses import OURSELVES
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
    return find_publisher(services, identity) or _unknown(identity)


def described_at(services: Services, identity: str) -> str:
    """Where an agent of the feed is described that publishes no record: who made a dataset or runs a service, with the
    dataset; who publishes the catalogue, on our first page. Raises ``NotFound``."""
    if identity == OURSELVES:
        return "/"
    dataset = services.published.described_in(identity) if services.harvested else ""
    return f"/datasets/{dataset}" if dataset else _unknown(identity)


def _unknown(identity: str) -> NoReturn:
    raise NotFound(*(say(language, "publisher_unknown", publisher=identity) for language in ("fr", "en")))


def find_publisher(services: Services, identity: str) -> PublisherView | None:
    """As ``publisher_view``; None for who publishes no record."""
    found = services.catalogue.published_by(identity, answering_shares(services)) if services.harvested else None
    if found is None:
        return None
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
