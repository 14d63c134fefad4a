"""Answers as pages show them: what was understood of a question, and dates in words."""

from calendar import month_name
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from msgspec import Struct

from api.messages import Language
from dcat.portal import Level
from dcat.territory import gazetteer
from dcat.text import fold
from search.answer import AnswerType, RoutingAnswer, TerritoryAnswer
from search.link import trimmed
from search.question.details import is_detail
from search.question.lexicon import ABOUT, INSIDE, LINKS, WIDE
from search.question.model import Clue, cut
from search.question.tokens import Token, tokenise
from search.results import SearchResult
from search.text.marks import Span, excerpt

FRENCH_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


class Piece(Struct, frozen=True):
    """A stretch of the question; ``place`` where it was read as one."""

    text: str
    place: bool


class Stretch(Struct, frozen=True):
    """A stretch of a result's text; ``marked`` where a word of the question stands."""

    text: str
    marked: bool


def title_pieces(result: SearchResult) -> tuple[Stretch, ...]:
    """A result's title, cut where the question's words stand."""
    return tuple(_cut(result.title or result.id, result.marked.title))


def excerpt_pieces(result: SearchResult) -> tuple[Stretch, ...]:
    """The part of a result's description where the question's words stand, else its beginning."""
    return tuple(_cut(*excerpt(result.description, result.marked.description)))


def _cut(text: str, marks: Iterable[Span]) -> Iterator[Stretch]:
    position = 0
    for start, end in marks:
        yield Stretch(text[position:start], False)
        yield Stretch(text[start:end], True)
        position = end
    yield Stretch(text[position:], False)


def pieces(answer: RoutingAnswer) -> Iterator[Piece]:
    """The question as it was typed, cut where places were read in it; nothing where none was."""
    spans = sorted({read.span for read in answer.territories if read.span[0] < read.span[1]})
    position = 0
    for start, end in spans:
        if start < position:
            continue
        if start > position:
            yield Piece(answer.query[position:start], False)
        yield Piece(answer.query[start:end], True)
        position = end
    if spans and position < len(answer.query):
        yield Piece(answer.query[position:], False)


class Understood(Struct, frozen=True):
    """One thing that was read in the question: ``kind`` is place, competence, publisher, period or format;
    ``without`` is the question less the words that say it, empty where no word does (a place that is a parameter).
    """

    kind: str
    label: str
    without: str


def understood(answer: RoutingAnswer) -> Iterator[Understood]:
    """What was read, each with the question that asks without it; the places to choose from apart (``choices``)."""
    query = answer.query
    tokens = tokenise(query)
    if not choices(answer):
        for place in (place for place in answer.territories if place.kind != Clue.PUBLISHER):
            spans = (_opened(tokens, place.span),) if place.span[0] < place.span[1] else ()
            yield Understood("place", place.label, _without(query, spans))
    for competence in answer.competences[:1]:
        words = set(fold(competence.matched).split())
        said = tuple((token.start, token.end) for token in tokens if token.word in words)
        yield Understood("competence", competence.label, _without(query, said))
    for publisher in answer.publishers:
        yield Understood("publisher", publisher.label, _without(query, (publisher.cut,)))
    for token in tokens:
        if is_detail(token.word):
            kind = "period" if token.word.isdigit() else "format"
            yield Understood(kind, query[token.start : token.end], _without(query, ((token.start, token.end),)))


def _opened(tokens: Sequence[Token], span: tuple[int, int]) -> tuple[int, int]:
    """With the small words that lead to the place: *à*, *dans la*."""
    start = span[0]
    for token in reversed([token for token in tokens if token.end <= start]):
        if token.word not in INSIDE | ABOUT | WIDE | LINKS:
            break
        start = token.start
    return start, span[1]


def _without(query: str, spans: tuple[tuple[int, int], ...]) -> str:
    return trimmed(cut(query, spans)) if spans else ""


class Choice(Struct, frozen=True):
    """One of the places that bear a name."""

    code: str
    label: str


def choices(answer: RoutingAnswer) -> tuple[Choice, ...]:
    """The places to choose from, each told from its namesakes by its département; none where the place is clear."""
    if answer.answer_type is not AnswerType.AMBIGUOUS or len(answer.territories) < 2:
        return ()
    return tuple(Choice(read.code, _told_apart(read)) for read in answer.territories)


def _told_apart(read: TerritoryAnswer) -> str:
    around = gazetteer().chain(read.code)[1:]
    department = next((wider.name for wider in around if wider.level is Level.DEPARTEMENT), "")
    return f"{read.label} ({department})" if department else read.label


def day(language: Language, iso: str) -> str:
    """*13 mars 2025*, *13 March 2025*; what is no date stays as it is."""
    try:
        found = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    month = month_name[found.month] if language == "en" else FRENCH_MONTHS[found.month - 1]
    number = "1er" if language == "fr" and found.day == 1 else str(found.day)
    return f"{number} {month} {found.year}"
