"""Where a question should go, on the wire."""

from typing import Literal

from pydantic import BaseModel, Field

from api.schemas.base import Json, Level, Wire

AnswerType = Literal["single", "multi", "ambiguous", "national"]


class TerritoryRead(Wire):
    """A place that was read in the question."""

    code: str = Field(examples=["commune:35238"])
    label: str = Field(examples=["Rennes"])
    level: Level
    matched: str = Field(examples=["rennes"])
    probability: float = Field(ge=0, le=1, examples=[0.98])


class CompetenceRead(Wire):
    """A competence that was read in the question."""

    id: str = Field(examples=["transports-urbains"])
    label: str
    probability: float = Field(ge=0, le=1)


class PublisherRead(Wire):
    """A publisher that was read in the question; ``announced``: only its datasets are wanted, else they come first."""

    kind: Literal["publisher"]
    label: str = Field(examples=["Insee"])
    value: str = Field(description="what the parameter `publisher` takes")
    matched: str = Field(examples=["insee"])
    span: list[int] = Field(description="[first, last + 1] characters of the question")
    announced: bool


class Reason(Wire):
    """One step of the explanation, machine-readable and in words."""

    step: str = Field(examples=["competence"])
    text: str


class Skipped(Wire):
    """A portal that was considered and set aside."""

    portal: str
    reason: str


class Route(Wire):
    """One portal to ask. ``datasets`` is null where the portal was never harvested: unknown, not empty."""

    portal: str = Field(examples=["rennes-metropole"])
    title: str
    level: Level
    territory: str = Field(examples=["epci:243500139"])
    url: str
    search_url: str
    confidence: float = Field(ge=0, le=1)
    datasets: int | None
    coverage: str = Field(examples=["known", "unknown"])
    reasons: list[Reason]
    skipped: list[Skipped]


class RoutingAnswer(Wire):
    """Where a question should go; territories, competences and routes come best first."""

    query: str
    language: str
    answer_type: AnswerType
    territories: list[TerritoryRead]
    competences: list[CompetenceRead]
    publishers: list[PublisherRead] = Field(description="those that the question names, in its order")
    routes: list[Route]


class RouteQuestion(BaseModel):
    """One question of a batch."""

    q: str = Field(max_length=10_000, examples=["horaires bus rennes"])
    territory: str = Field("", examples=["commune:35238"])
    theme: str = Field("", examples=["TRAN"])


class RouteBatch(BaseModel):
    """Up to 100 questions at once."""

    questions: list[RouteQuestion] = Field(min_length=1, max_length=100)
    lang: Literal["", "fr", "en"] = ""
    limit: int = Field(5, ge=1, le=50)


class RouteBatchAnswer(Wire):
    results: list[RoutingAnswer]


ROUTE: Json = {
    "query": "horaires bus rennes",
    "language": "fr",
    "answer_type": "single",
    "territories": [
        {"code": "commune:35238", "label": "Rennes", "level": "commune", "matched": "rennes", "probability": 0.99}
    ],
    "competences": [
        {"id": "transports-urbains", "label": "Transports en commun urbains (bus, métro, tram)", "probability": 1.0}
    ],
    "publishers": [],
    "routes": [
        {
            "portal": "rennes-metropole",
            "title": "Rennes Métropole",
            "level": "epci",
            "territory": "epci:243500139",
            "url": "https://data.rennesmetropole.fr",
            "search_url": "https://data.rennesmetropole.fr/explore/?q=horaires+bus",
            "confidence": 0.985,
            "datasets": 5,
            "coverage": "known",
            "reasons": [
                {"step": "level", "text": "Rennes Métropole (intercommunalité) détient cette compétence."},
                {"step": "evidence", "text": "5 jeux de données pertinents y sont connus."},
            ],
            "skipped": [],
        }
    ],
}


ROUTE_BATCH: Json = {"questions": [{"q": "horaires bus rennes"}, {"q": "budget", "territory": "departement:38"}]}


ROUTES: Json = {"results": [ROUTE]}
