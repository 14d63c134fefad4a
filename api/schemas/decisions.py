"""What people decide of two records, on the wire."""

from typing import Literal

from pydantic import Field

from api.answers.deciding import NAMED
from api.schemas.base import Json, Wire

Said = Literal["same", "different", "part-of", "undo"]


class DecisionBody(Wire):
    """``one`` is the same as ``other``, different from it, or a part of it; ``undo`` lets the clues speak again."""

    relation: Said
    one: str = Field(max_length=4000, description=NAMED)
    other: str = Field(max_length=4000, description=NAMED)
    reason: str = Field(min_length=1, max_length=2000, description="why; kept with the decision")
    who: str = Field(default="HTTP", max_length=200, description="who decides, in your own words")


class Decision(Wire):
    """A decision as it is kept. ``applied``: the clusters follow it; they do within seconds where a keeper runs."""

    relation: Said
    one: str
    other: str
    reason: str
    who: str
    when: str
    applied: bool


class DecisionList(Wire):
    results: list[Decision]
    total: int
    page: int
    page_size: int
    next: str | None


BODY: Json = {
    "relation": "different",
    "one": "https://data.lillemetropole.fr/dataset/budget-2024",
    "other": "https://www.data.gouv.fr/datasets/budget-2024",
    "reason": "Le budget d'une autre commune",
    "who": "Service données, MEL",
}


DECISION: Json = {
    "relation": "different",
    "one": "data-gouv-fr:0c42293be2a54f7d",
    "other": "mel:985d2887128a76c3",
    "reason": "Le budget d'une autre commune",
    "who": "Service données, MEL",
    "when": "2026-03-13T09:12:00+00:00",
    "applied": False,
}
