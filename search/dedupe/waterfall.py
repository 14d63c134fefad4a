"""Why two records are one dataset, or not: the clues in the order in which they counted, what each side says, the sum.

Made when somebody asks; the engine itself keeps no words.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from msgspec import Struct

from dcat.model import text_in
from dcat.territory import gazetteer
from search.dedupe.decisions import RELATIONS, Decision
from search.dedupe.evidence import table
from search.dedupe.tree import ENOUGH
from search.dedupe.verdict import Relation, Verdict
from search.document import Copy

LONGEST = 300  # characters shown of what a side says
MOST_MEMBERS = 30  # copies of one dataset among which a way from one record to the other is looked for

Asked = Callable[[str, str], Verdict | None]
"""Two record ids → what the clues say of them."""


class Outcome(StrEnum):
    """How the two stand, and by what."""

    DECIDED = "decided"  # somebody decided so
    JOINED = "joined"  # the clues join them
    THROUGH = "through"  # others join them
    HELD_APART = "held-apart"  # the clues would, but a difference within the two groups forbids it
    LINKED = "linked"  # two datasets that have to do with each other
    APART = "apart"


class Step(Struct, frozen=True):
    """One clue. ``part`` is proof, for, against or veto; ``total`` what the weights add up to so far."""

    clue: str
    part: str
    weight: float
    total: float
    one: str
    other: str
    text_fr: str
    text_en: str


class Explanation(Struct, frozen=True):
    """``together``: both are one dataset now. ``enough`` is what ``score`` must reach where words alone speak; a proof
    needs no score, and no score helps against a ``veto``. ``through`` are the records that join the two.
    """

    one: Copy
    other: Copy
    together: bool
    outcome: Outcome
    verdict: Verdict
    enough: float
    steps: tuple[Step, ...]
    decision: Decision | None
    through: tuple[str, ...] = ()


def explain(
    pair: tuple[Copy, Copy], verdict: Verdict, decision: Decision | None, members: Collection[str], ask: Asked
) -> Explanation:
    """``members`` are the records of the dataset that holds both; empty where none does."""
    through = _through(pair, members, ask) if members and verdict.relation is not Relation.SAME else ()
    outcome = _outcome(verdict, decision, together=bool(members))
    return Explanation(*pair, bool(members), outcome, verdict, ENOUGH, steps(verdict, pair), decision, through)


def steps(verdict: Verdict, pair: tuple[Copy, Copy]) -> tuple[Step, ...]:
    """The clues that counted, then the veto."""
    total, found = 0.0, []
    for clue in verdict.clues:
        total = round(total + clue.weight, 2)
        found.append(_step(clue.clue, clue.weight, total, pair))
    if verdict.veto:
        found.append(_step(verdict.veto, 0.0, total, pair))
    return tuple(found)


def _outcome(verdict: Verdict, decision: Decision | None, *, together: bool) -> Outcome:
    if decision is not None and (RELATIONS[decision.relation] is Relation.SAME) is together:
        return Outcome.DECIDED
    if verdict.relation is Relation.SAME:
        return Outcome.JOINED if together else Outcome.HELD_APART
    if together:
        return Outcome.THROUGH
    return Outcome.LINKED if verdict.relation.links else Outcome.APART


def _through(pair: tuple[Copy, Copy], members: Collection[str], ask: Asked) -> tuple[str, ...]:
    """The records on the shortest way from one to the other along which the clues join, both left out."""
    start, goal = (copy.record for copy in pair)
    if len(members) > MOST_MEMBERS:
        return ()
    came: dict[str, str] = {start: ""}
    frontier = [start]
    while frontier and goal not in came:
        here = frontier.pop(0)
        for record in sorted(set(members) - set(came)):
            said = ask(here, record)
            if said is not None and said.relation is Relation.SAME:
                came[record] = here
                frontier.append(record)
    return _way(came, goal)


def _way(came: Mapping[str, str], goal: str) -> tuple[str, ...]:
    way, here = [], came.get(goal, "")
    while here and came[here]:
        way.append(here)
        here = came[here]
    return tuple(reversed(way))


def _step(clue: str, weight: float, total: float, pair: tuple[Copy, Copy]) -> Step:
    row = table()[clue]
    said = SAYS.get(clue, _keys)
    one, other = (said(copy, against)[:LONGEST] for copy, against in (pair, pair[::-1]))
    return Step(clue, row.part, weight, total, one, other, row.text["fr"], row.text["en"])


def _title(copy: Copy, _: Copy) -> str:
    return text_in(copy.title)


def _description(copy: Copy, _: Copy) -> str:
    return " ".join(text_in(copy.description).split())


def _publisher(copy: Copy, _: Copy) -> str:
    return copy.publisher


def _seat(copy: Copy, _: Copy) -> str:
    return _place(copy.publisher_territory) or _coverage(copy, copy)


def _coverage(copy: Copy, _: Copy) -> str:
    return ", ".join(map(_place, copy.coverage))


def _place(code: str) -> str:
    found = gazetteer().get(code) if code else None
    return f"{found.name} ({code})" if found else code


def _keywords(copy: Copy, other: Copy) -> str:
    """Those that both have first."""
    return ", ".join(sorted(copy.keywords, key=lambda word: word not in other.keywords))


def _modified(copy: Copy, _: Copy) -> str:
    return copy.modified[:10]


def _version(copy: Copy, _: Copy) -> str:
    return " · ".join(filter(None, (text_in(copy.title), copy.version)))


def _keys(copy: Copy, other: Copy) -> str:
    """The identifiers and addresses of this one that the other has too."""
    theirs = {key for keys in other.identity.values() for key in keys}
    return ", ".join(sorted({key for keys in copy.identity.values() for key in keys if key in theirs}))


SAYS: Mapping[str, Callable[[Copy, Copy], str]] = {
    **dict.fromkeys(("title", "generic title", "year", "number", "place", "twins"), _title),
    "homonym": _publisher,
    "version": _version,
    "description": _description,
    "publisher": _publisher,
    "other publisher": _publisher,
    "territory": _seat,
    "disjoint territory": _coverage,
    "keywords": _keywords,
    "modified": _modified,
}
"""Clue → what a copy says where it is asked; all others are about identifiers and addresses."""
