"""From what may be a place to what is asked about: weigh, pick, tell namesakes apart, drop containers.

Scores come from ``Surroundings``.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from dcat.portal import Level
from dcat.territory import gazetteer
from search.question.candidates import (
    BIG_CITY,
    Candidate,
    Place,
    misspelt_candidates,
    named_candidates,
    unknown_positions,
)
from search.question.lexicon import (
    COORDINATORS,
    NATIONAL_WORDS,
    STOP_WORDS,
)
from search.question.model import Clue
from search.question.numbers import numbered_candidates
from search.question.subjects import vocabulary
from search.question.surroundings import Surroundings
from search.question.tokens import Token

THRESHOLD = 1.75
LAST_RESORT = 0.5
LAST_RESORT_POPULATION = 10_000
CONTAINED = {True: 3.0, False: 2.0}
"""What a container adds: a common word beside a région is weaker proof than a name beside its département."""
AMBIGUOUS_SHARE = 0.03
LIKE = 0.5
"""Of villages of one name, those count that have half as many inhabitants as the largest."""
AMBIGUOUS_POPULATION = 5_000
"""A namesake counts from here on: 48 names of communes have a second bearer of 2,000 inhabitants, few matter."""


class PlaceReader:
    """The places of one question. ``blocked`` are positions inside keywords of several words."""

    def __init__(self, tokens: Sequence[Token], blocked: frozenset[int]) -> None:
        self.tokens = tokens
        self.blocked = blocked
        self._around = Surroundings(tokens, blocked)

    def read(self) -> list[Candidate]:
        """Candidates that are places, in the order of the question, their places narrowed by their neighbours."""
        named = (
            self._around.weighed(candidate)
            for candidate in named_candidates(self._around.words)
            if not self._around.is_keyword(candidate)
        )
        hyphened = frozenset(position for position, token in enumerate(self.tokens) if token.hyphened)
        found = [*numbered_candidates(self._around.words, self.blocked, hyphened), *named]
        picked = self._picked(found)
        taken = {position for candidate in picked for position in candidate.positions}
        unknown = unknown_positions(self.tokens, vocabulary().words, taken | self.blocked)
        if unknown:
            near = misspelt_candidates(self._around.words, unknown)
            wrong = [self._around.weighed(candidate) for candidate in near if not self._around.is_no_error(candidate)]
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
            or any(inside(other, candidate).places or self._goes_with(candidate, other) for other in clear)
        ]

    def _goes_with(self, candidate: Candidate, other: Candidate) -> bool:
        """*Nice Marseille*, not *rue de Paris Lille*."""
        return _goes_with(candidate, other) and not self._around.is_in_a_street(candidate)

    def _coordinated(self, candidate: Candidate, picked: Iterable[Candidate]) -> bool:
        """Whether it is joined to another place, which is no noun: *vannes et canalisations*."""
        between = (
            self._around.words[min(candidate.end, other.end) : max(candidate.start, other.start)]
            for other in picked
            if other is not candidate
        )
        return any(not COORDINATORS.isdisjoint(words) and STOP_WORDS.issuperset(words) for words in between)


def _goes_with(candidate: Candidate, other: Candidate) -> bool:
    """A brand beside its own territory (*Fluo … Grand Est*), a large city next to another (*Nice Marseille*), or a
    département next to another (*Isère / Haute-Garonne*)."""
    first, second = candidate.places[0], other.places[0]
    if first.service:
        codes = first.territory.code, second.territory.code
        return gazetteer().related(*codes)
    if candidate.end != other.start and other.end != candidate.start:
        return False
    level = first.territory.level
    if level is not second.territory.level or level not in {Level.COMMUNE, Level.DEPARTEMENT}:
        return False
    return level is Level.DEPARTEMENT or min(first.weight, second.weight) >= BIG_CITY


def _tells_apart(candidate: Candidate) -> bool:
    national = candidate.places[0].territory.level is Level.NATIONAL
    return candidate.clear and candidate.score >= THRESHOLD and not national


def _contained(candidate: Candidate, outer: list[Candidate]) -> Candidate:
    for container in outer:
        if set(container.positions).isdisjoint(candidate.positions) and inside(candidate, container).places != ():
            return replace(inside(candidate, container), score=candidate.score + CONTAINED[candidate.clear], clear=True)
    return candidate


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
    if not gazetteer().related(*codes):
        return False
    same_number = one.territory.population == other.territory.population
    both_aliases = one.clue is other.clue is Clue.ALIAS
    return same_number or both_aliases or Level.EPCI in (one.territory.level, other.territory.level)


def national_positions(words: Sequence[str]) -> list[int]:
    """Words that speak of the whole country."""
    return [position for position, word in enumerate(words) if word in NATIONAL_WORDS]


__all__ = ["Clue", "PlaceReader", "inside", "national_positions", "possible"]
