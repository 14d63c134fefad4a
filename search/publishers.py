"""The publishers of the live index, read again where the index has changed."""

from search.engines.backend import IndexQuery, SearchBackend
from search.question.publishers import PublisherNames
from search.told import Told
from search.vocabulary import KEPT

MOST = 50_000  # names: below what one facet may have on Elasticsearch (search.max_buckets)
CHANGING = (KEPT, "applied_change")  # told: a new index version raises the first, a harvest one of the two


class KeptPublishers:
    """Names with how many datasets each has, as the index counts them."""

    def __init__(self, told: Told, backend: SearchBackend) -> None:
        self._told = told
        self._backend = backend
        self._read: tuple[list[int], PublisherNames] | None = None

    def now(self) -> PublisherNames:
        """Raises ``IndexUnavailable``."""
        now = self._told.now()
        told = [now.get(name, 0) for name in CHANGING]
        if self._read is None or self._read[0] != told:
            found = self._backend.search(IndexQuery(facets=("publisher",), facet_size=MOST, limit=0)).facets
            self._read = told, PublisherNames(dict(found.get("publisher", ())))
        return self._read[1]
