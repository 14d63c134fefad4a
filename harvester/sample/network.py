"""Who the sample portals are, what they speak, and who harvests whom."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import cycle
from urllib.parse import urlsplit

from msgspec import Struct

from dcat.portal import Level, Portal, Protocol
from dcat.territory import gazetteer
from harvester.registry import SPOKEN

PROTOCOL_OF_SOFTWARE = {
    "opendatasoft": Protocol.ODS,
    "huwise": Protocol.ODS,
    "dkan": Protocol.DATA_JSON,
    "ckan": Protocol.CKAN,
    "udata": Protocol.UDATA,
    "georchestra": Protocol.CSW,
    "geonetwork": Protocol.GEONETWORK,
}
"""What a portal's software speaks, for portals of unknown protocol; the first one named counts."""

TURNS = (
    Protocol.DCAT,
    Protocol.OGC_RECORDS,
    Protocol.ARCGIS_HUB,
    Protocol.OAI_PMH,
    Protocol.SCHEMA_ORG,
    Protocol.DCAT,
    Protocol.ARCGIS_HUB,
    Protocol.DCAT,
    Protocol.DCAT,
    Protocol.CKAN,
    Protocol.CSW,
)
"""What portals of which nothing is known speak, one after the other."""

SYNTAXES = ("ttl", "rdf", "jsonld", "nt")
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
DIALECTS: Mapping[Protocol, Mapping[str, str]] = {
    Protocol.DCAT: {syntax: f"/catalog.{syntax}" for syntax in SYNTAXES},
    Protocol.ODS: {"v2.1": "/api/explore/v2.1"},
    Protocol.CKAN: {"v3": "/api/3/action"},
    Protocol.UDATA: {"v1": "/api/1"},
    Protocol.CSW: {"iso19139": "/csw", "iso19115-3": f"/csw?outputSchema={MDB}"},
    Protocol.GEONETWORK: {"v4": "/geonetwork", "v3": "/geonetwork"},
    Protocol.OGC_RECORDS: {"pycsw": "/collections/metadata:main/items"},
    Protocol.ARCGIS_HUB: {"dcat-us": "/api/feed/dcat-us/1.1.json", "dcat-ap": "/api/feed/dcat-ap/2.1.1.json"},
    Protocol.DATA_JSON: {"dkan": "/data.json"},
    Protocol.OAI_PMH: {"iso19139": "/oai"},
    Protocol.SCHEMA_ORG: {"sitemap": "/sitemap.xml"},
}
"""Ways to speak a protocol → where harvesting starts, below the portal's prefix. Portals of one protocol have them one
after the other."""

HYDRA = ("partial", "paged")


class SamplePortal(Struct, frozen=True):
    """A registered portal as the sample serves it: one of the ``DIALECTS`` of its protocol. ``hydra`` (``paged`` |
    ``partial``) matters to dcat only."""

    portal: Portal
    protocol: Protocol
    dialect: str
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
    def syntax(self) -> str:
        """Of a DCAT feed: its extension."""
        return self.dialect

    @property
    def endpoint(self) -> str:
        """Where harvesting starts, below the portal's prefix."""
        return DIALECTS[self.protocol][self.dialect]


def sample_portals(registry: Iterable[Portal], spoken: Collection[Protocol] = SPOKEN) -> dict[str, SamplePortal]:
    """Every portal with one of the protocols that are harvested: its own, else its software's, else one after the
    other."""
    turns = cycle(protocol for protocol in TURNS if protocol in spoken)
    dialects = {protocol: cycle(names) for protocol, names in DIALECTS.items()}
    hydra = cycle(HYDRA)
    portals = {}
    for portal in registry:
        protocol = _spoken(portal, spoken) or next(turns)
        generation = next(hydra) if protocol is Protocol.DCAT else HYDRA[0]
        portals[portal.id] = SamplePortal(portal, protocol, next(dialects[protocol]), generation)
    return portals


def _spoken(portal: Portal, spoken: Collection[Protocol]) -> Protocol | None:
    if portal.protocol in spoken:
        return portal.protocol
    software = portal.software.lower()
    named = [(software.index(word), protocol) for word, protocol in PROTOCOL_OF_SOFTWARE.items() if word in software]
    return next((protocol for _, protocol in sorted(named) if protocol in spoken), None)


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
