"""Links between protocols and what they serve, shared by ISO records and GeoNetwork's JSON: one table of services."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from dcat.model import Concept, DataService, Distribution, Text, Texts

STANDARDS = {
    "wms": "http://www.opengeospatial.org/standards/wms",
    "wfs": "http://www.opengeospatial.org/standards/wfs",
    "wcs": "http://www.opengeospatial.org/standards/wcs",
    "wmts": "http://www.opengeospatial.org/standards/wmts",
    "csw": "http://www.opengeospatial.org/standards/cat",
    "sos": "http://www.opengeospatial.org/standards/sos",
    "wps": "http://www.opengeospatial.org/standards/wps",
    "ogc api features": "http://www.opengis.net/doc/IS/ogcapi-features-1/1.0",
    "ogc api records": "http://www.opengis.net/doc/IS/ogcapi-records-1/1.0",
    "ogc api": "",
    "esri:rest": "",
    "esri rest": "",
}
"""What a link's protocol names → the standard of the service (GeoDCAT-AP: ``dct:conformsTo``)."""

_PROTOCOL = re.compile("|".join(sorted(map(re.escape, STANDARDS), key=len, reverse=True)), re.IGNORECASE)
_WORD = re.compile(rf"(?<![a-z])(?:{_PROTOCOL.pattern})(?![a-z])", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"[?&]service=(wms|wfs|wcs|wmts|csw|sos|wps)(?:&|$)", re.IGNORECASE)
_DATA_REQUEST = re.compile(r"[?&]request=(getfeature|getcoverage|getmap|getrecordbyid)(?:&|$)", re.IGNORECASE)
_ESRI = re.compile(r"/rest/services/.+/(?:Map|Feature|Image)Server\b", re.IGNORECASE)
_CAPABILITIES = re.compile(r"[?&]request=getcapabilities(?:&|$)", re.IGNORECASE)
_FILE = re.compile(
    r"\.(?:zip|csv|xlsx?|ods|gpkg|geojson|json|shp|7z|gz|tiff?|ecw|jp2|dxf|dwg|tab|kmz?|gml|laz)$", re.IGNORECASE
)
_OWN_PARAMETERS = frozenset(("service", "version", "request"))
DOWNLOADS = ("www:download", "file", "ftp", "inspire atom", "atom")
PAGES = frozenset(
    ("information", "search", "completeMetadata", "browsing", "browseGraphic", "emailService", "fileAccess")
)
INFORMATION = "information"
BROWSING = "browsing"


class Link(Struct, frozen=True):
    """``function`` is a ``CI_OnLineFunctionCode``; ``protocol`` the words of the source, with its IRI if it has one."""

    url: str
    protocol: str = ""
    protocol_iri: str = ""
    function: str = ""
    name: Texts = ()
    description: Texts = ()
    media_type: str = ""

    def service(self) -> str:
        """The key of ``STANDARDS``, ``""`` where the link leads to no service: also where it asks a service for the
        data themselves."""
        if _DATA_REQUEST.search(self.url) and not self.protocol.lower().startswith("ogc:wms"):
            return ""
        if _ESRI.search(self.url):
            return "esri:rest"
        found = _WORD.search(f"{self.protocol} {self.protocol_iri.rpartition('/')[2]}") or _IN_ADDRESS.search(self.url)
        return found[found.lastindex or 0].lower() if found else ""

    def downloads(self) -> bool:
        """Whether the address gives the data themselves."""
        protocol = self.protocol.lower()
        return (
            protocol.startswith(DOWNLOADS)
            or bool(_DATA_REQUEST.search(self.url))
            or bool(_FILE.search(urlsplit(self.url).path))
        )

    def is_page(self) -> bool:
        """Whether it leads to words about the data: its function says so, or nothing says that it leads to data. To be
        browsed may be said of a page or of a service."""
        if self.function in PAGES and not (self.function == BROWSING and self.service()):
            return True
        return not (self.function or self.service() or self.downloads())


def endpoint(url: str) -> str:
    """The address of a service without what asks for its capabilities; what else tells the service apart stays."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in _OWN_PARAMETERS]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept, safe="/:,"), ""))


def data_service(link: Link) -> DataService:
    """The service at the end of a link."""
    standard = STANDARDS.get(link.service(), "")
    return DataService(
        title=link.name or link.description,
        endpoint_urls=(endpoint(link.url),),
        endpoint_descriptions=(link.url,) if _CAPABILITIES.search(link.url) else (),
        conforms_to=(Concept(iri=standard, label=(Text(link.protocol),) if link.protocol else ()),)
        if standard or link.protocol
        else (),
    )


def distribution(link: Link, formats: tuple[Concept, ...] = (), extra: str = "") -> Distribution:
    """One link as a distribution. A service is its own format; of several formats none is the link's."""
    service = link.service()
    own = Concept(label=(Text(link.protocol or service),)) if service else formats[0] if len(formats) == 1 else None
    return Distribution(
        title=link.name or link.description,
        description=link.description if link.name else (),
        access_urls=(link.url,),
        download_urls=(link.url,) if not service and link.downloads() else (),
        format=own,
        media_type=Concept(label=(Text(link.media_type),)) if link.media_type and not service else None,
        access_services=(data_service(link),) if service else (),
        extra=extra,
    )
