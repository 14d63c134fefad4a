"""Keeps the index in line with the clusters: what changed, or everything into a new version."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import sqlalchemy as sa
import structlog
from msgspec import Struct

from dcat.codec import Encoded
from dcat.model import Record
from dcat.portal import Portal
from search.batches import batches
from search.dedupe.collecting import collecting_seldom
from search.dedupe.loops import keep_loops
from search.dedupe.processes.task import Enter
from search.dedupe.processes.workers import Workers, processors
from search.dedupe.shown import forget_shown, keep_shown
from search.dedupe.stages import Stages
from search.dedupe.store import BATCH, STALE, Change, ClusterStore
from search.engines.backend import Entry, IndexUnavailable, SearchBackend
from search.entering import entered
from search.evidence import WRITTEN
from search.vocabulary import keep_words

log = structlog.get_logger(__name__)


class Applied(Struct, frozen=True):
    """``written`` and ``removed`` count records, ``datasets`` those whose entry was looked at again."""

    written: int = 0
    removed: int = 0
    datasets: int = 0


class Rebuilt(Struct, frozen=True):
    records: int
    datasets: int
    version: str


class Check(Struct, frozen=True):
    """``indexed`` and ``clusters`` should be equal; ``pending`` are datasets that the index has yet to catch up with,
    ``ignored_keys`` those that too many records share.
    """

    ok: bool
    records: int
    clusters: int
    indexed: int
    pending: bool
    ignored_keys: int
    live: str


class Indexer:
    """The only writer: of the clusters first, of the index after, which can always be told again."""

    def __init__(
        self, engine: sa.Engine, store: ClusterStore, backend: SearchBackend, portals: Mapping[str, Portal]
    ) -> None:
        self._engine = engine
        self._store = store
        self._backend = backend
        self._portals = portals

    def apply(self, changes: Iterable[Change], successors: Mapping[str, str] = MappingProxyType({})) -> Applied:
        """Cluster and index what changed, in batches; what an earlier call could not index is caught up first.

        Raises ``IndexUnavailable``; the clusters are then written and the next call catches the index up.
        """
        datasets = self.catch_up()
        written = removed = 0
        for batch in batches(changes, BATCH):
            gone = {record: successors[record] for record, said in batch if said is None and record in successors}
            done = self._store.apply(batch, gone)
            written, removed = written + done.written, removed + done.removed
            datasets += self.catch_up()
        return Applied(written, removed, datasets)

    def catch_up(self) -> int:
        """Bring the index in line with the clusters; gives how many datasets it looked at."""
        if not self._backend.ready() or self._store.value(STALE):
            return self.fill().datasets
        number = 0
        while ids := self._store.pending(BATCH):
            clusters = self._store.clusters(ids)
            gone = [name for name in ids if name not in clusters]
            found = entered(clusters, self._portals)
            keep_shown(self._engine, found.shown, gone)
            keep_loops(self._engine, (copy for copies in clusters.values() for copy in copies), pointing=True)
            self._backend.update(found.entries, gone)
            self._tell_written()
            keep_words(self._engine, found.words, anew=False)
            self._store.caught_up(ids)
            number += len(ids)
        return number

    def rebuild(
        self, records: Iterable[Record | Encoded], successors: Mapping[str, str] = MappingProxyType({})
    ) -> Rebuilt:
        """Everything anew from the archive's records. Readers keep the old index until the new one is whole."""
        if successors:
            self._store.rename(successors)
        number = self._store.rebuild(records)
        filled = self.fill()
        return Rebuilt(number, filled.datasets, filled.version)

    def fill(self) -> Rebuilt:
        """A new version from all the clusters, counted before it is published; the others are removed after."""
        version = self._backend.create_version()
        try:
            forget_shown(self._engine)
            used: Counter[str] = Counter()
            with collecting_seldom():
                self._backend.write(version, self._all_entries(used))
            held = self._counted(version)
        except BaseException:
            self._backend.discard(version)
            raise
        self._backend.publish(version)
        self._tell_written()
        keep_words(self._engine, used, anew=True)
        self._store.all_caught_up()
        for old in self._backend.versions():
            if old != version:
                self._backend.discard(old)
        log.info("index published", version=version, datasets=held)
        return Rebuilt(self._store.count_records(), held, version)

    def check(self) -> Check:
        """Compares index and clusters; raises ``IndexUnavailable``."""
        clusters, indexed = self._store.count(), self._backend.count()
        pending = bool(self._store.pending(1)) or bool(self._store.value(STALE))
        return Check(
            ok=clusters == indexed and not pending,
            records=self._store.count_records(),
            clusters=clusters,
            indexed=indexed,
            pending=pending,
            ignored_keys=self._store.count_ignored_keys(),
            live=self._backend.live(),
        )

    def _tell_written(self) -> None:
        """What was counted in the index before may be otherwise now."""
        self._store.set_value(WRITTEN, self._store.value(WRITTEN) + 1)

    def _counted(self, version: str) -> int:
        """How many datasets the version holds: all, or it is not published."""
        held, expected = self._backend.count(version), self._store.count()
        if held != expected:
            raise _incomplete(expected, held)
        return held

    def _all_entries(self, used: Counter[str]) -> Iterator[Entry]:
        """Made on all processors; ``used`` counts the words. Which copies are shown, and what came back in a loop, is
        kept beside.
        """
        tasks = (Enter(clusters) for clusters in self._store.pages(BATCH))
        with Workers(processors(), self._portals) as workers:
            for answer in workers.answers(tasks, Stages()):
                if (found := answer.entered) is not None:
                    used.update(found.words)
                    keep_shown(self._engine, found.shown, anew=True)
                    keep_loops(self._engine, found.pointing, pointing=False)
                    yield from found.entries


def _incomplete(expected: int, held: int) -> IndexUnavailable:
    return IndexUnavailable(
        f"La nouvelle version de l'index tient {held} jeux de données au lieu de {expected} ; l'ancienne reste en "
        "service. Relancez « aiguillage index --rebuild ».",
        f"The new version of the index holds {held} datasets instead of {expected}; the old one stays in use. Run "
        "“aiguillage index --rebuild” again.",
    )
