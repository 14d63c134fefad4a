"""The publishers of the live index, read again where the index has changed."""

import sqlalchemy as sa

from search.dedupe.sessions import reading
from search.dedupe.tables import state
from search.engines.backend import IndexQuery, SearchBackend
from search.question.publishers import PublisherNames
from search.vocabulary import KEPT

MOST = 50_000  # names: below what one facet may have on Elasticsearch (search.max_buckets)
TOLD = (KEPT, "applied_change")  # state: a new index version raises the first, a harvest one of the two

_TOLD = sa.select(state.c.name, state.c.value).where(state.c.name.in_(TOLD))


class KeptPublishers:
    """Names with how many datasets each has, as the index counts them."""

    def __init__(self, engine: sa.Engine, backend: SearchBackend) -> None:
        self._engine = engine
        self._backend = backend
        self._read: tuple[dict[str, int], PublisherNames] | None = None

    def now(self) -> PublisherNames:
        """Raises ``IndexUnavailable``."""
        told = self._told()
        if self._read is None or self._read[0] != told:
            found = self._backend.search(IndexQuery(facets=("publisher",), facet_size=MOST, limit=0)).facets
            self._read = told, PublisherNames(dict(found.get("publisher", ())))
        return self._read[1]

    def _told(self) -> dict[str, int]:
        with reading(self._engine) as connection:
            return {row.name: row.value for row in connection.execute(_TOLD)}
