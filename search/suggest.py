"""What a question that is being typed may be about: datasets, territories, themes, publishers."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from heapq import nsmallest
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from dcat.authority import table
from dcat.model import text_in
from dcat.portal import Level
from dcat.territory import Territory, gazetteer
from dcat.text import fold
from search.engines.backend import Clause, Hit, Hits, IndexQuery, SearchBackend, Term, Terms, Word
from search.fields import TEXT_FIELDS, document_of
from search.wording import distinct, plain_words

if TYPE_CHECKING:
    from search.vocabulary import Vocabulary

MOST = 5  # of each sort
COMPLETIONS = 8  # words that the last one may become
SHORTEST = 2  # letters: a single one says nothing
LONGEST = 200  # characters
NAMES = frozenset(("title", "title_en"))
PUBLISHERS = frozenset(("organisation",))
WORD = re.compile(r"\w+")
CALLED = frozenset(("official", "usual", "exonym", "acronym"))
"""Names for which a place's official one can stand: not a network's, a district's, a former commune's."""
AROUND = (Level.DEPARTEMENT, Level.REGION)  # what people tell a place by
NOTHING = IndexQuery(limit=0)  # where a small word is a word in one language alone
PREPOSITIONS = ("de ", "du ", "des ", "d ")  # "de Paris" is a name where a level goes before it


class SuggestedDataset(Struct, frozen=True):
    id: str
    title: str
    publisher: str


class SuggestedTerritory(Struct, frozen=True):
    """``within``: the name of the département or région around it, ``""`` where there is none. ``question``: what was
    typed, its last words become this place, told from its namesakes."""

    code: str
    label: str
    level: str
    within: str
    question: str


class SuggestedTheme(Struct, frozen=True):
    """``question``: what was typed before the theme."""

    code: str
    label: str
    question: str


class SuggestedPublisher(Struct, frozen=True):
    """``count``: datasets under this name."""

    name: str
    count: int


class Suggestions(Struct, frozen=True):
    """The best few of each, the best first."""

    datasets: tuple[SuggestedDataset, ...] = ()
    territories: tuple[SuggestedTerritory, ...] = ()
    themes: tuple[SuggestedTheme, ...] = ()
    publishers: tuple[SuggestedPublisher, ...] = ()


def suggest(beginning: str, language: str, backend: SearchBackend, vocabulary: "Vocabulary") -> Suggestions:
    """Raises ``IndexUnavailable``."""
    said = beginning[:LONGEST]
    if len(fold(said)) < SHORTEST:
        return Suggestions()
    datasets, publishers = _indexed(said, language, backend, vocabulary)
    return replace(suggest_names(said, language), datasets=datasets, publishers=publishers)


def suggest_names(beginning: str, language: str) -> Suggestions:
    """Territories and themes: what is known before anything was harvested."""
    said = beginning[:LONGEST]
    if len(fold(said)) < SHORTEST:
        return Suggestions()
    return Suggestions(territories=_territories(said), themes=_themes(said, language))


def _indexed(
    said: str, language: str, backend: SearchBackend, vocabulary: "Vocabulary"
) -> tuple[tuple[SuggestedDataset, ...], tuple[SuggestedPublisher, ...]]:
    """The datasets named so, and the publishers called so: the index is asked for both at once."""
    named, called = (_query(said, language, vocabulary, fields) for fields in (NAMES, PUBLISHERS))
    queries = (
        replace(named, limit=MOST) if named else NOTHING,
        replace(called, facets=("publisher",), facet_size=MOST, limit=0) if called else NOTHING,
    )
    datasets, publishers = backend.search_each(queries) if named or called else (Hits(0), Hits(0))
    return (
        tuple(_dataset(hit, language) for hit in datasets.hits),
        tuple(SuggestedPublisher(name, count) for name, count in publishers.facets.get("publisher", ())),
    )


def _dataset(hit: Hit, language: str) -> SuggestedDataset:
    document = document_of(hit.payload)
    return SuggestedDataset(document.id, text_in(document.title, language), document.publisher)


def _query(said: str, language: str, vocabulary: "Vocabulary", fields: frozenset[str]) -> IndexQuery | None:
    """Every word in one of the fields; the last one may become longer."""
    over, _, last = said.rpartition(" ") if said[-1:].isalnum() else (said, "", "")
    found = [Word(_terms(word, fields)) for word in (distinct(over, language) if over.strip() else ())]
    if last:
        longer = vocabulary.completions(fold(last), COMPLETIONS)
        found.append(Word(_terms(last, fields), tuple(terms for word in longer if (terms := _terms(word, fields)))))
    kept = tuple(word for word in found if word.terms or word.others)
    return IndexQuery((Clause(kept, len(kept)),)) if kept else None


def _terms(word: str, fields: frozenset[str]) -> Terms:
    kept = (term for known in plain_words(word) for term in known.terms if term.field in fields)
    return tuple(Term(term.field, term.text, TEXT_FIELDS[term.field].weight) for term in kept)


def _territories(said: str) -> tuple[SuggestedTerritory, ...]:
    """Places whose name begins with the last words of the question, the longest run of words first; one of those that
    the same question would name (Paris is a commune and a département)."""
    for word in WORD.finditer(said):
        before, beginning = said[: word.start()], fold(said[word.start() :])
        if len(beginning) >= SHORTEST and (codes := _places().starting(beginning, MOST)):
            found = [_territory(place, before) for place in map(gazetteer().get, codes) if place]
            return tuple({one.question: one for one in reversed(found)}.values())[::-1]
    return ()


def _territory(place: Territory, before: str) -> SuggestedTerritory:
    around = next((wider.name for wider in gazetteer().chain(place.code)[1:] if wider.level in AROUND), "")
    within = "" if around == place.name else around
    bearers = [one for one in gazetteer().by_name(place.name) if one.kind == "official"]
    shared = place.level is Level.COMMUNE and len(bearers) > 1 and within
    named = f"{place.name} ({within})" if shared else place.name
    return SuggestedTerritory(place.code, place.name, place.level, within, before + named)


class _Places:
    """What people call every place, in order, with how many live there."""

    def __init__(self) -> None:
        people = {place.code: place.population for place in gazetteer().territories()}
        names = (name for name in gazetteer().names() if not name.name_folded.startswith(PREPOSITIONS))
        named = sorted((name.name_folded, name.code) for name in names if (name.detail or name.kind) in CALLED)
        self._names: Sequence[str] = [name for name, _ in named]
        self._ranks = [(-people.get(code, 0), code) for _, code in named]

    def starting(self, beginning: str, most: int) -> list[str]:
        """The places called so, then the most populated of those whose name begins so."""
        start, end = bisect_left(self._names, beginning), bisect_left(self._names, beginning + "\uffff")
        exact = bisect_right(self._names, beginning)
        ranked = (*sorted(self._ranks[start:exact]), *nsmallest(most * 4, self._ranks[exact:end]))
        return list(dict.fromkeys(code for _, code in ranked))[:most]


@cache
def _places() -> _Places:
    return _Places()


def _themes(said: str, language: str) -> tuple[SuggestedTheme, ...]:
    """Themes of which a word begins with the question's last one."""
    words = list(WORD.finditer(said))
    if not words:  # signs alone may fold to letters: №, ™
        return ()
    last, before = fold(words[-1][0]), said[: words[-1].start()].strip()
    labels = ((theme.code, theme.label(language)) for theme in table("data-theme").values())
    return tuple(
        SuggestedTheme(code, label, before)
        for code, label in labels
        if len(last) > SHORTEST and any(part.startswith(last) for part in fold(label).split())
    )[:MOST]
