"""A reader's question to the index: which words must match, where, and what is raised."""

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

from msgspec import Struct

from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.analysis import analyser
from search.backend import Boost, Clause, IndexQuery, Sort, Term, Word
from search.fields import TEXT_FIELDS

FACETS = ("theme", "publisher", "portal", "format", "licence", "access", "language", "level", "territory")
MOST_WORDS = 30  # a longer question is cut: it is a pasted text
# How many times over a dataset is raised by its territory: the place asked for, what lies within it, the wider bodies
# that serve it (the closest most), the nation; and the nation where no place is asked for, before local extracts.
NAMED, INSIDE, AROUND, NATION = 6.0, 6.0, (6.0, 5.0, 4.0, 3.0, 3.0), 2.0
NATION_ALONE = 1.0
FACET_SIZE = 100
PHRASE_WEIGHT = 0.4  # what a word of a competence's other names is worth beside a word that was typed
TELLING = frozenset(
    ("title", "keywords", "title_en")
)  # where a dataset says what it is; descriptions mention much else


class SearchRequest(Struct, frozen=True):
    """What is asked (design §5). Within one filter any value will do; all the filters must agree.

    ``territory`` covers narrower ones; ``focus``, the places that are asked for, only raises; ``phrases`` are other
    words for what is asked: a dataset named with one of them whole is found too, lower; ``since_day`` is an ordinal
    day; ``page`` starts at 1.
    """

    q: str = ""
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
    phrases: tuple[str, ...] = ()
    facets: bool = True


def index_query(request: SearchRequest, *, relaxed: bool = False) -> IndexQuery:
    """``relaxed`` asks one word only to match, for a question that found nothing."""
    found = words(request.q, request.lang)
    minimum = 1 if relaxed else needed(len(found))
    others = (Clause(_lower(other), len(other)) for phrase in request.phrases if (other := _telling(phrase)))
    return IndexQuery(
        clauses=(Clause(found, minimum), *others) if found else (),
        filters=_filters(request),
        since_day=request.since_day,
        boosts=_boosts(request.focus),
        facets=FACETS if request.facets else (),
        facet_size=FACET_SIZE,
        sort=request.sort,
        offset=(max(request.page, 1) - 1) * request.page_size,
        limit=request.page_size,
    )


def _lower(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words of another phrase, worth less than the reader's own."""
    return tuple(tuple(Term(term.field, term.text, term.weight * PHRASE_WEIGHT) for term in word) for word in words)


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


def words(text: str, language: str = "fr") -> tuple[Word, ...]:
    """Each distinct word in every field, as that field's language writes it; stop words of ``language`` are left out
    unless there is nothing else.
    """
    main = analyser(language)
    everything = list(dict.fromkeys(word.lower() for word, _ in main.words(text)))[:MOST_WORDS]
    kept = [word for word in everything if main.terms(word)]
    found = (_word(word) for word in kept or everything)
    return tuple(dict.fromkeys(word for word in found if word))


def needed(number: int) -> int:
    """How many of the words must match: all of one or two, seven in ten of more (a place or a stray word may miss)."""
    return number if number <= 2 else math.ceil(0.7 * number - 0.2)


@lru_cache(maxsize=4_096)
def _telling(phrase: str) -> tuple[Word, ...]:
    kept = (tuple(term for term in word if term.field in TELLING) for word in words(phrase))
    return tuple(word for word in kept if word)


def _word(word: str) -> Word:
    terms = {language: analyser(language).terms(word) for language in ("fr", "en")}
    return tuple(
        Term(field, found[0], spec.weight) for field, spec in TEXT_FIELDS.items() if (found := terms[spec.language])
    )


def _filters(request: SearchRequest) -> dict[str, tuple[str, ...]]:
    wanted = {
        "within": tuple(code.removeprefix("fr:") for code in request.territory),
        "theme": request.theme,
        "publisher_key": tuple(fold(name) for name in request.publisher),
        "portal": request.portal,
        "format": request.format,
        "licence": request.licence,
        "access": request.access,
        "language": request.language,
        "level": request.level,
    }
    return {field: tuple(dict.fromkeys(values)) for field, values in wanted.items() if values}


def _boosts(focus: tuple[str, ...]) -> tuple[Boost, ...]:
    """Whoever names a place wants what is about it, else about what contains it; whoever names none, the whole."""
    named = tuple(code.removeprefix("fr:") for code in focus if code != NATIONAL)
    if not named:
        return (Boost("about", (NATIONAL,), NATION_ALONE),)
    return (
        Boost("territory", named, NAMED),
        Boost("within", named, INSIDE),
        *(Boost("territory", codes, weight) for codes, weight in zip(_around(named), AROUND, strict=False) if codes),
        Boost("about", (NATIONAL,), NATION),
    )


def _around(named: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What contains the places, the closest first, one step of all the places at a time."""
    chains = [[wider.code for wider in gazetteer().chain(code)[1:] if wider.code != NATIONAL] for code in named]
    for step in zip_longest(*chains):
        yield tuple(dict.fromkeys(code for code in step if code and code not in named))
