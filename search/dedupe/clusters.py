"""Which records are one dataset: joined by verdicts, strongest first, never through a weak link.

The partition depends on the set of records alone, never on their order: edges are taken strongest first, then by
record id. Joining two groups is refused where any two of their records may not be one dataset, and on words alone also
where most of them do not say the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product
from types import MappingProxyType

from msgspec import Struct

from search.dedupe.blocks import blocks_of
from search.dedupe.decisions import Decided
from search.dedupe.evidence import PROOFS
from search.dedupe.facts import Facts
from search.dedupe.senses import Meaning
from search.dedupe.tree import judge, say_one_text
from search.dedupe.verdict import Relation, Verdict

DECIDED, PROOF, WORDED = range(3)
AGREEMENT = 0.5  # part of the pairs across two groups that must be one dataset for words to join them

ABSOLUTE = frozenset(("year", "version", "place", "disjoint territory", "twins"))
"""Hard differences that keep two records out of one cluster even where neither was compared because of its words."""


class Edge(Struct, frozen=True, order=True, array_like=True):
    """Two records that are one dataset; sorts strongest first."""

    weakness: int
    score: float  # negated
    one: str
    other: str


def edge_of(verdict: Verdict) -> Edge:
    """Of a verdict that says ``SAME``."""
    proof = bool(verdict.clues) and verdict.clues[0].clue in PROOFS
    return Edge(PROOF if proof else WORDED, -verdict.score, verdict.one, verdict.other)


def partition(
    facts: Sequence[Facts], crowded: Collection[int] = (), decided: Decided = MappingProxyType({})
) -> list[tuple[str, ...]]:
    """The clusters of some records, each sorted, in the order of their first record. ``crowded`` are keys held by too
    many records, as far as the caller knows more holders than are given here.
    """
    blocks = blocks_of(facts, crowded)
    verdicts = (judge(one, other, blocks) for one, others in blocks.pairs() for other in others)
    edges = [edge_of(verdict) for verdict in verdicts if verdict.relation is Relation.SAME]
    return joined({fact.record: fact for fact in facts}, edges, blocks, decided)


def joined(
    facts: Mapping[str, Facts], edges: Iterable[Edge], blocks: Meaning, decided: Decided = MappingProxyType({})
) -> list[tuple[str, ...]]:
    """The clusters that these edges make of the records. What people decided wins: ``same`` joins whatever the clues
    say, anything else keeps the two in different clusters.
    """
    found = list(edges)
    grouping = _Grouping(facts, blocks, decided, frozenset((edge.one, edge.other) for edge in found))
    for edge in sorted((*_decided_edges(decided, facts), *found)):
        grouping.join(edge)
    return grouping.clusters()


class _Groups:
    """Records that were joined; who was not is alone."""

    def __init__(self) -> None:
        self._of: dict[str, list[str]] = {}

    def of(self, record: str) -> list[str]:
        return self._of.setdefault(record, [record])

    def join(self, one: list[str], other: list[str]) -> None:
        """Two groups, which may be one already."""
        if one is other:
            return
        larger, smaller = (one, other) if len(one) >= len(other) else (other, one)
        larger.extend(smaller)
        self._of.update(dict.fromkeys(smaller, larger))

    def every(self, records: Iterable[str]) -> list[tuple[str, ...]]:
        """All the groups of these records, each sorted."""
        alone = [(record,) for record in records if record not in self._of]
        distinct = {id(group): tuple(sorted(group)) for group in self._of.values()}
        return sorted((*alone, *distinct.values()))


class _Grouping:
    """Groups that grow edge by edge. ``same`` are the pairs that were judged to be one dataset: not asked again.

    ``_alike`` are the groups without what people joined. Only in these a hard difference can forbid anything: who
    joined two records has said that what parts one from the other's copies is none.
    """

    def __init__(
        self, facts: Mapping[str, Facts], blocks: Meaning, decided: Decided, same: frozenset[tuple[str, str]]
    ) -> None:
        self._facts, self._blocks, self._decided, self._same = facts, blocks, decided, same
        self._groups, self._alike = _Groups(), _Groups()

    def join(self, edge: Edge) -> None:
        one, other = self._groups.of(edge.one), self._groups.of(edge.other)
        first, second = self._alike.of(edge.one), self._alike.of(edge.other)
        if first is second or self._is_forbidden(one, other) or not self._may_join(edge, first, second):
            return
        self._groups.join(one, other)
        if edge.weakness != DECIDED:
            self._alike.join(first, second)

    def clusters(self) -> list[tuple[str, ...]]:
        return self._groups.every(self._facts)

    def _is_forbidden(self, one: Sequence[str], other: Sequence[str]) -> bool:
        """Somebody told two of their records apart."""
        if not self._decided or one is other:
            return False
        return any(_told_apart(self._decided, *pair) for pair in product(one, other))

    def _may_join(self, edge: Edge, one: Sequence[str], other: Sequence[str]) -> bool:
        if edge.weakness == DECIDED or len(one) == len(other) == 1:
            return True  # of two records alone the edge has said all
        agreeing = 0
        for first, second in product(one, other):
            if (min(first, second), max(first, second)) in self._same:
                agreeing += 1
                continue
            verdict = judge(self._facts[first], self._facts[second], self._blocks)
            if verdict.veto in ABSOLUTE or (verdict.veto and edge.weakness == WORDED):
                return False
            agreeing += verdict.relation is Relation.SAME or self._agree(first, second, verdict)
        return edge.weakness == PROOF or agreeing >= AGREEMENT * len(one) * len(other)

    def _agree(self, first: str, second: str, verdict: Verdict) -> bool:
        linked = verdict.relation in (Relation.RELATED, Relation.PART) and not verdict.veto
        return linked and say_one_text(self._facts[first], self._facts[second], self._blocks)


def _decided_edges(decided: Decided, known: Collection[str]) -> Iterator[Edge]:
    for (one, other), relation in decided.items():
        if relation is Relation.SAME and one in known and other in known:
            yield Edge(DECIDED, 0.0, one, other)


def _told_apart(decided: Decided, one: str, other: str) -> bool:
    return decided.get((min(one, other), max(one, other)), Relation.SAME) is not Relation.SAME
