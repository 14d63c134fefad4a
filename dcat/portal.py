"""What both the harvester and the search need to know of a portal. Reading portal files is ``harvester.registry``'s."""

from enum import StrEnum
from urllib.parse import quote_plus

from msgspec import Struct, field

from dcat.model import Distribution


class Level(StrEnum):
    """A level of government, from the closest to the reuser to the farthest."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    NATIONAL = "national"

    @property
    def rank(self) -> int:
        """0 for the commune to 4 for the nation."""
        return list(Level).index(self)


class Protocol(StrEnum):
    """How a portal is harvested (design §3); ``unknown`` is allowed: such a portal is routed to, and not harvested."""

    DCAT = "dcat"
    ODS = "ods"
    CKAN = "ckan"
    UDATA = "udata"
    CSW = "csw"
    GEONETWORK = "geonetwork"
    OGC_RECORDS = "ogc-records"
    ARCGIS_HUB = "arcgis-hub"
    DATA_JSON = "data-json"
    OAI_PMH = "oai-pmh"
    SCHEMA_ORG = "schema-org"
    UNKNOWN = "unknown"


class Politeness(Struct, frozen=True):
    """``delay`` in seconds between two requests to the portal, ``concurrency`` requests at once, ``daily`` requests at
    most in a day of UTC."""

    delay: float = 0.5
    concurrency: int = 2
    daily: int | None = None


class Expectation(Struct, frozen=True):
    """How many datasets a sound harvest brings; outside it the run says so."""

    min: int | None = None
    max: int | None = None


class Occasion(StrEnum):
    """What may be told of a portal's harvests. ``failed``: not everything could be read; ``held``: deletions wait
    for an approval; ``fall``: the number of records fell, or is out of what is expected."""

    FAILED = "failed"
    HELD = "held"
    FALL = "fall"


class Notify(Struct, frozen=True):
    """Who is told when the state of a portal's harvests changes."""

    email: tuple[str, ...] = ()
    webhook: tuple[str, ...] = ()
    on: tuple[Occasion, ...] = tuple(Occasion)


class Portal(Struct, frozen=True):
    """One portal, as its YAML file describes it (design §3), every default resolved. ``files`` comes from no file: the
    distributions that the portal's ``atom`` feeds have, by what identifies their dataset, while it is harvested.
    """

    id: str
    title: str
    level: Level
    territories: tuple[str, ...]
    url: str
    protocol: Protocol = Protocol.UNKNOWN
    endpoint: str = ""
    software: str = ""
    search_url: str = ""
    mutualised: bool = False
    publishers: dict[str, str] = field(default_factory=dict)
    themes: dict[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    verified: bool = False
    enabled: bool = True
    sample: bool = False
    authority: bool = True
    schedule: str = "0 3 * * *"
    politeness: Politeness = Politeness()
    expect: Expectation = Expectation()
    language: str = "fr"
    atom: tuple[str, ...] = ()
    files: dict[str, tuple[Distribution, ...]] = field(default_factory=dict)
    notify: Notify = Notify()

    def search_page(self, query: str) -> str:
        """The portal's own search page for a question, else its front page."""
        if not self.search_url or not query:
            return self.url
        return self.search_url.replace("{query}", quote_plus(query))
