"""What routing asks of the index, counted once for each state of it: only what is written changes the answers."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from search.engines.backend import IndexUnavailable, SearchBackend
from search.query import evidence_query
from search.told import Told

WRITTEN = "index_written"  # state: how many times the index was written to, by whichever process
MOST_PORTALS = 1_000
MOST_KEPT = 2_048  # answers
NOTHING_INDEXED = (
    "Rien n'est encore indexé. Lancez « aiguillage index ».",
    "Nothing is indexed yet. Run “aiguillage index”.",
)

Words = tuple[str, ...]


class Evidence:
    """Counts of datasets by authoritative portal, remembered until the index is written to."""

    def __init__(self, told: Told, backend: SearchBackend) -> None:
        self._told = told
        self._backend = backend
        self._counted = lru_cache(MOST_KEPT)(self._count)

    def pertinent(
        self, words: Iterable[str], themes: Sequence[str], territory_codes: Sequence[str], *, inside: bool
    ) -> Mapping[str, int]:
        """As ``Catalogue.pertinent``."""
        written = self._told.now().get(WRITTEN, 0)
        return self._counted(written, tuple(words), tuple(themes), tuple(territory_codes), inside)

    def _count(self, _written: int, words: Words, themes: Words, codes: Words, inside: bool) -> dict[str, int]:
        query = evidence_query(words, themes, codes, MOST_PORTALS, inside=inside)
        found = dict(self._backend.search(query).facets.get("portal", ()))
        if not found and not self._backend.live():
            raise IndexUnavailable(*NOTHING_INDEXED)
        return found
