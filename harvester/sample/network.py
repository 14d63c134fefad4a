"""Who the sample portals are, what they speak, and who harvests whom."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import cycle
from urllib.parse import urlsplit

from msgspec import Struct

from dcat.portal import Level, Portal, Protocol
from dcat.territory import gazetteer

SPOKEN = (Protocol.DCAT, Protocol.ODS, Protocol.CKAN, Protocol.UDATA)

PROTOCOL_OF_SOFTWARE = {
    "opendatasoft": Protocol.ODS,
    "huwise": Protocol.ODS,
    "dkan": Protocol.CKAN,
    "ckan": Protocol.CKAN,
    "udata": Protocol.UDATA,
    "geonetwork": Protocol.DCAT,
    "georchestra": Protocol.DCAT,
}
"""What a portal's software speaks, for portals whose own protocol the sample does not; the first one named counts."""

SYNTAXES = ("ttl", "rdf", "jsonld", "nt")
ENDPOINTS = {
    Protocol.ODS: "/api/explore/v2.1",
    Protocol.CKAN: "/api/3/action",
    Protocol.UDATA: "/api/1",
}


class SamplePortal(Struct, frozen=True):
    """A registered portal as the sample serves it. ``syntax`` and ``hydra`` (``paged`` | ``partial``) matter to dcat
    only."""

    portal: Portal
    protocol: Protocol
    syntax: str = "ttl"
    hydra: str = "partial"

    @property
    def id(self) -> str:
        """The registry's id, also the prefix of every path of the portal on the sample server."""
        return self.portal.id

    @property
    def host(self) -> str:
        """The real host, which records keep in their IRIs."""
        return urlsplit(self.portal.url).netloc

    @property
    def endpoint(self) -> str:
        """Where harvesting starts, below the portal's prefix."""
        return ENDPOINTS.get(self.protocol, f"/catalog.{self.syntax}")


def sample_portals(registry: Iterable[Portal]) -> dict[str, SamplePortal]:
    """Every portal with one of the four protocols: its own, else its software's, else one after the other."""
    turns = cycle((Protocol.DCAT, Protocol.CKAN, Protocol.UDATA))
    syntaxes = cycle((syntax, hydra) for syntax in SYNTAXES for hydra in ("partial", "paged"))
    portals = {}
    for portal in registry:
        protocol = _spoken(portal) or next(turns)
        syntax, hydra = next(syntaxes) if protocol is Protocol.DCAT else ("ttl", "partial")
        portals[portal.id] = SamplePortal(portal, protocol, syntax, hydra)
    return portals


def _spoken(portal: Portal) -> Protocol | None:
    if portal.protocol in SPOKEN:
        return portal.protocol
    software = portal.software.lower()
    named = [(software.index(word), protocol) for word, protocol in PROTOCOL_OF_SOFTWARE.items() if word in software]
    return min(named)[1] if named else None


def wider_portals(portals: Mapping[str, SamplePortal]) -> dict[str, tuple[str, ...]]:
    """For each portal, the portals of a wider level over the same ground, nearest first: they may republish it."""
    return {name: tuple(_wider(sample.portal, portals)) for name, sample in portals.items()}


def _wider(portal: Portal, portals: Mapping[str, SamplePortal]) -> Iterator[str]:
    around = {place.code for code in portal.territories for place in gazetteer().chain(code)}
    candidates = [
        other.portal
        for other in portals.values()
        if other.portal.level.rank > portal.level.rank and around & set(other.portal.territories)
    ]
    yield from (other.id for other in sorted(candidates, key=lambda other: other.level.rank))


def national_portal(portals: Mapping[str, SamplePortal]) -> str:
    """The portal that takes what no other carries: the first national authority."""
    return next(
        name for name, sample in portals.items() if sample.portal.level is Level.NATIONAL and sample.portal.authority
    )
