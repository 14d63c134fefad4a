"""The publishers of the live index, read again where the index has changed."""

from threading import Lock, Thread

import structlog

from search.engines.backend import IndexQuery, IndexUnavailable, SearchBackend
from search.question.publishers import PublisherNames
from search.told import Told
from search.vocabulary import KEPT

MOST = 50_000  # names: below what one facet may have on Elasticsearch (search.max_buckets)
CHANGING = (KEPT, "applied_change")  # told: a new index version raises the first, a harvest one of the two

logger = structlog.get_logger()


class KeptPublishers:
    """Names with how many datasets each has, as the index counts them."""

    def __init__(self, told: Told, backend: SearchBackend) -> None:
        self._told = told
        self._backend = backend
        self._reading = Lock()
        self._read: tuple[list[int], PublisherNames] | None = None

    def now(self) -> PublisherNames:
        """Those of the index as they were last read. Where it has changed since they are read again beside, which takes
        up to a second: no question waits for it. Raises ``IndexUnavailable`` where they were never read.
        """
        now = self._told.now()
        told = [now.get(name, 0) for name in CHANGING]
        if self._read is None:
            self._read = told, self._counted()
        elif self._read[0] != told and self._reading.acquire(blocking=False):
            Thread(target=self._read_again, args=(told,), daemon=True).start()
        return self._read[1]

    def _read_again(self, told: list[int]) -> None:
        try:
            self._read = told, self._counted()
        except IndexUnavailable as error:
            logger.warning("publishers are those of the index before", reason=str(error))
        finally:
            self._reading.release()

    def _counted(self) -> PublisherNames:
        found = self._backend.search(IndexQuery(facets=("publisher",), facet_size=MOST, limit=0)).facets
        return PublisherNames(dict(found.get("publisher", ())))
