"""Why two records are one dataset or two, on the wire."""

from typing import Literal

from api.schemas.base import Json, Wire
from api.schemas.decisions import Said


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
    outcome: Literal["decided", "waiting", "joined", "through", "held-apart", "linked", "apart"]
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


SIDES: list[Json] = [
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


EXPLANATION: Json = {
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


DOUBT: Json = {
    "one": SIDES[0],
    "other": SIDES[1],
    "together": False,
    "relation": "different",
    "score": 6.0,
    "doubt": 0.5,
}
