"""What the words beside a candidate say of it: the clues of its score, and which of its places they allow.

The score is a sum of visible clues (``CLUES``), about one point for ten times more inhabitants. A word that running
text writes in lower case is no place without a second clue (routing model, step 2).
"""

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec.structs import replace

from dcat.portal import Level
from dcat.territory import gazetteer
from dcat.text import fold
from search.question.candidates import BIG_CITY, Candidate, Place
from search.question.lexicon import (
    ABOUT,
    ARTICLES,
    CARDINALS,
    CONTRACTED_ARTICLES,
    COORDINATORS,
    DETERMINERS,
    ENGLISH_NAMES,
    FIRST_NAMED,
    INSIDE,
    INSIDE_A_CITY,
    LEVEL_WORDS,
    LINKS,
    NATURAL_WORDS,
    QUALIFIERS,
    QUARTER_WORDS,
    STOP_WORDS,
    STREET_WORDS,
    TRAILING_LEVEL_WORDS,
    TREES,
    WIDE,
    common_words,
    language_of,
)
from search.question.model import Clue
from search.question.subjects import vocabulary
from search.question.tokens import Token

CLUES = {
    "another word": 1.0,
    "common word": -3.5,
    "common word before de": -2.0,
    "word of no competence": 1.0,
    "short form of a common word": -1.5,
    "place preposition": 1.5,
    "any preposition": 0.5,
    "level word": 3.0,
    "capital": 1.0,
    "street": -3.0,
    "quarter": -6.0,
    "part of a keyword": -6.0,
    "natural area": -9.0,
    "stretch of country": -4.0,
    "determiner": -6.0,
    "first name": -8.0,
    "everyday phrase": -6.0,
    "common word for a body": -6.0,
    "English word": -6.0,
    "typing error": -0.5,
    "network named with its service": 2.5,
}
NEGLIGIBLE = 0.01
SMALL = 2_000
"""Inhabitants below which a bare single word gives way to another place."""
TOWN = 10_000
WIDE_LEVELS = (Level.DEPARTEMENT, Level.REGION)


class Surroundings:
    """The words of one question around its candidates. ``blocked`` are positions inside keywords of several words."""

    def __init__(self, tokens: Sequence[Token], blocked: frozenset[int]) -> None:
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.blocked = blocked
        self._mixed_case = any(not token.capital for token in tokens)

    def weighed(self, candidate: Candidate) -> Candidate:
        """The candidate with its places narrowed by the words beside it, and its score."""
        candidate = self._narrowed(candidate)
        clues = self._clues(candidate)
        score = math.log10(candidate.places[0].weight + 1) + sum(CLUES[clue] for clue in clues)
        score += CLUES["another word"] * (candidate.end - candidate.start - 1)
        return replace(candidate, score=score, clear=self._is_clear(candidate, clues))

    def _word(self, position: int) -> str:
        return self.words[position] if 0 <= position < len(self.words) else ""

    def _placing(self, candidate: Candidate) -> str:
        """The word before, which may place it; *a* is no *à* in an English question."""
        before = self._word(candidate.start - 1)
        return "" if before == "a" and self._english else before

    def _is_clear(self, candidate: Candidate, clues: set[str]) -> bool:
        if "street" in clues or (candidate.places[0].service and not candidate.exact):
            return False
        bare = not clues & {"place preposition", "any preposition", "level word"}
        unproven = not clues & {"place preposition", "level word", "capital"}
        if candidate.places[0].territory.level is Level.DEPARTEMENT and bare and candidate.end - candidate.start == 1:
            return False
        small = candidate.places[0].weight < SMALL and candidate.end - candidate.start == 1
        return not (small and unproven) and not ("common word" in clues and bare)

    def _clues(self, candidate: Candidate) -> set[str]:
        words = self.words[candidate.start : candidate.end]
        before, after = self._placing(candidate), self._word(candidate.end)
        common = self._is_common(candidate, words) or self._is_in_a_list(candidate)
        tests = {
            "common word": common,
            "common word before de": common and after in {"de", "d", "du", "des", "of"},
            "short form of a common word": common and candidate.short,
            "word of no competence": self.blocked.isdisjoint(candidate.positions)
            and not any(word in vocabulary().lone_words for word in words),
            "place preposition": before in INSIDE and not (common and before in {"au", "aux"}),
            "any preposition": before in ABOUT,
            "level word": self._level_before(candidate) is not None or after in TRAILING_LEVEL_WORDS,
            "capital": self._mixed_case and self.tokens[candidate.start].capital and candidate.start > 0,
            "street": self.is_in_a_street(candidate),
            "quarter": self._word(candidate.start - 1) in QUARTER_WORDS and _is_hardly_a_town(candidate),
            "part of a keyword": self._is_in_a_keyword(candidate),
            "natural area": self._is_in_a_name(candidate, NATURAL_WORDS),
            "stretch of country": self._is_country(candidate),
            "determiner": self._is_determined(candidate),
            "first name": self._is_first_name(candidate),
            "everyday phrase": self._is_phrase(candidate, words),
            "common word for a body": self._is_vague(candidate, words),
            "English word": self._is_english(candidate),
            "typing error": not candidate.exact,
            "network named with its service": bool(candidate.places[0].service)
            and not self.blocked.isdisjoint(candidate.positions),
        }
        return {clue for clue, holds in tests.items() if holds}

    def _is_common(self, candidate: Candidate, words: list[str]) -> bool:
        if self.blocked >= set(candidate.positions) and not candidate.places[0].service:
            return True
        keywords = vocabulary().words if candidate.places[0].weight < BIG_CITY else frozenset()
        return all(
            word in STOP_WORDS or word in QUALIFIERS or word in common_words() or word in keywords for word in words
        )

    def _is_in_a_keyword(self, candidate: Candidate) -> bool:
        """*La Loire à vélo*; its article may stand outside."""
        telling = [position for position in candidate.positions if self.words[position] not in ARTICLES]
        return self.blocked.issuperset(telling) and not candidate.places[0].service

    def _is_in_a_list(self, candidate: Candidate) -> bool:
        """*Vannes et canalisations*, *portes et vannes*: a bare word joined to a common one may be common too."""
        before, after = self._word(candidate.start - 1), self._word(candidate.end)
        joined = self._word(candidate.start - 2) if before in COORDINATORS else ""
        if candidate.start == 0 and after in COORDINATORS:
            joined = self._word(candidate.end + 1)
        single = candidate.end - candidate.start == 1
        return single and (joined in common_words() or joined in vocabulary().words)

    def _is_determined(self, candidate: Candidate) -> bool:
        """*Des tours*, *la Vire*, *a nice dataset*: only names that begin with an article stand after such a word."""
        first = candidate.places[0]
        determined = self._word(candidate.start - 1) in DETERMINERS - {"a"} | ARTICLES | self._indefinite
        city = first.territory.level is Level.COMMUNE and first.clue is not Clue.ALIAS
        return determined and city and fold(first.territory.name).split()[0] not in ARTICLES

    @cached_property
    def _indefinite(self) -> frozenset[str]:
        """*A* in an English question; in a French one it is *à* without its accent."""
        return frozenset("a") if self._english else frozenset()

    @cached_property
    def _english(self) -> bool:
        return language_of(tuple(word for word in self.words if word != "a")) == "en"

    def _is_vague(self, candidate: Candidate, words: Sequence[str]) -> bool:
        """*Orléans sud*: some bodies are called so (CA du Sud), never without a word for their level."""
        body = candidate.places[0].territory.level is Level.EPCI and not candidate.places[0].service
        vague = len(words) == 1 and (words[0] in CARDINALS or words[0] in common_words())
        return body and vague and self._level_before(candidate) is None

    def _is_phrase(self, candidate: Candidate, words: Sequence[str]) -> bool:
        """*Travaux dans ma rue*: a brand of everyday words only where it opens the question or is written as a name."""
        named = candidate.start == 0 or self.tokens[candidate.start].capital or not candidate.places[0].service
        small = sum(word in STOP_WORDS for word in words)
        return not named and small > 1 and all(word in STOP_WORDS or word in common_words() for word in words)

    def _is_first_name(self, candidate: Candidate) -> bool:
        before = [self._word(candidate.start - 1)]
        before += [self._word(candidate.start - 3)] if before[0] in COORDINATORS else []
        return not FIRST_NAMED.isdisjoint(before)

    def _is_english(self, candidate: Candidate) -> bool:
        """*People die of cancer*, *camera lens*, *orange trees*."""
        token = self.tokens[candidate.start]
        placed = token.capital or self._placing(candidate) in INSIDE | ABOUT | COORDINATORS
        if self._word(candidate.end) in TREES and candidate.name in common_words():
            return not placed
        last = candidate.end == len(self.words)
        return self._english and not placed and not last and candidate.name in ENGLISH_NAMES

    def is_keyword(self, candidate: Candidate) -> bool:
        """France inside a keyword (*France services*, *France travail*) is not the country."""
        country = candidate.places[0].territory.level is Level.NATIONAL
        return country and not self.blocked.isdisjoint(candidate.positions)

    def is_no_error(self, candidate: Candidate) -> bool:
        """*Musée du Louvre* is no *Louvres*: only names that begin with an article stand after *du* or *au*, none
        after *saint*; *collège Jean Moulin* is no *Moulins*, and the *nappe de Beauce* is nothing of *Beaune*."""
        place = candidate.places[0].territory
        before = self._word(candidate.start - 1)
        swallowed = before in CONTRACTED_ARTICLES | {"au", "aux", "saint", "sainte"}
        city = place.level is Level.COMMUNE and fold(place.name).split()[0] not in ARTICLES
        after_first_name = before not in STOP_WORDS and self._word(candidate.start - 2) in STREET_WORDS
        in_a_name = after_first_name or self._is_in_a_name(candidate, NATURAL_WORDS) or self._is_country(candidate)
        return in_a_name or (swallowed and city) or self._is_keyword_mistyped(candidate)

    def _is_keyword_mistyped(self, candidate: Candidate) -> bool:
        """*Colégiens* are *collégiens* rather than Collégien."""
        single = candidate.end - candidate.start == 1
        meant = vocabulary().corrected(candidate.name) if single else candidate.name
        return meant != candidate.name and candidate.places[0].weight < BIG_CITY

    def is_in_a_street(self, candidate: Candidate) -> bool:
        """*Rue de Nantes*, *gare de Lyon*."""
        return self._is_in_a_name(candidate, STREET_WORDS)

    def _is_in_a_name(self, candidate: Candidate, openings: frozenset[str]) -> bool:
        position = candidate.start - 1
        while self._word(position) in LINKS:
            position -= 1
        return self._word(position) in openings

    def _is_country(self, candidate: Candidate) -> bool:
        """*En Beauce*, *en Brie*: a stretch of country, for no commune stands after *en*."""
        first, single = candidate.places[0], candidate.end - candidate.start == 1
        town = first.territory.level is Level.COMMUNE and first.weight < BIG_CITY
        return town and single and self._word(candidate.start - 1) == "en"

    def _level_before(self, candidate: Candidate) -> Level | None:
        """The level named before: *ville de*, *conseil départemental du*, *région*."""
        position = candidate.start - 1
        while self._word(position) in LINKS:
            position -= 1
        return LEVEL_WORDS.get(self._word(position))

    def _narrowed(self, candidate: Candidate) -> Candidate:
        """Only the places that the words beside the name allow, where any is left."""
        level = self._level_before(candidate) or (
            Level.EPCI if self._word(candidate.end) in TRAILING_LEVEL_WORDS else None
        )
        before = self._placing(candidate)
        article = before in ARTICLES | CONTRACTED_ARTICLES
        if level is Level.EPCI:
            return replace(candidate, places=_as_epci(candidate.places))
        if level:
            return replace(candidate, places=_at_levels(candidate.places, (level,)))
        if before in WIDE or article:
            return replace(candidate, places=_at_levels(candidate.places, WIDE_LEVELS, NEGLIGIBLE))
        if before in INSIDE_A_CITY:
            return replace(candidate, places=_at_levels(candidate.places, (Level.COMMUNE,), NEGLIGIBLE))
        return candidate


def _is_hardly_a_town(candidate: Candidate) -> bool:
    """A name that nobody listed, of a small commune or the beginning of one's name: *quartier Saint-Michel*."""
    first = candidate.places[0]
    listed = any(named.detail for named in gazetteer().by_name(candidate.name) if named.code == first.territory.code)
    return not listed and (first.clue is Clue.ALIAS or first.weight < TOWN)


def _at_levels(places: tuple[Place, ...], levels: Iterable[Level], share: float = 0.0) -> tuple[Place, ...]:
    """The places at some levels, unless they are next to nothing beside the others."""
    kept = tuple(place for place in places if place.territory.level in levels)
    return kept if kept and kept[0].weight >= share * places[0].weight else places


def _as_epci(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The EPCI of that name, else those of the cities of that name."""
    named = tuple(place for place in places if place.territory.level is Level.EPCI)
    groups = (gazetteer().get(place.territory.epci) for place in places)
    return (
        named
        or tuple(Place(group, place.weight, place.clue) for group, place in zip(groups, places, strict=True) if group)
        or places
    )
