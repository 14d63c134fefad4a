"""Counters of questions, kept in memory for a moment and then added to the database, so that no answer waits for it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog

from search.demand.counted import Counted
from search.demand.store import DemandStore
from search.engines.backend import IndexUnavailable

logger = structlog.get_logger()

WRITE_SECONDS = 20.0
MOST_KEPT = 20_000
"""Different counters in memory; where the database is away for long, what comes more is not counted."""


class Tally:
    """What happened since it was last written. ``store`` gives None where nothing can be kept (no archive yet)."""

    def __init__(self, store: Callable[[], DemandStore | None]) -> None:
        self._store = store
        self._counts: Counter[Counted] = Counter()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None

    def count(self, happened: Iterable[Counted]) -> None:
        """Returns at once; written within ``WRITE_SECONDS``."""
        with self._lock:
            for counted in happened:
                if counted in self._counts or len(self._counts) < MOST_KEPT:
                    self._counts[counted] += 1
            if self._timer is None:
                self._timer = threading.Timer(WRITE_SECONDS, self.write)
                self._timer.daemon = True
                self._timer.start()

    def write(self) -> None:
        """Add what was counted to the database; where that is away, it is kept for the next time."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        try:
            store = self._store() if counts else None
            if store:
                store.add(f"{datetime.now(UTC):%Y-%m}", counts)
        except IndexUnavailable as error:
            logger.warning("questions not counted yet", reason=str(error))
            with self._lock:
                self._counts.update(counts)


class NoTally(Tally):
    """Counts nothing: this installation does not want it (``COUNT_QUESTIONS=false``)."""

    def __init__(self) -> None:
        super().__init__(lambda: None)

    def count(self, happened: Iterable[Counted]) -> None:
        """Forget it."""
