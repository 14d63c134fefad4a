"""The answer to "where should this question go?", in the shape of design §5.

Empty lists and texts are written out, never left away; ``datasets`` is null where a portal was never harvested.
"""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct


class AnswerType(StrEnum):
    """``multi``: every route is needed; ``ambiguous``: the routes are the choices."""

    SINGLE = "single"
    MULTI = "multi"
    AMBIGUOUS = "ambiguous"
    NATIONAL = "national"


class TerritoryAnswer(Struct, frozen=True):
    """A place read. ``span`` is in characters of the question."""

    code: str
    label: str
    level: str
    matched: str
    probability: float
    span: tuple[int, int]
    kind: str


class CompetenceAnswer(Struct, frozen=True):
    """A competence read, with the words that say so."""

    id: str
    label: str
    probability: float
    matched: str
    theme: str
    legal_basis: str


class PublisherAnswer(Struct, frozen=True):
    """A publisher read; ``value`` is what the filter on publishers takes. ``announced``: only its datasets are wanted;
    else they come first."""

    kind: str
    label: str
    value: str
    matched: str
    span: tuple[int, int]
    cut: tuple[int, int]
    announced: bool


class Reason(Struct, frozen=True, omit_defaults=True):
    """One step of the explanation: ``step`` is one of place, competence, level, portal, evidence; ``code`` a row of
    ``tables/reasons.csv``, the rest the codes that it speaks of, left away where it speaks of none.
    """

    step: str
    text: str
    code: str
    matched: str = ""
    territory: str = ""
    level: str = ""
    competence: str = ""
    legal_basis: str = ""
    portal: str = ""
    datasets: int | None = None


class Skipped(Struct, frozen=True):
    """What would have come before this route: a portal, or (``portal`` empty) a level without one."""

    portal: str
    reason: str
    code: str
    territory: str
    level: str


class Route(Struct, frozen=True):
    """One portal to go to, and why."""

    portal: str
    title: str
    level: str
    territory: str
    url: str
    search_url: str
    confidence: float
    datasets: int | None
    coverage: str
    reasons: tuple[Reason, ...]
    skipped: tuple[Skipped, ...]


class RoutingAnswer(Struct, frozen=True):
    """Territories, competences and routes, best first. ``language`` is the question's; ``hint`` says what would make
    the answer better, else it is empty.
    """

    query: str
    language: str
    answer_type: AnswerType
    territories: tuple[TerritoryAnswer, ...]
    competences: tuple[CompetenceAnswer, ...]
    routes: tuple[Route, ...]
    hint: str = ""
    publishers: tuple[PublisherAnswer, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries, every key present."""
        answer: dict[str, Any] = msgspec.to_builtins(self)
        return answer
