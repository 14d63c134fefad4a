"""What several shapes on the wire (design §5 and §6) have in common, and how their examples are shown in OpenAPI.

Answers are encoded straight from the frozen structures of ``search`` and ``harvester``, which have these shapes; tests
check answers and examples with them. Each subject has a file of the name that its routes have.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["commune", "epci", "departement", "region", "national"]
Json = dict[str, Any]


class Wire(BaseModel):
    """Extended, never broken: a client must accept members that it does not know."""

    model_config = ConfigDict(extra="allow")


class Copy(Wire):
    record: str
    portal: str
    url: str


class Quality(Wire):
    """By the European method (MQA): of one dataset, or the mean of several."""

    datasets: int
    points: float
    known: int = Field(description="the points that could be judged, of 405")
    rating: Literal["excellent", "good", "sufficient", "bad"] | None
    dimensions: dict[str, float] = Field(description="points by dimension")
    met: dict[str, float | None] = Field(description="indicator: the share that meets it, null where none was judged")


COPIES: list[Json] = [
    {
        "record": "mel:985d2887128a76c3",
        "portal": "mel",
        "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    },
    {
        "record": "data-gouv-fr:0c42293be2a54f7d",
        "portal": "data-gouv-fr",
        "url": "https://www.data.gouv.fr/datasets/horaires-bus-lille",
    },
]


QUALITY: Json = {
    "datasets": 583,
    "points": 231.4,
    "known": 325,
    "rating": "good",
    "dimensions": {
        "findability": 78.1,
        "accessibility": 19.2,
        "interoperability": 84.6,
        "reusability": 39.5,
        "contextuality": 10.0,
    },
    "met": {"keywords": 0.93, "access-url-answers": None},
}


def list_of(result: Json) -> Json:
    """A list of one (design §5)."""
    return {"results": [result], "total": 1, "page": 1, "page_size": 20, "next": None}


def shown(example: Json) -> dict[int | str, Json]:
    """What FastAPI is told of an answer: the ``responses`` of one operation."""
    return {200: {"content": {"application/json": {"example": example}}}}
