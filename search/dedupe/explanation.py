"""Why two records are one dataset, or not: the waterfall of the clues, what was decided, and what joins the two."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from itertools import accumulate

from msgspec import Struct

from search.dedupe.decisions import RELATIONS, Decision
from search.dedupe.evidence import table
from search.dedupe.tree import ENOUGH
from search.dedupe.verdict import Relation, Verdict
from search.document import Copy

MOST_MEMBERS = 30  # copies of one dataset among which a way from one record to the other is looked for

Asked = Callable[[str, str], Verdict | None]
"""Two record ids → what the clues say of them."""


class Outcome(StrEnum):
    """How the two stand, and by what."""

    DECIDED = "decided"  # somebody decided so
    WAITING = "waiting"  # one still, though somebody decided otherwise: the clusters have not followed yet
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
    """The two stand as in ``pair``. ``verdict`` has its words (``search.dedupe.waterfall``); ``members`` are the
    records of the dataset that holds both; empty where none does."""
    through = _through(pair, members, ask) if members and verdict.relation is not Relation.SAME else ()
    outcome = _outcome(verdict, decision, together=bool(members))
    told = steps(verdict, turned=verdict.one != pair[0].record)
    return Explanation(*pair, bool(members), outcome, verdict, ENOUGH, told, decision, through)


def steps(verdict: Verdict, *, turned: bool) -> tuple[Step, ...]:
    """The clues that counted, then the veto, with the sum so far; ``turned``: the greater record stands first."""
    totals = accumulate(clue.weight for clue in verdict.clues)
    return tuple(
        Step(
            clue.clue,
            table()[clue.clue].part,
            clue.weight,
            round(total, 2),
            clue.other if turned else clue.one,
            clue.one if turned else clue.other,
            clue.text_fr,
            clue.text_en,
        )
        for clue, total in zip(verdict.clues, totals, strict=True)
    )


def _outcome(verdict: Verdict, decision: Decision | None, *, together: bool) -> Outcome:
    if decision is not None and (RELATIONS[decision.relation] is Relation.SAME) is together:
        return Outcome.DECIDED
    if decision is not None and together:
        return Outcome.WAITING
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
