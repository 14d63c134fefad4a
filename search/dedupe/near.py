"""Who is near some records: those they share a telling key with, and the whole clusters that these may belong to.

Only verdicts that say ``SAME`` are followed from record to record; whoever merely shares a key is looked at and left.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

import sqlalchemy as sa

from search.dedupe import rows
from search.dedupe.blocks import Blocks
from search.dedupe.clusters import Edge, edge_of, joined
from search.dedupe.decisions import decided_about
from search.dedupe.facts import Facts
from search.dedupe.keys import cap_of
from search.dedupe.tree import judge
from search.dedupe.verdict import Relation, Verdict


class Neighbourhood:
    """Grows from the seeds until no verdict leads out of it. ``known`` maps records to facts that need not be read."""

    def __init__(
        self, connection: sa.Connection, seeds: Collection[str], known: Mapping[str, Facts] = MappingProxyType({})
    ) -> None:
        self._connection = connection
        self._known = dict(known)
        self._followed: set[int] = set()
        self._crowded: set[int] = set()
        self._holders: dict[int, list[str]] = {}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._decided: dict[tuple[str, str], Relation] = {}
        self.core: dict[str, Facts] = {}
        self._grow(set(seeds))
        self.blocks = self._blocks()

    def verdict(self, one: str, other: str) -> Verdict | None:
        """What is said of two records, whether they share a key or not; None where one does not exist."""
        self._grow_by({one, other})
        if not {one, other} <= set(self._known):
            return None
        return judge(self._known[one], self._known[other], self._blocks())

    def clusters(self) -> list[tuple[str, ...]]:
        """The clusters of the whole neighbourhood."""
        return joined(self.core, self._edges(), self.blocks, self._decided)

    def verdicts_on(self, seeds: Collection[str]) -> Iterator[Verdict]:
        """What is said of any of these and another record."""
        for verdict in self._verdicts.values():
            if verdict.one in seeds or verdict.other in seeds:
                yield verdict

    def _edges(self) -> Iterator[Edge]:
        return (edge_of(verdict) for verdict in self._verdicts.values() if verdict.relation is Relation.SAME)

    def _grow(self, frontier: set[str]) -> None:
        while frontier:
            present = self._grow_by(frontier)
            reached = set(self._judged(present.values())) | self._decided_with(present)
            frontier = reached - set(self.core)

    def _grow_by(self, records: Collection[str]) -> dict[str, Facts]:
        """Take these in, with all who share a key with them; gives those that exist."""
        self._load(records)
        present = {record: self._known[record] for record in records if record in self._known}
        self.core.update(present)
        self._follow({key for fact in present.values() for key in fact.keys} - self._followed)
        return present

    def _load(self, records: Iterable[str]) -> None:
        self._known.update(rows.read_facts(self._connection, set(records) - set(self._known)))

    def _follow(self, fresh: set[int]) -> None:
        """Read who holds these keys, and what comparing needs of them."""
        self._followed |= fresh
        counts = rows.key_counts(self._connection, fresh)
        self._crowded |= {key for key, number in counts.items() if number > cap_of(key)}
        shared = [key for key, number in counts.items() if 1 < number <= cap_of(key)]
        self._holders.update(rows.holders(self._connection, shared))
        self._load({record for key in shared for record in self._holders[key]})

    def _judged(self, frontier: Iterable[Facts]) -> Iterator[str]:
        """Judge these with all who share a key; gives those that are one dataset with them."""
        blocks = self._blocks()
        for fact in frontier:
            for record in {other for key in fact.keys if key in self._holders for other in self._holders[key]}:
                pair = (min(record, fact.record), max(record, fact.record))
                if record == fact.record:
                    continue
                if pair not in self._verdicts:
                    self._verdicts[pair] = judge(fact, self._known[record], blocks)
                if self._verdicts[pair].relation is Relation.SAME:
                    yield record

    def _decided_with(self, records: Collection[str]) -> set[str]:
        found = decided_about(self._connection, records)
        self._decided.update(found)
        return {record for pair in found for record in pair}

    def _blocks(self) -> Blocks:
        held = {key: [self._known[record] for record in found] for key, found in self._holders.items()}
        return Blocks(held, frozenset(self._crowded))
