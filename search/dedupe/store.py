"""Clusters that last: what is known of each record, its keys and its dataset, in the database.

A batch of changes costs what its neighbours cost: the records that share a key with a changed one are compared anew,
nobody else. Every batch is one transaction: a process killed at any point leaves the old clusters or the new ones.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType

import sqlalchemy as sa

from dcat.codec import Encoded
from dcat.model import Record
from dcat.portal import Portal
from dcat.quality import Mean
from search.batches import batches
from search.dedupe import rows
from search.dedupe.ailing import as_measured, with_ailments
from search.dedupe.change import Batch, apply_batch, name_and_move, reconsider
from search.dedupe.clues import Clues
from search.dedupe.collecting import collecting_seldom
from search.dedupe.decisions import mark_applied, rename_in_decisions, unapplied
from search.dedupe.described import Describer
from search.dedupe.keys import CAPS, KIND, MOST_COPIES, PROVING, key_number
from search.dedupe.near import Neighbourhood
from search.dedupe.processes.workers import Workers, processors
from search.dedupe.quality import UNASKED, Answering, Published, means, published_by
from search.dedupe.sessions import make_tables, reading, writing
from search.dedupe.stages import Stages
from search.dedupe.tables import (
    datasets,
    facts,
    keys,
    metadata,
    pending,
    publishers,
    records,
    redirects,
    relations,
    scores,
    state,
)
from search.dedupe.total import cluster_all, write_all
from search.dedupe.verdict import Link, Verdict
from search.dedupe.waterfall import told
from search.document import Copy
from search.entering import Kept
from search.published.marks import mark_all, mark_unpublished

BATCH = 1_000  # records read or written at once
STALE = "index_stale"  # state: the clusters were rebuilt and the index was not yet
RULES_KEPT = "cluster_rules"  # state: under which rules the clusters were made
RULES = 7  # raise it when keys, facts or verdicts change: clusters made under other rules are made anew

Change = tuple[str, Record | None]


class ClusterStore:
    """The tables of ``search``; ``create`` must have been called once on the database."""

    def __init__(self, engine: sa.Engine, portals: Mapping[str, Portal], processes: int | None = None) -> None:
        """A rebuild has so many ``processes``, else one a processor."""
        self._engine = engine
        self._portals = portals
        self._processes = processors() if processes is None else processes
        self._describer = Describer(portals)

    @property
    def clues(self) -> Clues:
        """Of these portals."""
        return self._describer.clues

    def create(self) -> None:
        make_tables(self._engine, metadata)

    # changing

    def apply(self, changes: Sequence[Change], successors: Mapping[str, str] = MappingProxyType({})) -> Batch:
        """Write or (``None``) remove records, and cluster them and their neighbours anew, in one transaction. The last
        word on a record counts; ``successors`` are the removed ones that live on → under which identifier.
        """
        latest = {
            identity: self._describer.copy(record) if record else None for identity, record in dict(changes).items()
        }
        with self._writing() as connection:
            if connection.scalar(sa.select(records.c.record).limit(1)) is None:
                rows.set_state(connection, RULES_KEPT, RULES)
            before = rows.read_datasets(connection, latest)
            done = apply_batch(connection, latest, successors)
            after = rows.read_datasets(connection, latest)
            mark_unpublished(connection, {*done.touched, *done.linked, *before.values(), *after.values()})
            return done

    def rename(self, successors: Mapping[str, str]) -> None:
        """Records that live on under another identifier keep their datasets, whatever is rebuilt after."""
        with self._writing() as connection:
            rows.mark_pending(connection, rows.rename_records(connection, successors))
            rename_in_decisions(connection, successors)

    def apply_decisions(self) -> Batch:
        """Cluster anew what was decided about since the last time, in one transaction."""
        with self._writing() as connection:
            waiting = unapplied(connection)
            records = {record for pair in waiting.values() for record in pair}
            done = reconsider(connection, records)
            about = rows.read_datasets(connection, records).values()
            mark_unpublished(connection, {*done.touched, *done.linked, *about})
            mark_applied(connection, waiting)
            return done

    def rebuild(self, found: Iterable[Record | Encoded], stages: Stages | None = None) -> int:
        """Replace everything by these records, in one transaction; ids are inherited. Gives how many records;
        ``stages`` are told what each took."""
        stages = stages or Stages()
        with collecting_seldom(), self._workers() as workers, self._writing() as connection:
            before, known = rows.read_everything(connection)
            for table in (records, keys, scores, publishers, pending, facts, relations):
                connection.execute(table.delete())
            written = write_all(connection, found, before, workers, stages)
            clusters = cluster_all(connection, written, workers, stages)
            with stages.of("name"):
                name_and_move(connection, clusters, before, known, lambda ids: known.keys() & set(ids))
            mark_applied(connection, unapplied(connection))
            rows.set_state(connection, STALE, 1)
            rows.set_state(connection, RULES_KEPT, RULES)
            mark_all(connection)
            return len(written)

    def _workers(self) -> Workers:
        return Workers(self._processes, self._portals)

    def _writing(self) -> AbstractContextManager[sa.Connection]:
        return writing(self._engine)

    def _reading(self) -> AbstractContextManager[sa.Connection]:
        return reading(self._engine)

    # reading

    def pending(self, limit: int) -> list[str]:
        """Datasets that the index has not caught up with."""
        with self._reading() as connection:
            found = connection.scalars(sa.select(pending.c.dataset).order_by(pending.c.dataset).limit(limit))
            return list(found)

    def caught_up(self, ids: Collection[str]) -> None:
        """The index holds these as they are now."""
        with self._writing() as connection:
            rows.delete_where(connection, pending, pending.c.dataset, ids)

    def all_caught_up(self) -> None:
        """The index was built anew from all the clusters."""
        with self._writing() as connection:
            connection.execute(pending.delete())
            rows.set_state(connection, STALE, 0)

    def clusters(self, ids: Collection[str]) -> dict[str, tuple[Copy, ...]]:
        """Dataset id → its copies, for those that exist."""
        found = self._kept(ids)
        return {dataset: tuple(as_measured(*one) for one in copies) for dataset, copies in found.items()}

    def _kept(self, ids: Collection[str]) -> dict[str, tuple[Kept, ...]]:
        """As ``clusters``, not decoded."""
        found: dict[str, list[Kept]] = {}
        with self._reading() as connection:
            for some in batches(sorted(ids), rows.PARAMETERS):
                query = with_ailments(records.c.dataset).where(records.c.dataset.in_(some))
                for dataset, copy, ailments in connection.execute(query.order_by(records.c.record)):
                    found.setdefault(dataset, []).append((copy, ailments))
        return {dataset: tuple(copies) for dataset, copies in found.items()}

    def all_clusters(self) -> Iterator[tuple[str, tuple[Copy, ...]]]:
        """Every dataset with its copies, streaming, by id."""
        query = with_ailments(records.c.dataset).order_by(records.c.dataset, records.c.record)
        with self._reading() as connection:
            found = connection.execution_options(yield_per=BATCH).execute(query)
            for dataset, group in groupby(found, key=itemgetter(0)):
                yield dataset, tuple(as_measured(copy, ailments) for _, copy, ailments in group)

    def pages(self, size: int) -> Iterator[dict[str, tuple[Kept, ...]]]:
        """Every dataset with its copies as they are kept, by id, so many at a time; nothing is held open while the
        caller works."""
        last = ""
        while True:
            query = sa.select(datasets.c.dataset).where(datasets.c.dataset > last).order_by(datasets.c.dataset)
            with self._reading() as connection:
                ids = list(connection.scalars(query.limit(size)))
            if not ids:
                return
            yield self._kept(ids)
            last = ids[-1]

    def count(self) -> int:
        """How many datasets there are."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(datasets)) or 0

    def is_outdated(self) -> bool:
        """Whether the clusters were made under other rules than today's: nothing may be added before a rebuild."""
        return self.value(RULES_KEPT) != RULES and self.count_records() > 0

    def count_records(self) -> int:
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(records)) or 0

    def count_ignored_keys(self) -> int:
        """Identifiers and addresses that too many records share to mean anything."""
        kind = keys.c.key.bitwise_and(KIND)
        cap = sa.case({number: CAPS[number] for number in PROVING}, value=kind)
        shared = sa.select(keys.c.key).where(kind.in_(PROVING)).group_by(keys.c.key).having(sa.func.count() > cap)
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(shared.subquery())) or 0

    def dataset_of(self, record: str) -> str:
        """The dataset that a record belongs to, or ``""``."""
        with self._reading() as connection:
            return connection.scalar(sa.select(records.c.dataset).where(records.c.record == record)) or ""

    def datasets_of(self, ids: Collection[str]) -> dict[str, str]:
        """Record → dataset, for the records that exist."""
        with self._reading() as connection:
            return rows.read_datasets(connection, ids)

    def quality(self, portals: Collection[str], answering: Answering = UNASKED) -> dict[str, Mean]:
        """Portal → the mean quality of its records; one that has none is not there."""
        with self._reading() as connection:
            return means(connection, portals, answering)

    def published_by(self, publisher: str, answering: Answering = UNASKED) -> Published | None:
        """What a publisher has in every portal, by one of its names; None where nobody goes by it."""
        with self._reading() as connection:
            return published_by(connection, publisher, answering)

    def relations(self, ids: Collection[str] | None = None) -> Iterator[Link]:
        """What is linked without being one dataset; given records, only what concerns them."""
        with self._reading() as connection:
            yield from rows.read_relations(connection, ids)

    def verdict(self, one: str, other: str) -> Verdict | None:
        """What is said of two records as they are now, clue by clue; None where one of them does not exist."""
        with self._reading() as connection:
            copies = rows.read_copies(connection, {one, other})
            found = Neighbourhood(connection, ()).verdict(one, other)
        return told(found, copies[found.one], copies[found.other]) if found else None

    def redirect_of(self, dataset: str) -> str:
        """The id that took over from an ended one, or ``""``."""
        with self._reading() as connection:
            return connection.scalar(sa.select(redirects.c.target).where(redirects.c.dataset == dataset)) or ""

    def records_of_key(self, key: str) -> list[str]:
        """The records that hold a key, at most ``MOST_COPIES`` and one."""
        query = sa.select(keys.c.record).where(keys.c.key == key_number(key)).limit(MOST_COPIES + 1)
        with self._reading() as connection:
            return sorted(connection.scalars(query))

    def value(self, name: str) -> int:
        with self._reading() as connection:
            return connection.scalar(sa.select(state.c.value).where(state.c.name == name)) or 0

    def set_value(self, name: str, value: int) -> None:
        with self._writing() as connection:
            rows.set_state(connection, name, value)
