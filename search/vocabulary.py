"""The words of the catalogue: what a word may become as one types, and what was meant by one that nobody writes."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from heapq import nsmallest

import sqlalchemy as sa

from dcat.text import fold
from search.batches import batches
from search.dedupe import rows
from search.dedupe.sessions import reading, writing
from search.dedupe.tables import metadata, state
from search.document import Document
from search.question.lexicon import common_words
from search.question.near import NearIndex
from search.text.analysis import analyser
from search.told import Told

KEPT = "words_kept"  # state: how many times the words were told anew
MOST_WORDS = 100_000
MOST_BEGINNINGS = 4_096  # of words, whose completions are kept
SHORTEST, LONGEST = 3, 40  # letters
COMMON = 2  # datasets: a word of one alone may be its own typing error

words = sa.Table(
    "search_words",
    metadata,
    sa.Column("word", sa.String(LONGEST), primary_key=True),
    sa.Column("datasets", sa.Integer, nullable=False),
)

_KEPT = sa.select(state.c.value).where(state.c.name == KEPT)


def words_of(document: Document) -> frozenset[str]:
    """The folded words by which a dataset and its publisher are named."""
    names = (*(text.value for text in document.title), document.publisher)
    folded = (word for name in names for word in fold(name).split())
    return frozenset(word for word in folded if SHORTEST <= len(word) <= LONGEST and word.isalpha())


def keep_words(engine: sa.Engine, counts: Mapping[str, int], *, anew: bool) -> None:
    """Replace everything (``anew``), or add what was not known: exact counts come with the next index version."""
    with writing(engine) as connection:
        if anew:
            connection.execute(words.delete())
            new: Collection[str] = counts
        else:
            new = counts.keys() - _known(connection, counts)
        if anew or new:
            rows.insert_all(connection, words, [{"word": word, "datasets": counts[word]} for word in sorted(new)])
            rows.set_state(connection, KEPT, _kept(connection) + 1)


def _kept(connection: sa.Connection) -> int:
    return connection.scalar(_KEPT) or 0


def _known(connection: sa.Connection, asked: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for some in batches(sorted(asked), rows.PARAMETERS):
        found.update(connection.scalars(sa.select(words.c.word).where(words.c.word.in_(some))))
    return found


class Vocabulary:
    """Words with how many datasets have them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = counts
        self._sorted: Sequence[str] = sorted(counts)
        self.completions = lru_cache(MOST_BEGINNINGS)(self._completions)

    def _completions(self, beginning: str, most: int) -> tuple[str, ...]:
        """The words that begin so, the most used first. Short beginnings have thousands, and are typed all the time."""
        start = bisect_left(self._sorted, beginning)
        end = bisect_left(self._sorted, beginning + "\uffff")
        return tuple(nsmallest(most, self._sorted[start:end], key=lambda word: (-self._counts[word], word)))

    def meant(self, word: str) -> str:
        """The most used word within one typing error of one that nobody writes; ``""`` where there is none, or where
        the word may be right.
        """
        if word in self._counts or word in common_words() or not word.isalpha():
            return ""
        term = analyser("fr").terms(word)
        near = (known for known in self._near.near(word) if analyser("fr").terms(known) != term)
        return min(near, key=lambda known: (-self._counts[known], known), default="")

    @cached_property
    def _near(self) -> NearIndex:
        return NearIndex(word for word, count in self._counts.items() if count >= COMMON)


class KeptVocabulary:
    """The vocabulary as it was last told, by whichever process."""

    def __init__(self, engine: sa.Engine, told: Told) -> None:
        self._engine = engine
        self._told = told
        self._read: tuple[int, Vocabulary] | None = None

    def now(self) -> Vocabulary:
        """Read again only where it was told anew."""
        kept = self._told.now().get(KEPT, 0)
        if self._read is None or self._read[0] != kept:
            self._read = kept, Vocabulary(self._words())
        return self._read[1]

    def _words(self) -> dict[str, int]:
        query = sa.select(words.c.word, words.c.datasets).order_by(words.c.datasets.desc(), words.c.word)
        with reading(self._engine) as connection:
            return {row.word: row.datasets for row in connection.execute(query.limit(MOST_WORDS))}


def counted(documents: Iterable[Document]) -> Counter[str]:
    """Word → how many of the datasets have it."""
    return Counter(_each(documents))


def _each(documents: Iterable[Document]) -> Iterator[str]:
    for document in documents:
        yield from words_of(document)
