"""Which portals were ever read whole: asked of the archive rarely, since one that was stays so."""

import time
from collections.abc import Callable, Container, Mapping

from harvester.archive.rows import LastRuns

LOOK_SECONDS = 5.0


class PortalsRead(Container[str]):
    """Ids of portals with a successful run. One that is missing is looked for again after ``LOOK_SECONDS``."""

    def __init__(self, last_runs: Callable[[], Mapping[str, LastRuns]]) -> None:
        self._last_runs = last_runs
        self._known: frozenset[str] = frozenset()
        self._looked = -LOOK_SECONDS

    def __contains__(self, portal: object) -> bool:
        if portal not in self._known and time.monotonic() - self._looked >= LOOK_SECONDS:
            self._looked = time.monotonic()
            self._known = frozenset(one for one, runs in self._last_runs().items() if runs.successful is not None)
        return portal in self._known
