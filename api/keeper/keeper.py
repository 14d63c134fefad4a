"""The keeper of an installation: the one scheduler, and the one writer of the index (design §2)."""

import os
import signal
import sys
import threading
from collections.abc import Callable

import structlog

from api.errors import Unavailable
from api.feed.dumping import Dumper
from api.keeper.forgetting import complete
from api.keeper.indexing import follow
from api.keeper.lock import KeeperLock, keeper_lock
from api.services import Services
from harvester.errors import HarvestError
from search.engines.backend import IndexUnavailable

logger = structlog.get_logger()

FOLLOW_SECONDS = 1.0
TAKEOVER_SECONDS = 5.0


class Keeper:
    """Waits for the lock, then follows the archive with the index until it is told to stop.

    ``on_kept`` is called once the lock is held, ``on_released`` before it is let go: there the scheduler starts and
    stops. ``on_turn`` is called every second or so between.
    """

    def __init__(
        self,
        services: Services,
        on_kept: Callable[[], None] = lambda: None,
        on_released: Callable[[], None] = lambda: None,
        on_turn: Callable[[], None] = lambda: None,
        lock: KeeperLock | None = None,
    ) -> None:
        self._services = services
        self._on_kept = on_kept
        self._on_released = on_released
        self._on_turn = on_turn
        self._dumper = Dumper(services)
        self._lock = lock or keeper_lock(services.settings.data_dir, services.archive.engine)
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End ``run`` soon."""
        self._stopping.set()

    def run(self) -> None:
        """Blocks until ``stop``."""
        if not self._wait_for_lock():
            return
        try:
            logger.info("keeper", state="kept")
            self._on_kept()
            while not self._stopping.is_set():
                self._turn()
                self._stopping.wait(FOLLOW_SECONDS)
        finally:
            self._on_released()
            self._lock.release()
            logger.info("keeper", state="released")

    def _wait_for_lock(self) -> bool:
        waiting = False
        while not self._stopping.is_set():
            if self._lock.acquire():
                return True
            if not waiting:
                logger.info("keeper", state="waiting", reason="another keeper holds the lock")
                waiting = True
            self._stopping.wait(TAKEOVER_SECONDS)
        return False

    def _turn(self) -> None:
        """A store that is away is tried again at the next turn: the archive keeps what changed."""
        for step in (self._follow, self._dumper.turn, self._on_turn):
            try:
                step()
            except (Unavailable, IndexUnavailable, HarvestError) as error:
                logger.warning("a store is away, tried again", reason=str(error))
                self._stopping.wait(TAKEOVER_SECONDS)

    def _follow(self) -> None:
        if not complete(self._services):
            follow(self._services)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """SIGINT and SIGTERM end the process through ``stop``."""

    def handle(_number: int, _frame: object) -> None:
        stop()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def stop_with_parent(stop: Callable[[], None]) -> None:
    """The parent holds the other end of standard input: it closes when the parent ends, however it ends."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1):  # no lock of Python's is held meanwhile, which its end would wait for
            pass
        stop()

    threading.Thread(target=wait, daemon=True).start()
