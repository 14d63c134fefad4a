"""A search result, and why it is one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from dcat.model import text_in
from dcat.portal import Portal
from dcat.territory import gazetteer
from dcat.text import fold
from search.document import CopyLink, Document
from search.engines.backend import Hit
from search.facets import FacetValue
from search.fields import INDEXED_DESCRIPTION, document_of
from search.query import SearchRequest
from search.question.lexicon import STOP_WORDS
from search.text.analysis import analyser, plain_apostrophes
from search.text.expansion import other_ways
from search.text.marks import Marked, holding, spans

SHOWN_DESCRIPTION = 1_000  # characters of a description in a list of results
MOST_OTHER_WORDS = 5
PUNCTUATION = " .,;:!?()[]«»\"'-–"


class PublisherView(Struct, frozen=True):
    name: str
    territory: str


class Why(Struct, frozen=True):
    """One reason for a result: a stable code, and a sentence in the language asked."""

    step: str
    text: str


class SearchResult(Struct, frozen=True):
    """One dataset in a list of results (design §6)."""

    id: str
    title: str
    description: str
    publisher: PublisherView
    portal: str
    level: str
    territory: str
    themes: tuple[str, ...]
    licence: str
    access: str
    formats: tuple[str, ...]
    modified: str
    archived: bool
    quality: float | None
    score: float
    why: tuple[Why, ...]
    copies: tuple[CopyLink, ...]
    url: str
    marked: Marked = Marked()


class SearchPage(Struct, frozen=True):
    """One page of results. ``relaxed``: not all the words asked were found together, so any of them will do;
    ``others``: the publisher that was asked for has nothing on this, these are the others'."""

    results: tuple[SearchResult, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    total: int
    page: int
    page_size: int
    suggestion: str | None = None
    relaxed: bool = False
    others: bool = False


class Group(Struct, frozen=True):
    """The first results of one level of government, and how many it has."""

    level: str
    total: int
    results: tuple[SearchResult, ...]


class Loosened(Struct, frozen=True):
    """How many datasets answer without one filter."""

    parameter: str
    values: tuple[str, ...]
    total: int


# step → (French, English)
SENTENCES: Mapping[str, tuple[str, str]] = {
    "title": ("Dans le titre : {words}", "In the title: {words}"),
    "keywords": ("Dans les mots-clés : {words}", "In the keywords: {words}"),
    "publisher": ("Dans le nom du producteur : {words}", "In the publisher's name: {words}"),
    "description": ("Dans la description : {words}", "In the description: {words}"),
    "otherwise": ("Dit autrement : {words}", "In other words: {words}"),
    "territory": ("Concerne {words}, territoire demandé", "About {words}, the territory asked for"),
    "published": ("Publié par {words}, que la question nomme", "Published by {words}, whom the question names"),
    "copies": (
        "Publié sur {number} portails ; la copie montrée est celle de {words}",
        "Published on {number} portals; the copy shown is that of {words}",
    ),
    "archived": ("Archivé : classé plus bas", "Archived: ranked lower"),
}

# step → the texts where a word of the question may stand, the strongest first
FIELDS: Mapping[str, Callable[[Document], Iterable[str]]] = {
    "title": lambda document: (text.value for text in document.title),
    "keywords": lambda document: (" ".join(document.keywords),),
    "publisher": lambda document: (document.publisher,),
    "description": lambda document: (part for text in document.description for part in _parts(text.value)),
}


def result_of(hit: Hit, request: SearchRequest, portals: Mapping[str, Portal]) -> SearchResult:
    document = document_of(hit.payload)
    title = text_in(document.title, request.lang)
    description = text_in(document.description, request.lang)
    return SearchResult(
        id=document.id,
        title=title,
        description=description[:SHOWN_DESCRIPTION],
        publisher=PublisherView(document.publisher, document.territory),
        portal=document.portal,
        level=document.level,
        territory=document.territory,
        themes=document.themes,
        licence=document.licence,
        access=document.access,
        formats=document.formats,
        modified=document.modified,
        archived=document.archived,
        quality=document.quality,
        score=round(hit.score, 4),
        why=tuple(_why(document, request, portals)),
        copies=document.copies,
        url=document.url,
        marked=_marked(title, description, request),
    )


def _marked(title: str, description: str, request: SearchRequest) -> Marked:
    terms = _asked_terms(request)
    return Marked(spans(title, terms, request.lang), spans(_parts(description)[0], terms, request.lang))


def _parts(description: str) -> tuple[str, str]:
    """What is shown of it, less a word that is cut, and what is indexed beyond."""
    shown = description[:SHOWN_DESCRIPTION]
    if description[len(shown) - 1 : len(shown) + 1].isalnum() and len(description) > len(shown):
        shown = shown.rsplit(maxsplit=1)[0]
    return shown, description[len(shown) : INDEXED_DESCRIPTION]


def _asked_terms(request: SearchRequest) -> frozenset[str]:
    return asked_terms(" ".join((request.q, *request.places, *request.meant.values())), request.q, request.lang)


@lru_cache(maxsize=64)
def asked_terms(question: str, words: str, language: str) -> frozenset[str]:
    """The terms of the question, and of its ``words`` where these are small ones alone, and single words that say the
    same. Small words of either language are none: a French question may be asked in English surroundings."""
    typed, small = ([term for term, _ in _telling(text, language)] for text in (question, words))
    others = (way for ways in other_ways(typed, language).values() for way in ways)
    return frozenset((*typed, *small, *(way for way in others if " " not in way)))


def _why(document: Document, request: SearchRequest, portals: Mapping[str, Portal]) -> Iterator[Why]:
    yield from tuple(_words_found(document, request)) or _said_otherwise(document, request)
    if focus := next((code for code in request.focus if code in document.territories), ""):
        place = gazetteer().get(focus)
        yield _say("territory", request.lang, words=place.name if place else focus)
    if fold(document.publisher) in request.published:
        yield _say("published", request.lang, words=document.publisher)
    carriers = {copy.portal for copy in document.copies}
    if len(carriers) > 1:
        shown = portals.get(document.portal)
        title = shown.title if shown else document.portal
        yield _say("copies", request.lang, words=title, number=len(carriers))
    for sentence in document.elected_en if request.lang == "en" else document.elected_fr:
        if len(document.copies) > 1:
            yield Why("authority", sentence)
    if document.archived:
        yield _say("archived", request.lang)


def _words_found(document: Document, request: SearchRequest) -> Iterator[Why]:
    """Each word of the question in the strongest field that has it."""
    wanted, left = _asked_terms(request), dict(_telling(request.q, request.lang))
    for step, texts_of in FIELDS.items():
        if not left:
            return
        held = (
            said
            for text in texts_of(document)
            for said in holding(plain_apostrophes(text), wanted, request.lang).values()
        )
        terms = {term for said in held for term in said.split()}
        found = [left.pop(term) for term in list(left) if term in terms]
        if found:
            yield _say(step, request.lang, words=", ".join(found))


def _said_otherwise(document: Document, request: SearchRequest) -> Iterator[Why]:
    """The words of the strongest field that say the same as the question, where it has none of the question's own."""
    ways = _ways(request.q, request.lang, request.phrases)
    for text in (text for texts_of in FIELDS.values() for text in texts_of(document)):
        pieces = dict(analyser("fr").pieces(plain_apostrophes(text)))
        here = {term for said in pieces.values() for term in said.split()}
        whole = frozenset(term for way in ways if way <= here for term in way)
        found = [piece.strip(PUNCTUATION) for piece, said in pieces.items() if not whole.isdisjoint(said.split())]
        if found:
            yield _say("otherwise", request.lang, words=", ".join(dict.fromkeys(found[:MOST_OTHER_WORDS])))
            return


@lru_cache(maxsize=64)
def _ways(question: str, language: str, phrases: tuple[str, ...]) -> frozenset[frozenset[str]]:
    """Other ways to say a question, and names of its competence, each by its French terms."""
    typed = [term for term, _ in _telling(question, language)]
    expressions = (way.split() for ways in other_ways(typed, language).values() for way in ways)
    names = (analyser("fr").terms(phrase) for phrase in phrases)
    return frozenset(frozenset(terms) for terms in (*expressions, *names) if terms)


@lru_cache(maxsize=64)
def _telling(question: str, language: str) -> tuple[tuple[str, str], ...]:
    """Terms with their words, small words left out unless there is nothing else."""
    found = tuple((term, word) for word, term in analyser(language).words(question) if term)
    return tuple((term, word) for term, word in found if fold(word) not in STOP_WORDS) or found


def _say(step: str, language: str, **words: object) -> Why:
    french, english = SENTENCES[step]
    return Why(step, (english if language == "en" else french).format(**words))
