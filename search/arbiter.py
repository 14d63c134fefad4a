"""Between two records: who they are, what the clues say of them, and what people decided."""

from collections.abc import Callable, Collection, Iterable, Mapping

import sqlalchemy as sa

from dcat.portal import Portal
from search.dedupe import rows
from search.dedupe.decisions import Decision, history, in_force, rewrite_decisions, unapplied, write_decisions
from search.dedupe.elect import elect
from search.dedupe.explanation import Explanation, explain
from search.dedupe.review import Doubt, doubts
from search.dedupe.sessions import reading, writing
from search.dedupe.store import ClusterStore
from search.document import Copy


class Arbiter:
    """Asked by anyone. What it writes are decisions: the clusters follow them where they are kept
    (``Catalogue.follow_decisions``).
    """

    def __init__(self, engine: sa.Engine, store: ClusterStore, portals: Mapping[str, Portal]) -> None:
        self._engine = engine
        self._store = store
        self._portals = portals

    # deciding

    def decide(self, said: Iterable[Decision]) -> int:
        """Write decisions down; gives how many are news."""
        with writing(self._engine) as connection:
            return write_decisions(connection, said)

    def undecided(self) -> int:
        """How many decisions the clusters do not follow yet."""
        with reading(self._engine) as connection:
            return len(unapplied(connection))

    def decisions(self, limit: int, offset: int = 0) -> tuple[list[Decision], int]:
        """Everything that was decided, the newest first, and how much that is."""
        with reading(self._engine) as connection:
            return history(connection, limit, offset)

    def decisions_about(self, records: Collection[str]) -> list[Decision]:
        """The last word on each pair that holds any of these records."""
        with reading(self._engine) as connection:
            return in_force(connection, records)

    def hide(self, hide: Callable[[str], str]) -> int:
        """Take what must be forgotten out of reasons and names; gives how many decisions held any of it."""
        with writing(self._engine) as connection:
            return rewrite_decisions(connection, hide)

    # asking

    def named(self, text: str) -> list[str]:
        """The records that a record id, a dataset id (its elected copy), a source IRI or a page link may mean: none,
        one, or several that cannot be told apart."""
        asked = text.strip()
        if self._store.dataset_of(asked):
            return [asked]
        dataset = self._store.redirect_of(asked) or asked
        if copies := self._store.clusters([dataset]).get(dataset):
            return [elect(copies, self._portals).copies[0].record]
        return self.holding(asked)

    def holding(self, asked: str) -> list[str]:
        """The records that an address or an identifier means: those that are it, else those that bear it, by the first
        way of reading it that finds any. Who merely mentions it is not meant."""
        for key in self._store.clues.of_text(asked):
            copies = self.copies(self._store.records_of_key(key))
            own = [record for record, copy in copies.items() if key in copy.identity.get("own", ())]
            page = [record for record in own if copies[record].url == asked]
            bearing = [record for record, copy in copies.items() if _bears(copy, key)]
            if bearing:
                return page if len(page) == 1 else own or bearing
        return []

    def copies(self, records: Collection[str]) -> Mapping[str, Copy]:
        """Record id → what it brings, for the records that are known here."""
        with reading(self._engine) as connection:
            return rows.read_copies(connection, records)

    def explain(self, one: str, other: str) -> Explanation | None:
        """Why two records, in this order, are one dataset, or not; None where one is not here."""
        first, second = min(one, other), max(one, other)
        copies, verdict = self.copies([first, second]), self._store.verdict(first, second)
        if verdict is None:
            return None
        said = next((about for about in self.decisions_about([first]) if about.pair == (first, second)), None)
        decision = said if said and said.in_force else None
        members = self._members(first, second)
        return explain((copies[one], copies[other]), verdict, decision, members, self._store.verdict)

    def doubts(self, limit: int, offset: int = 0) -> tuple[list[Doubt], int]:
        """The pairs that a person should look at, the most doubtful first, and how many there are."""
        with reading(self._engine) as connection:
            return doubts(connection, limit, offset)

    def _members(self, one: str, other: str) -> list[str]:
        """The records of the dataset that holds both; none where they are two datasets."""
        datasets = set(self._store.datasets_of([one, other]).values())
        if len(datasets) > 1:
            return []
        return [copy.record for copies in self._store.clusters(datasets).values() for copy in copies]


def _bears(copy: Copy, key: str) -> bool:
    return any(key in keys for role, keys in copy.identity.items() if role != "mention")
