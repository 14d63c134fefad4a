"""What an index engine must be able to do, in the words of the catalogue.

All rules (how words become terms, which fields, which weights, how many words must match, what is boosted) are decided
above, in ``search.text.analysis``, ``search.fields`` and ``search.query``; an engine receives terms already analysed,
of texts and of questions alike, and only carries out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

SLOP = 1
SCHEMA = 4  # raise it when a field changes meaning: an index of another schema asks to be rebuilt


class Entry(Struct, frozen=True):
    """One dataset as an engine stores it: terms, exact values, ranks, and what comes back with a hit.

    ``terms`` has the analysed terms of each field, in order, between spaces; ``prior`` multiplies the text score;
    ``day`` is the proleptic ordinal of the last change, 0 where unknown;
    ``order`` holds one distinct value a dataset for each sort of ``Sort``.
    """

    id: str
    terms: Mapping[str, str]
    values: Mapping[str, tuple[str, ...]]
    prior: float
    day: int
    order: Mapping[str, str]
    payload: bytes


class Sort(StrEnum):
    RELEVANCE = "relevance"
    MODIFIED = "modified"
    TITLE = "title"
    POPULARITY = "popularity"

    @property
    def descending(self) -> bool:
        return self is not Sort.TITLE


class Term(Struct, frozen=True):
    """An analysed word in one field, with the field's weight. Several words between spaces must stand close together
    in this order: at most ``SLOP`` other words between them.
    """

    field: str
    text: str
    weight: float = 1.0


Terms = tuple[Term, ...]  # of one expression: the fields it may stand in


class Word(Struct, frozen=True):
    """One word of the question. The best field counts, and ``TIE_BREAKER`` of the others; ``others`` are other ways to
    say it, of which the best one counts where it is better than the word itself.
    """

    terms: Terms
    others: tuple[Terms, ...] = ()


class Clause(Struct, frozen=True):
    """Words of which at least ``minimum`` must match; ``raising`` ones add to the score where they stand, and all the
    words together count ``whole`` times again.
    """

    words: tuple[Word, ...]
    minimum: int
    raising: tuple[Word, ...] = ()
    whole: float = 0.0


class Boost(Struct, frozen=True):
    """Raises the score by ``weight`` times where ``field`` holds one of ``values``, or all of them (``whole``)."""

    field: str
    values: tuple[str, ...]
    weight: float
    whole: bool = False


class IndexQuery(Struct, frozen=True):
    """A question without any engine's grammar.

    ``clauses`` are alternatives of which the best one counts (none: everything matches); ``filters`` maps a field to
    the values of which one is asked, and all the fields must agree; each facet is counted without its own filter.
    """

    clauses: tuple[Clause, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = {}
    since_day: int = 0
    boosts: tuple[Boost, ...] = ()
    facets: tuple[str, ...] = ()
    facet_size: int = 100
    sort: Sort = Sort.RELEVANCE
    offset: int = 0
    limit: int = 20


class Hit(Struct, frozen=True):
    id: str
    score: float
    payload: bytes


class Hits(Struct, frozen=True):
    """``facets``: field → (value, count), most frequent first, then by value."""

    total: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[str, tuple[tuple[str, int], ...]] = {}


class Health(Struct, frozen=True):
    """``live`` is the published version, ``""`` where nothing was ever published."""

    ok: bool
    engine: str
    live: str = ""
    detail_fr: str = ""
    detail_en: str = ""


class IndexUnavailable(Exception):
    """The index cannot answer now; the words say what to do."""

    def __init__(self, text_fr: str, text_en: str) -> None:
        super().__init__(text_en)
        self.text_fr = text_fr
        self.text_en = text_en


class SearchBackend(Protocol):
    """Every call raises ``IndexUnavailable`` where the engine cannot do it."""

    name: str

    def create_version(self) -> str:
        """Begin a new, empty version that nobody sees yet; gives its name."""

    def write(self, version: str, entries: Iterable[Entry]) -> int:
        """Add datasets to an unpublished version, streaming; gives how many."""

    def publish(self, version: str) -> None:
        """Make a version the live one, at once and for every reader."""

    def discard(self, version: str) -> None:
        """Remove a version that is not live."""

    def versions(self) -> tuple[str, ...]:
        """Every version that exists, oldest first."""

    def live(self) -> str:
        """The published version, or ``""``."""

    def ready(self) -> bool:
        """Whether the published version has the form of today's program (``SCHEMA``)."""

    def update(self, entries: Iterable[Entry], removed: Collection[str] = ()) -> None:
        """Replace, add and remove datasets in the live version; readers see it when the call returns."""

    def search(self, query: IndexQuery) -> Hits:
        """One page of hits, the total, and the facets asked for."""

    def search_each(self, queries: Sequence[IndexQuery]) -> tuple[Hits, ...]:
        """Of each query what ``search`` gives, asked in one go."""

    def get(self, ids: Collection[str]) -> Mapping[str, bytes]:
        """The payloads of these datasets, those that exist."""

    def count(self, version: str = "") -> int:
        """How many datasets the live version, or the named one, holds."""

    def health(self) -> Health:
        """Whether the engine answers, and what to do where it does not; never raises."""

    def close(self) -> None:
        """Let go of files and connections."""


def counted(buckets: Iterable[tuple[str, int]], size: int) -> tuple[tuple[str, int], ...]:
    """Facet values in the order that both engines give them."""
    return tuple(sorted(buckets, key=lambda bucket: (-bucket[1], bucket[0]))[:size])


def facet_groups(query: IndexQuery) -> dict[str, tuple[str, ...]]:
    """Which facets can be counted together: the filter field to leave out (``""``: none) → facet fields."""
    filtered = {name: (name,) for name in query.facets if name in query.filters}
    others = tuple(name for name in query.facets if name not in query.filters)
    return {**filtered, **({"": others} if others else {})}
