"""Where the words of a question stand in a text: what to highlight, and which part of a description to show."""

from collections.abc import Iterator, Sequence

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
    return tuple(sorted(_spans(plain_apostrophes(text), terms, analyser(language))))


def _spans(text: str, terms: frozenset[str], chain: Analyser) -> Iterator[Span]:
    """Only the pieces that hold such a word are looked for, and read word by word."""
    telling = {
        piece
        for piece, said in chain.pieces(text)
        if said in terms or (" " in said and not terms.isdisjoint(said.split()))
    }
    for piece in telling:
        words = tuple(_words_marked(piece, terms, chain))
        for start in _standing(text, piece):
            yield from ((start + first, start + last) for first, last in words)


def _standing(text: str, piece: str) -> Iterator[int]:
    """Where a piece stands between white space."""
    start = text.find(piece)
    while start >= 0:
        end = start + len(piece)
        if not text[max(start - 1, 0) : start].strip() and not text[end : end + 1].strip():
            yield start
        start = text.find(piece, start + 1)


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
