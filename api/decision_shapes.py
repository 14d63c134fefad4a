"""What is said of two records, on the wire: shapes and an example of each (beside ``api.schemas``)."""

from typing import Any, Literal

from pydantic import Field

from api.deciding import NAMED
from api.schemas import Wire

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


class Side(Wire):
    """One of two records, and the dataset that it belongs to."""

    record: str
    dataset: str
    portal: str
    title: str
    publisher: str
    modified: str
    url: str


class Step(Wire):
    """One clue: what it adds, what that makes so far, what each side says."""

    clue: str
    part: Literal["proof", "for", "against", "veto"]
    weight: float
    total: float
    one: str
    other: str
    text: str


class PublicDecision(Wire):
    relation: Said
    one: str
    other: str
    reason: str
    when: str


class Explanation(Wire):
    """Why two records are one dataset (``together``), or not. ``relation`` and ``score`` are the clues'; ``through``
    are the records that join the two where nothing does directly."""

    one: Side
    other: Side
    together: bool
    outcome: Literal["decided", "joined", "through", "held-apart", "linked", "apart"]
    text: str
    relation: Literal["same", "version", "part", "series", "related", "different"]
    score: float
    enough: float
    veto: str
    steps: list[Step]
    decision: PublicDecision | None
    through: list[str]


class Doubt(Wire):
    """A pair to look at; the smaller ``doubt``, the nearer its score is to what is enough."""

    one: Side
    other: Side
    together: bool
    relation: str
    score: float
    doubt: float


class DoubtList(Wire):
    results: list[Doubt]
    total: int
    page: int
    page_size: int
    next: str | None


BODY: dict[str, Any] = {
    "relation": "different",
    "one": "https://data.lillemetropole.fr/dataset/budget-2024",
    "other": "https://www.data.gouv.fr/datasets/budget-2024",
    "reason": "Le budget d'une autre commune",
    "who": "Service données, MEL",
}
DECISION: dict[str, Any] = {
    "relation": "different",
    "one": "data-gouv-fr:0c42293be2a54f7d",
    "other": "mel:985d2887128a76c3",
    "reason": "Le budget d'une autre commune",
    "who": "Service données, MEL",
    "when": "2026-03-13T09:12:00+00:00",
    "applied": False,
}
SIDES: list[dict[str, Any]] = [
    {
        "record": "data-gouv-fr:0c42293be2a54f7d",
        "dataset": "c30a09456d230eaa",
        "portal": "data-gouv-fr",
        "title": "Horaires des bus",
        "publisher": "Métropole Européenne de Lille",
        "modified": "2025-03-13",
        "url": "https://www.data.gouv.fr/datasets/horaires-bus-lille",
    },
    {
        "record": "mel:985d2887128a76c3",
        "dataset": "c30a09456d230eaa",
        "portal": "mel",
        "title": "Horaires des bus",
        "publisher": "Métropole Européenne de Lille",
        "modified": "2025-03-13",
        "url": "https://data.lillemetropole.fr/dataset/horaires-bus",
    },
]
EXPLANATION: dict[str, Any] = {
    "one": SIDES[0],
    "other": SIDES[1],
    "together": True,
    "outcome": "joined",
    "text": "Un même jeu de données : les indices suffisent.",
    "relation": "same",
    "score": 14.0,
    "enough": 6.5,
    "veto": "",
    "steps": [
        {
            "clue": "pointer",
            "part": "proof",
            "weight": 14.0,
            "total": 14.0,
            "one": "ref:data.lillemetropole.fr:horaires-bus",
            "other": "ref:data.lillemetropole.fr:horaires-bus",
            "text": "L'une désigne l'autre comme son origine.",
        }
    ],
    "decision": None,
    "through": [],
}
DOUBT: dict[str, Any] = {
    "one": SIDES[0],
    "other": SIDES[1],
    "together": False,
    "relation": "different",
    "score": 6.0,
    "doubt": 0.5,
}
