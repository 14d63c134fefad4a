"""Dumps written beside everything else: one at a time, of the newest snapshot, at most every ten minutes."""

import threading
import time

import structlog

from api.errors import Problem
from api.feed.whole import dumped, write_dumps
from api.services import Services
from harvester.errors import HarvestError
from search.engines.backend import IndexUnavailable

logger = structlog.get_logger()

PAUSE_SECONDS = 600.0


class Dumper:
    """Asked at every turn of the keeper; writes in a thread of its own."""

    def __init__(self, services: Services, pause: float = PAUSE_SECONDS) -> None:
        self._services = services
        self._pause = pause
        self._begun = -pause
        self._thread: threading.Thread | None = None

    def turn(self) -> None:
        """Begin to write where the dumps are of an older snapshot than the newest."""
        if (self._thread and self._thread.is_alive()) or time.monotonic() - self._begun < self._pause:
            return
        if self._services.harvested and self._is_behind():
            self._begun = time.monotonic()
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()

    def wait(self) -> None:
        """Until what was begun is written."""
        if self._thread:
            self._thread.join()

    def _is_behind(self) -> bool:
        snapshot = self._services.published.snapshot()
        return snapshot is not None and snapshot.number != dumped(self._services)

    def _write(self) -> None:
        """A store that is away, or a disk that is full, is tried again later."""
        started = time.monotonic()
        try:
            snapshot = write_dumps(self._services)
        except (Problem, HarvestError, IndexUnavailable, OSError) as error:
            logger.warning("dumps not written", reason=str(error))
        else:
            logger.info("dumps written", snapshot=snapshot.number, seconds=round(time.monotonic() - started, 1))
