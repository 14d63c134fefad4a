"""A reader's question to the index: which words must match, where, and what is raised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.engines.backend import Boost, Clause, IndexQuery, Sort, Word
from search.text.analysis import analyser
from search.wording import asked, lighter, plain_words

FILTERS = ("territory", "theme", "publisher", "portal", "format", "licence", "access", "language", "level")
# of ``VALUE_FIELDS``; ``carrier`` is shown as ``portal``
FACETS = ("theme", "publisher", "carrier", "format", "licence", "access", "language", "level", "territory")
# How many times over a dataset is raised by its territory: the place asked for, what lies within it, the wider bodies
# that serve it (the closest most), the nation; and the nation where no place is asked for, before local extracts.
NAMED, INSIDE, AROUND, NATION = 6.0, 6.0, (6.0, 5.0, 4.0, 3.0, 3.0), 2.0
NATION_ASKED, NATION_ALONE = 2.0, 0.7  # where the question says or implies the whole country, and where nothing does
PUBLISHED = 6.0  # a publisher that is named is meant as surely as a place
TITLED, NAMED_IN_TITLE, NAMED_IN_PUBLISHER = 1.0, 4.0, 3.0
DATED = 1.0
FACET_SIZE = 100
PHRASE_WEIGHT = 0.4  # what a word of a competence's other names is worth beside a word that was typed
TELLING = frozenset(
    ("title", "keywords", "title_en")
)  # where a dataset says what it is; descriptions mention much else


class SearchRequest(Struct, frozen=True):
    """What is asked (design §5). Within one filter any value will do; all the filters must agree.

    ``typed`` is the whole question where ``q`` is only its words. ``territory`` covers narrower ones; ``focus``, the
    places that are asked for, only raises, and so do ``places``, their names as they were typed. ``portal`` is one that
    carries a copy, whichever is shown. ``phrases`` are other words for what is asked: a dataset named with one of them
    whole is found too, lower. ``national``: the question says or implies the whole country; ``years``, those that it
    names. ``published`` are the folded names of publishers that the question names, ``publishers`` as they were typed:
    their datasets are raised, or are the only ones (``only_published``). ``meant`` gives for mistyped words what they
    may stand for. ``since_day`` is an ordinal day; ``page`` starts at 1.
    """

    q: str = ""
    typed: str = ""
    territory: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    portal: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    since_day: int = 0
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = 20
    lang: str = "fr"
    focus: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    national: bool = False
    years: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    only_published: bool = False
    meant: Mapping[str, str] = {}
    facets: bool = True


def index_query(request: SearchRequest, *, relaxed: bool = False) -> IndexQuery:
    """``relaxed`` asks one word only to match, for a question that found little."""
    main = asked(request.q, request.lang, request.places, request.meant)
    if main:
        named = (word for name in request.publishers for word in plain_words(name))
        main = replace(main, minimum=1 if relaxed else main.minimum, raising=(*main.raising, *named))
    others = (Clause(_lower(other), len(other)) for phrase in request.phrases if (other := _telling(phrase)))
    return IndexQuery(
        clauses=(main, *others) if main else (),
        filters=_filters(request),
        since_day=request.since_day,
        boosts=(*_boosts(request), *_titled(request), *_dated(request), *_published(request)),
        facets=FACETS if request.facets else (),
        facet_size=FACET_SIZE,
        sort=request.sort,
        offset=(max(request.page, 1) - 1) * request.page_size,
        limit=request.page_size,
    )


def _lower(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of another phrase, worth less than the reader's own."""
    return tuple(Word(tuple(lighter(term, PHRASE_WEIGHT) for term in word.terms)) for word in words)


def evidence_query(
    phrases: Iterable[str], themes: Sequence[str], territories: Sequence[str], size: int, *, inside: bool = False
) -> IndexQuery:
    """Counts datasets by authoritative portal: named with any phrase whole, of any theme, covering any territory.
    What a region publishes about one of its towns says nothing of another town; ``inside`` counts what lies within
    the territories instead: for the region itself, its towns do speak.
    """
    clauses = tuple(Clause(found, len(found)) for phrase in phrases if (found := _telling(phrase)))
    wanted = {"theme": tuple(themes), "within" if inside else "about": tuple(territories)}
    filters = {field: values for field, values in wanted.items() if values}
    return IndexQuery(clauses, filters, facets=("portal",), facet_size=size, sort=Sort.TITLE, limit=0)


@lru_cache(maxsize=4_096)
def _telling(phrase: str) -> tuple[Word, ...]:
    kept = (tuple(term for term in word.terms if term.field in TELLING) for word in plain_words(phrase))
    return tuple(Word(terms) for terms in kept if terms)


def _filters(request: SearchRequest) -> dict[str, tuple[str, ...]]:
    wanted = {
        "within": tuple(code.removeprefix("fr:") for code in request.territory),
        "theme": request.theme,
        "publisher_key": tuple(map(fold, request.publisher)) or request.published * request.only_published,
        "carrier": request.portal,
        "format": request.format,
        "licence": request.licence,
        "access": request.access,
        "language": request.language,
        "level": request.level,
    }
    return {field: tuple(dict.fromkeys(values)) for field, values in wanted.items() if values}


def _boosts(request: SearchRequest) -> tuple[Boost, ...]:
    """Whoever names a place wants what is about it, else about what contains it; whoever names none, the whole."""
    named = tuple(code.removeprefix("fr:") for code in request.focus if code != NATIONAL)
    if not named:
        return (Boost("about", (NATIONAL,), NATION_ASKED if request.national else NATION_ALONE),)
    return (
        Boost("territory", named, NAMED),
        Boost("within", named, INSIDE),
        *(Boost("territory", codes, weight) for codes, weight in zip(_around(named), AROUND, strict=False) if codes),
        Boost("about", (NATIONAL,), NATION),
    )


def _titled(request: SearchRequest) -> Iterator[Boost]:
    """What has all the words in its title is what was asked for; what has a place's name there is about it, whatever
    else is known of it.
    """
    terms = analyser("fr").terms
    if all_words := tuple(dict.fromkeys(terms(request.q))):
        yield Boost("title", all_words, TITLED, whole=True)
    for place in request.places:
        if name := tuple(dict.fromkeys(terms(place))):
            yield Boost("title", name, NAMED_IN_TITLE, whole=True)
            yield Boost("organisation", name, NAMED_IN_PUBLISHER, whole=True)


def _dated(request: SearchRequest) -> Iterator[Boost]:
    """Editions of one dataset differ by little else than the year in their titles."""
    if request.years:
        yield Boost("title", request.years, DATED)


def _published(request: SearchRequest) -> Iterator[Boost]:
    if request.published and not request.only_published:
        yield Boost("publisher_key", request.published, PUBLISHED)


def _around(named: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What contains the places, the closest first, one step of all the places at a time."""
    chains = [[wider.code for wider in gazetteer().chain(code)[1:] if wider.code != NATIONAL] for code in named]
    for step in zip_longest(*chains):
        yield tuple(dict.fromkeys(code for code in step if code and code not in named))
