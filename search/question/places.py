"""From what may be a place to what is asked about: weigh, pick, tell namesakes apart, drop containers.

The score of a candidate is a sum of visible clues (``CLUES``), about one point for ten times more inhabitants. A word
that running text writes in lower case is no place without a second clue (routing model, step 2).
"""

import math
from collections.abc import Iterable, Sequence

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
    INSIDE,
    INSIDE_A_CITY,
    LEVEL_WORDS,
    LINKS,
    NATIONAL_WORDS,
    QUALIFIERS,
    STOP_WORDS,
    STREET_WORDS,
    TRAILING_LEVEL_WORDS,
    WIDE,
    common_words,
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
    "typing error": -0.5,
    "network named with its service": 2.5,
}
NEGLIGIBLE = 0.01
SMALL = 2_000
"""Inhabitants below which a bare single word gives way to another place."""
WIDE_LEVELS = (Level.DEPARTEMENT, Level.REGION)
AMBIGUOUS_SHARE = 0.03
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
            wrong = [self._weighed(candidate) for candidate in near if not self._needs_an_article(candidate)]
            picked = self._picked([*picked, *wrong])
        picked = picked or self._last_resort(found)
        return sorted(self._without_doubtful(picked), key=lambda candidate: candidate.start)

    def _picked(self, candidates: Iterable[Candidate]) -> list[Candidate]:
        """Non-overlapping candidates above the threshold, the longest first."""
        sound = [candidate for candidate in _with_containers(list(candidates)) if candidate.score >= THRESHOLD]
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
            or self._coordinated(candidate)
            or any(inside(other, candidate).places or _goes_with(candidate, other) for other in clear)
        ]

    def _coordinated(self, candidate: Candidate) -> bool:
        return self._word(candidate.start - 1) in COORDINATORS or self._word(candidate.end) in COORDINATORS

    def _word(self, position: int) -> str:
        return self.words[position] if 0 <= position < len(self.words) else ""

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
        before, after = self._word(candidate.start - 1), self._word(candidate.end)
        common = self._is_common(candidate, words)
        tests = {
            "common word": common,
            "common word before de": common and after in {"de", "d", "du", "des", "of"},
            "short form of a common word": common and candidate.short,
            "word of no competence": self.blocked.isdisjoint(candidate.positions)
            and not any(word in vocabulary().lone_words for word in words),
            "place preposition": before in INSIDE,
            "any preposition": before in ABOUT,
            "level word": self._level_before(candidate) is not None or after in TRAILING_LEVEL_WORDS,
            "capital": self._mixed_case and self.tokens[candidate.start].capital and candidate.start > 0,
            "street": (before in LINKS and self._word(candidate.start - 2) in STREET_WORDS) or before in STREET_WORDS,
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

    def _is_keyword(self, candidate: Candidate) -> bool:
        """France inside a keyword (*France services*, *France travail*) is not the country."""
        country = candidate.places[0].territory.level is Level.NATIONAL
        return country and not self.blocked.isdisjoint(candidate.positions)

    def _needs_an_article(self, candidate: Candidate) -> bool:
        """*Musée du Louvre* is no *Louvres*: only names that begin with an article stand after *du* or *au*."""
        place = candidate.places[0].territory
        swallowed = self._word(candidate.start - 1) in CONTRACTED_ARTICLES | {"au", "aux"}
        return swallowed and place.level is Level.COMMUNE and fold(place.name).split()[0] not in ARTICLES

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
        before = self._word(candidate.start - 1)
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
    """A brand beside its own territory (*Fluo … Grand Est*), or a large city next to another (*Nice Marseille*)."""
    first, second = candidate.places[0], other.places[0]
    if first.service:
        codes = first.territory.code, second.territory.code
        return gazetteer().covers(*codes) or gazetteer().covers(*reversed(codes))
    adjacent = candidate.end == other.start or other.end == candidate.start
    cities = first.territory.level is second.territory.level is Level.COMMUNE
    return adjacent and cities and first.weight >= BIG_CITY and second.weight >= BIG_CITY


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


def _with_containers(candidates: list[Candidate]) -> list[Candidate]:
    """A doubtful candidate beside a place that contains one of its readings is meant as that reading; France contains
    them all and tells nothing."""
    outer = [candidate for candidate in candidates if _tells_apart(candidate)]
    return [_contained(candidate, outer) for candidate in candidates]


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
    return (first, *(place for place in others if place.weight >= floor))


def rivals(candidate: Candidate) -> tuple[Place, ...]:
    """The readings that exclude each other: not a city and its own département."""
    first, *others = candidate.places
    if candidate.numbered:
        return (first,)
    return (first, *(place for place in others if not _same_people(first, place)))


def _same_people(one: Place, other: Place) -> bool:
    """Paris and its département, La Rochelle and its agglomération, Alsace and its halves: no need to ask which."""
    codes = one.territory.code, other.territory.code
    if not (gazetteer().covers(*codes) or gazetteer().covers(*reversed(codes))):
        return False
    same_number = one.territory.population == other.territory.population
    both_aliases = one.clue is other.clue is Clue.ALIAS
    return same_number or both_aliases or Level.EPCI in (one.territory.level, other.territory.level)


def national_positions(words: Sequence[str]) -> list[int]:
    """Words that speak of the whole country."""
    return [position for position, word in enumerate(words) if word in NATIONAL_WORDS]


__all__ = ["Clue", "PlaceReader", "inside", "national_positions", "possible"]
