"""From what may be a place to what is asked about: weigh, pick, tell namesakes apart, drop containers.

The score of a candidate is a sum of visible clues (``CLUES``), about one point for ten times more inhabitants. A word
that running text writes in lower case is no place without a second clue (routing model, step 2).
"""

import math
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec.structs import replace

from dcat.portal import Level
from dcat.territory import gazetteer
from dcat.text import fold
from search.question.candidates import (
    BIG_CITY,
    Candidate,
    Place,
    misspelt_candidates,
    named_candidates,
    unknown_positions,
)
from search.question.lexicon import (
    ABOUT,
    ARTICLES,
    CONTRACTED_ARTICLES,
    COORDINATORS,
    DETERMINERS,
    ENGLISH_NAMES,
    FIRST_NAMED,
    INSIDE,
    INSIDE_A_CITY,
    LEVEL_WORDS,
    LINKS,
    NATIONAL_WORDS,
    NATURAL_WORDS,
    QUALIFIERS,
    STOP_WORDS,
    STREET_WORDS,
    TRAILING_LEVEL_WORDS,
    WIDE,
    common_words,
    language_of,
)
from search.question.model import Clue
from search.question.numbers import numbered_candidates
from search.question.subjects import vocabulary
from search.question.tokens import Token

THRESHOLD = 1.75
LAST_RESORT = 0.5
LAST_RESORT_POPULATION = 10_000
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
    "beside its container": 3.0,
    "common word beside a container": 2.0,
    "street": -3.0,
    "natural area": -9.0,
    "stretch of country": -4.0,
    "determiner": -6.0,
    "first name": -8.0,
    "everyday phrase": -6.0,
    "English word": -6.0,
    "typing error": -0.5,
    "network named with its service": 2.5,
}
NEGLIGIBLE = 0.01
SMALL = 2_000
"""Inhabitants below which a bare single word gives way to another place."""
WIDE_LEVELS = (Level.DEPARTEMENT, Level.REGION)
AMBIGUOUS_SHARE = 0.03
LIKE = 0.5
"""Of villages of one name, those count that have half as many inhabitants as the largest."""
AMBIGUOUS_POPULATION = 5_000
"""A namesake counts from here on: 48 names of communes have a second bearer of 2,000 inhabitants, few matter."""


class PlaceReader:
    """The places of one question. ``blocked`` are positions inside keywords of several words."""

    def __init__(self, tokens: Sequence[Token], blocked: frozenset[int]) -> None:
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.blocked = blocked
        self._mixed_case = any(not token.capital for token in tokens)

    def read(self) -> list[Candidate]:
        """Candidates that are places, in the order of the question, their places narrowed by their neighbours."""
        named = (
            self._weighed(candidate) for candidate in named_candidates(self.words) if not self._is_keyword(candidate)
        )
        found = [*numbered_candidates(self.words, self.blocked), *named]
        picked = self._picked(found)
        taken = {position for candidate in picked for position in candidate.positions}
        unknown = unknown_positions(self.tokens, vocabulary().words, taken | self.blocked)
        if unknown:
            near = misspelt_candidates(self.words, unknown)
            wrong = [self._weighed(candidate) for candidate in near if not self._is_no_error(candidate)]
            picked = self._picked([*picked, *wrong])
        picked = picked or self._last_resort(found)
        return sorted(self._without_doubtful(picked), key=lambda candidate: candidate.start)

    def _picked(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Non-overlapping candidates above the threshold, the longest first."""
        narrowed = self._with_containers(list(candidates))
        sound = [candidate for candidate in narrowed if candidate.score >= THRESHOLD]
        sound.sort(
            key=lambda candidate: (candidate.start - candidate.end, -candidate.exact, -candidate.score, candidate.start)
        )
        taken: set[int] = set()
        picked = []
        for candidate in sound:
            if taken.isdisjoint(candidate.positions):
                picked.append(candidate)
                taken.update(candidate.positions)
        return picked

    def _with_containers(self, candidates: list[Candidate]) -> list[Candidate]:
        """A doubtful candidate beside a place that contains one of its readings is meant as that reading, unless it is
        a keyword (*ports de plaisance*); France contains them all and tells nothing."""
        outer = [candidate for candidate in candidates if _tells_apart(candidate)]
        return [
            candidate if self.blocked.issuperset(candidate.positions) else _contained(candidate, outer)
            for candidate in candidates
        ]

    def _last_resort(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Where no place is read, the best of the doubtful ones that are cities."""
        doubtful = [
            candidate
            for candidate in candidates
            if candidate.score >= LAST_RESORT
            and self.blocked.isdisjoint(candidate.positions)
            and candidate.places[0].weight >= LAST_RESORT_POPULATION
            and not candidate.short
        ]
        return [max(doubtful, key=lambda candidate: candidate.score)] if doubtful else []

    def _without_doubtful(self, picked: list[Candidate]) -> list[Candidate]:
        """Common words, street names and bare names of départements give way to a place that stands clear."""
        clear = [candidate for candidate in picked if candidate.clear]
        return [
            candidate
            for candidate in picked
            if not clear
            or candidate.clear
            or self._coordinated(candidate, picked)
            or any(inside(other, candidate).places or _goes_with(candidate, other) for other in clear)
        ]

    def _coordinated(self, candidate: Candidate, picked: Iterable[Candidate]) -> bool:
        """Whether it is joined to another place, which is no noun: *vannes et canalisations*."""
        between = (
            self.words[min(candidate.end, other.end) : max(candidate.start, other.start)]
            for other in picked
            if other is not candidate
        )
        return any(not COORDINATORS.isdisjoint(words) and STOP_WORDS.issuperset(words) for words in between)

    def _word(self, position: int) -> str:
        return self.words[position] if 0 <= position < len(self.words) else ""

    def _placing(self, candidate: Candidate) -> str:
        """The word before, which may place it; *a* is no *à* in an English question."""
        before = self._word(candidate.start - 1)
        return "" if before == "a" and self._english else before

    def _weighed(self, candidate: Candidate) -> Candidate:
        """The candidate with its places narrowed by the words beside it, and its score."""
        candidate = self._narrowed(candidate)
        clues = self._clues(candidate)
        score = math.log10(candidate.places[0].weight + 1) + sum(CLUES[clue] for clue in clues)
        score += CLUES["another word"] * (candidate.end - candidate.start - 1)
        return replace(candidate, score=score, clear=self._is_clear(candidate, clues))

    def _is_clear(self, candidate: Candidate, clues: set[str]) -> bool:
        if "street" in clues:
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
            "street": self._is_in_a_name(candidate, STREET_WORDS),
            "natural area": self._is_in_a_name(candidate, NATURAL_WORDS),
            "stretch of country": self._is_country(candidate),
            "determiner": self._is_determined(candidate),
            "first name": self._is_first_name(candidate),
            "everyday phrase": self._is_phrase(candidate, words),
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

    def _is_in_a_list(self, candidate: Candidate) -> bool:
        """*Vannes et canalisations*, *portes et vannes*: a bare word joined to a common one may be common too."""
        before, after = self._word(candidate.start - 1), self._word(candidate.end)
        joined = self._word(candidate.start - 2) if before in COORDINATORS else ""
        if candidate.start == 0 and after in COORDINATORS:
            joined = self._word(candidate.end + 1)
        single = candidate.end - candidate.start == 1
        return single and (joined in common_words() or joined in vocabulary().words)

    def _is_determined(self, candidate: Candidate) -> bool:
        """*Des tours*, *a nice dataset*: only names that begin with an article stand after such a word."""
        first = candidate.places[0]
        determined = self._word(candidate.start - 1) in DETERMINERS - {"a"} | self._indefinite
        city = first.territory.level is Level.COMMUNE and first.clue is not Clue.ALIAS
        return determined and city and fold(first.territory.name).split()[0] not in ARTICLES

    @cached_property
    def _indefinite(self) -> frozenset[str]:
        """*A* in an English question; in a French one it is *à* without its accent."""
        return frozenset("a") if self._english else frozenset()

    @cached_property
    def _english(self) -> bool:
        return language_of(tuple(word for word in self.words if word != "a")) == "en"

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
        """*People die of cancer*, *camera lens*."""
        token = self.tokens[candidate.start]
        placed = token.capital or self._placing(candidate) in INSIDE | ABOUT | COORDINATORS
        return self._english and not placed and candidate.name in ENGLISH_NAMES

    def _is_keyword(self, candidate: Candidate) -> bool:
        """France inside a keyword (*France services*, *France travail*) is not the country."""
        country = candidate.places[0].territory.level is Level.NATIONAL
        return country and not self.blocked.isdisjoint(candidate.positions)

    def _is_no_error(self, candidate: Candidate) -> bool:
        """*Musée du Louvre* is no *Louvres*: only names that begin with an article stand after *du* or *au*; and the
        *nappe de Beauce* is nothing of *Beaune*."""
        place = candidate.places[0].territory
        swallowed = self._word(candidate.start - 1) in CONTRACTED_ARTICLES | {"au", "aux"}
        city = place.level is Level.COMMUNE and fold(place.name).split()[0] not in ARTICLES
        in_a_name = self._is_in_a_name(candidate, STREET_WORDS | NATURAL_WORDS) or self._is_country(candidate)
        return in_a_name or (swallowed and city)

    def _is_in_a_name(self, candidate: Candidate, openings: frozenset[str]) -> bool:
        """*Rue de Nantes*, *gare de Lyon*."""
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


def _goes_with(candidate: Candidate, other: Candidate) -> bool:
    """A brand beside its own territory (*Fluo … Grand Est*), a large city next to another (*Nice Marseille*), or a
    département next to another (*Isère / Haute-Garonne*)."""
    first, second = candidate.places[0], other.places[0]
    if first.service:
        codes = first.territory.code, second.territory.code
        return gazetteer().covers(*codes) or gazetteer().covers(*reversed(codes))
    if candidate.end != other.start and other.end != candidate.start:
        return False
    level = first.territory.level
    if level is not second.territory.level or level not in {Level.COMMUNE, Level.DEPARTEMENT}:
        return False
    return level is Level.DEPARTEMENT or min(first.weight, second.weight) >= BIG_CITY


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


def _tells_apart(candidate: Candidate) -> bool:
    national = candidate.places[0].territory.level is Level.NATIONAL
    return candidate.clear and candidate.score >= THRESHOLD and not national


def _contained(candidate: Candidate, outer: list[Candidate]) -> Candidate:
    for container in outer:
        if set(container.positions).isdisjoint(candidate.positions) and inside(candidate, container).places != ():
            return replace(inside(candidate, container), score=candidate.score + _container_clue(candidate), clear=True)
    return candidate


def _container_clue(candidate: Candidate) -> float:
    """A common word beside a région is weaker proof than a name beside its département."""
    return CLUES["beside its container" if candidate.clear else "common word beside a container"]


def inside(candidate: Candidate, container: Candidate) -> Candidate:
    """The readings of a candidate that lie in a reading of another place; a number may also name the very place. None
    where both name one place (*arbres de Paris, ville de Paris*)."""
    codes = {place.territory.code for place in container.places}
    number = container.numbered and not candidate.numbered
    if candidate.places[0].territory.code in codes and not number:
        return replace(candidate, places=())
    kept = tuple(
        place
        for place in candidate.places
        if (place.territory.code in codes and number)
        or (place.territory.code not in codes and any(gazetteer().covers(code, place.territory.code) for code in codes))
    )
    return replace(candidate, places=kept)


def possible(candidate: Candidate) -> tuple[Place, ...]:
    """The readings between which the words do not decide; one where they do."""
    first, *others = rivals(candidate)
    floor = max(AMBIGUOUS_POPULATION, AMBIGUOUS_SHARE * first.weight)
    if first.weight < AMBIGUOUS_POPULATION:
        floor = first.weight * LIKE
    return (first, *(place for place in others if place.weight >= floor))


def rivals(candidate: Candidate) -> tuple[Place, ...]:
    """The readings that exclude each other: not a city and its own département."""
    first, *others = candidate.places
    if candidate.numbered:
        return (first,)
    return (first, *(place for place in others if not _same_people(first, place)))


def _same_people(one: Place, other: Place) -> bool:
    """Paris and its département, La Rochelle and its agglomération, Alsace and its halves (the Collectivité européenne
    d'Alsace governs both départements): no need to ask which."""
    codes = one.territory.code, other.territory.code
    if one.clue is other.clue is Clue.ALIAS and one.territory.level is other.territory.level is Level.DEPARTEMENT:
        return True
    if not (gazetteer().covers(*codes) or gazetteer().covers(*reversed(codes))):
        return False
    same_number = one.territory.population == other.territory.population
    both_aliases = one.clue is other.clue is Clue.ALIAS
    return same_number or both_aliases or Level.EPCI in (one.territory.level, other.territory.level)


def national_positions(words: Sequence[str]) -> list[int]:
    """Words that speak of the whole country."""
    return [position for position, word in enumerate(words) if word in NATIONAL_WORDS]


__all__ = ["Clue", "PlaceReader", "inside", "national_positions", "possible"]
