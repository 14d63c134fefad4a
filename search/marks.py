"""Where the words of a question stand in a text: what to highlight, and which part of a description to show."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from search.analysis import ELISION, WORD, analyser, plain_apostrophes

Span = tuple[int, int]

EXCERPT = 240  # characters
BEFORE = 40  # of them before the first word found


class Marked(Struct, frozen=True):
    """Spans of characters of a result's ``title`` and ``description`` where the question's words stand."""

    title: tuple[Span, ...] = ()
    description: tuple[Span, ...] = ()


def spans(text: str, terms: frozenset[str], language: str) -> tuple[Span, ...]:
    """Each word whose term is one of these, without its article."""
    return tuple(_spans(text, terms, language))


def _spans(text: str, terms: frozenset[str], language: str) -> Iterator[Span]:
    chain = analyser(language)
    for found in WORD.finditer(plain_apostrophes(text)):
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
