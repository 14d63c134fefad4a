"""The portals of the registry, on the wire."""

from pydantic import Field

from api.schemas.base import COPIES, QUALITY, Copy, Json, Level, Quality, Wire


class Links(Wire):
    """Checks of a portal's addresses in the last thirty days that told anything, and how many answered."""

    asked: int
    answered: int


class PortalView(Wire):
    """A portal of the registry, and what its last harvest left here."""

    id: str
    title: str
    level: Level
    territories: list[str]
    url: str
    protocol: str
    verified: bool
    harvestable: bool
    records: int | None
    last_run: int | None
    last_status: str | None
    next_run: str | None
    quality: Quality | None
    links: Links | None
    withheld: dict[str, int] | None = Field(
        description="datasets that stay out of the merged feed, by the mandatory property that they lack"
    )


class Republisher(Wire):
    """Another portal that publishes datasets of this one too, and whose copy of them is shown."""

    portal: str
    shared: int
    shown_here: int
    shown_there: int


class Loop(Wire):
    """Portals, each of which harvests the next, and the last the first; ``example`` is one of the datasets."""

    portals: list[str]
    datasets: int
    example: str


class PortalDetail(PortalView):
    republishers: list[Republisher]
    loops: list[Loop]


class PortalList(Wire):
    results: list[PortalView]
    total: int
    page: int
    page_size: int
    next: str | None


class SharedDataset(Wire):
    """A dataset that a portal and others publish: whose copy is ``shown``, and why; it comes first of the copies."""

    dataset: str
    title: str
    shown: str
    why: list[str]
    copies: list[Copy]


class SharedList(Wire):
    results: list[SharedDataset]
    total: int
    page: int
    page_size: int
    next: str | None


PORTAL: Json = {
    "id": "rennes-metropole",
    "title": "Rennes Métropole",
    "level": "epci",
    "territories": ["epci:243500139"],
    "url": "https://data.rennesmetropole.fr",
    "search_url": "https://data.rennesmetropole.fr/explore/?q={query}",
    "protocol": "ods",
    "software": "opendatasoft",
    "mutualised": True,
    "verified": False,
    "harvestable": True,
    "schedule": "0 3 * * *",
    "language": "fr",
    "records": 583,
    "last_run": 42,
    "last_status": "ok",
    "last_success": "2025-03-13T03:04:05+00:00",
    "next_run": "2025-03-14T03:00:00+01:00",
    "quality": QUALITY,
    "links": {"asked": 350, "answered": 331},
    "withheld": {"dct:description": 3},
}


PORTAL_DETAIL: Json = PORTAL | {
    "republishers": [{"portal": "data-gouv-fr", "shared": 412, "shown_here": 405, "shown_there": 2}],
    "loops": [{"portals": ["data-bretagne", "data-gouv-fr"], "datasets": 3, "example": "c30a09456d230eaa"}],
}


SHARED: Json = {
    "dataset": "c30a09456d230eaa",
    "title": "Horaires des bus",
    "shown": COPIES[0]["portal"],
    "why": ["Le portail mel est celui où l'éditeur publie lui-même ; d'autres republient."],
    "copies": COPIES,
}
