"""What a search finds, and what is suggested as one types, on the wire."""

from typing import Any

from pydantic import Field

from api.schemas.base import COPIES, Copy, Json, Level, Wire
from api.schemas.routing import ROUTE, RoutingAnswer


class Publisher(Wire):
    name: str
    territory: str


class Marked(Wire):
    """Where the question's words stand: [first, last + 1] characters."""

    title: list[list[int]]
    description: list[list[int]]


class SearchResult(Wire):
    """One dataset: a cluster of records, shown by its elected copy."""

    id: str
    title: str
    description: str
    publisher: Publisher
    portal: str
    level: Level
    territory: str
    themes: list[str]
    licence: str
    access: str
    formats: list[str]
    modified: str
    archived: bool
    quality: float | None
    score: float
    why: list[Any]
    copies: list[Copy]
    url: str
    marked: Marked


class FacetValue(Wire):
    value: str
    label: str
    count: int
    selected: bool


class Group(Wire):
    """The first results of one level."""

    level: Level
    total: int
    results: list[SearchResult]


class Loosened(Wire):
    """How many datasets answer without one filter."""

    parameter: str
    values: list[str]
    total: int


class SearchAnswer(Wire):
    """Where to ask, and what is known here."""

    route: RoutingAnswer
    results: list[SearchResult]
    facets: dict[str, list[FacetValue]]
    total: int
    page: int
    page_size: int
    next: str | None
    suggestion: str | None = Field(description="the question as it was probably meant")
    relaxed: bool = Field(description="too few datasets have enough of the words: any of them will do")
    others: bool = Field(description="the publisher asked for has nothing on this: these are the others'")
    groups: list[Group] = Field(description="with `group=level`: each level that has results")
    loosened: list[Loosened] = Field(description="where nothing is found: the filters that hide something")


class SuggestedDataset(Wire):
    id: str
    title: str
    publisher: str


class SuggestedTerritory(Wire):
    code: str
    label: str
    level: Level
    within: str = Field(description="the département or région around it")
    question: str = Field(description="what was typed, its last words become this place")


class SuggestedTheme(Wire):
    code: str
    label: str
    question: str = Field(description="what was typed before the theme")


class SuggestedPublisher(Wire):
    name: str
    count: int


class Suggestions(Wire):
    """The best few of each, the best first."""

    datasets: list[SuggestedDataset]
    territories: list[SuggestedTerritory]
    themes: list[SuggestedTheme]
    publishers: list[SuggestedPublisher]


RESULT: Json = {
    "id": "c30a09456d230eaa",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "description": "Horaires théoriques du réseau de bus de la Métropole Européenne de Lille.",
    "publisher": {"name": "Métropole Européenne de Lille", "territory": "epci:200093201"},
    "portal": "mel",
    "level": "epci",
    "territory": "epci:200093201",
    "themes": ["TRAN"],
    "licence": "etalab-2.0",
    "access": "PUBLIC",
    "formats": ["GTFS", "ZIP"],
    "modified": "2025-03-13T08:06:54+00:00",
    "archived": False,
    "quality": None,
    "score": 56.38,
    "why": [{"step": "title", "text": "Dans le titre : horaires, bus"}],
    "copies": COPIES,
    "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    "marked": {"title": [[0, 8], [31, 34]], "description": [[0, 8], [31, 34]]},
}


SUGGESTIONS: Json = {
    "datasets": [
        {
            "id": "c30a09456d230eaa",
            "title": "Horaires théoriques du réseau de bus (GTFS)",
            "publisher": "Métropole Européenne de Lille",
        }
    ],
    "territories": [
        {
            "code": "commune:62119",
            "label": "Béthune",
            "level": "commune",
            "within": "Pas-de-Calais",
            "question": "horaires Béthune",
        }
    ],
    "themes": [{"code": "TRAN", "label": "Transports", "question": "rennes"}],
    "publishers": [{"name": "Métropole Européenne de Lille", "count": 583}],
}


SEARCH: Json = {
    "route": ROUTE,
    "results": [RESULT],
    "facets": {"theme": [{"value": "TRAN", "label": "Transports", "count": 26, "selected": False}]},
    "total": 26,
    "page": 1,
    "page_size": 1,
    "next": "https://aiguillage.example/api/search?q=horaires+bus&page_size=1&page=2",
    "suggestion": None,
    "relaxed": False,
    "others": False,
    "groups": [],
    "loosened": [],
}
