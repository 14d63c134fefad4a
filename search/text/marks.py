"""Where the words of a question stand in a text: what to highlight, and which part of a description to show."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from search.text.analysis import ELISION, WORD, Analyser, analyser, plain_apostrophes

Span = tuple[int, int]

EXCERPT = 240  # characters
BEFORE = 40  # of them before the first word found


class Marked(Struct, frozen=True):
    """Spans of characters of a result's ``title`` and ``description`` where the question's words stand."""

    title: tuple[Span, ...] = ()
    description: tuple[Span, ...] = ()


def spans(text: str, terms: frozenset[str], language: str) -> tuple[Span, ...]:
    """Each word whose term is one of these, without its article."""
    plain = plain_apostrophes(text)
    return tuple(sorted(_spans(plain, holding(plain, terms, language), terms, language)))


@lru_cache(maxsize=256)
def holding(text: str, terms: frozenset[str], language: str) -> Mapping[str, str]:
    """The pieces of a text, between white space, that hold a word whose term is one of these, each with its terms
    between spaces. Remembered: one text is looked through for what to mark, and for why it was found.
    """
    return {
        piece: said
        for piece, said in analyser(language).pieces(text)
        if said in terms or (" " in said and not terms.isdisjoint(said.split()))
    }


def _spans(text: str, pieces: Iterable[str], terms: frozenset[str], language: str) -> Iterator[Span]:
    for piece in pieces:
        words = _marked(piece, terms, language)
        start = text.find(piece)
        while start >= 0:
            end = start + len(piece)
            if not text[max(start - 1, 0) : start].strip() and not text[end : end + 1].strip():
                for first, last in words:
                    yield start + first, start + last
            start = text.find(piece, start + 1)


@lru_cache(maxsize=4_096)
def _marked(piece: str, terms: frozenset[str], language: str) -> tuple[Span, ...]:
    """Where such words stand in a piece."""
    return tuple(_words_marked(piece, terms, analyser(language)))


def _words_marked(piece: str, terms: frozenset[str], chain: Analyser) -> Iterator[Span]:
    for found in WORD.finditer(piece):
        if chain.term(found.group()) in terms:
            elided = ELISION.match(found.group())
            yield found.start() + (elided.end() if elided else 0), found.end()


def excerpt(text: str, marks: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """The part of a text where its first marked word stands, with the marks that lie in it."""
    start = max(0, marks[0][0] - BEFORE) if marks and marks[0][1] > EXCERPT else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = _end(text, start + EXCERPT)
    inside = [(first - start, last - start) for first, last in marks if start <= first and last <= end]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    moved = tuple((first + len(before), last + len(before)) for first, last in inside)
    return f"{before}{text[start:end]}{after}", moved


def _end(text: str, wanted: int) -> int:
    """Where the word before that place ends."""
    if wanted >= len(text):
        return len(text)
    return max(text.rfind(" ", 0, wanted), wanted - EXCERPT // 2)
