"""Subsidiarity: a question goes to the closest territory that holds its competence and has a portal, else further up.

Steps 4, 7 and 8 of the routing model; the reading rules (a) to (g) of the matrix are named where they apply.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from dcat.competence import Competence, Holding, competences, holding
from dcat.portal import Level, Portal
from dcat.territory import NATIONAL, Territory, gazetteer
from search.answer import AnswerType, CompetenceAnswer, PublisherAnswer, Route, RoutingAnswer, Skipped, TerritoryAnswer
from search.calibration import calibrated
from search.explain import LEVEL_CODES, Voice, say
from search.link import search_link
from search.own_portal import body_rank
from search.question import Mention, Question, ReadPublisher, ReadTerritory

GEOGRAPHIC_THEMES = frozenset(("REGI", "ENVI"))
HOLDING_CONFIDENCE = {Holding.AUTHORITY: 1.0, Holding.SHARED: 0.96, Holding.NONE: 0.92}
WITHOUT_COMPETENCE = 0.2
WITHOUT_PLACE = 0.85
PLACE_EXPONENT, SUBJECT_EXPONENT = 0.5, 0.3
"""Below 1, since a neighbouring place or competence often has the same portal."""
STEP_CONFIDENCE = 0.99
"""For each level between the place and the portal."""
VISIT_COST = 0.05
"""What it costs to look at one more portal, in units of finding what was asked."""
RANK_CONFIDENCE = 0.5
"""For each portal that comes before."""


class Coverage(Protocol):
    """What was harvested, told by the caller."""

    def datasets(self, portal: str, competence: str, territory: str) -> int | None:
        """How many pertinent datasets a portal has (``competence`` may be empty); None if it was never harvested."""


class Option(Struct, frozen=True):
    """A portal that covers the place: for which of its territories, how far that one holds the competence."""

    portal: Portal
    territory: Territory
    distance: int
    holding: Holding
    code: str
    datasets: int | None = None


class Choice(Struct, frozen=True):
    """The options for one place, best first, with what comes before all of them."""

    reading: ReadTerritory | None
    options: tuple[Option, ...]
    silent: tuple[Option, ...] = ()
    missing: tuple[tuple[str, Territory], ...] = ()


class Router:
    """Routes questions to registered portals. Portals that are no authority (generated, disabled) are left out."""

    def __init__(self, portals: Mapping[str, Portal]) -> None:
        self._by_territory: dict[str, list[Portal]] = defaultdict(list)
        for portal in portals.values():
            if portal.enabled and portal.authority:
                for code in portal.territories:
                    territory = gazetteer().get(code)
                    self._by_territory[territory.code if territory else code].append(portal)

    def route(
        self, question: Question, *, coverage: Coverage | None = None, language: str = "fr", limit: int = 5
    ) -> RoutingAnswer:
        """Where the question should go. Same question, portals and coverage: same answer."""
        competence = competences()[question.competences[0].id] if question.competences else None
        choices = [self._choice(question, reading, competence, coverage) for reading in _targets(question)]
        kind, routed = _arranged(question, competence, choices)
        voice = Voice(question, language)
        routes = [_route(voice, competence, choice, rank) for choice, rank in routed]
        routes = routes if kind is AnswerType.MULTI else _worth_it(routes)[:limit]
        return RoutingAnswer(
            query=question.original,
            language=question.language,
            answer_type=kind,
            territories=tuple(map(_territory_answer, question.territories)),
            competences=tuple(
                _competence_answer(question, position, language) for position in range(len(question.competences))
            ),
            routes=tuple(routes),
            hint=_hint(question, kind, language),
            publishers=tuple(map(_publisher_answer, question.publishers)),
        )

    def _choice(
        self,
        question: Question,
        reading: ReadTerritory | None,
        competence: Competence | None,
        coverage: Coverage | None,
    ) -> Choice:
        """Every portal for one place in order of authority, then closeness; rule (b): local first among equals."""
        start = reading.code if reading else NATIONAL
        chain = gazetteer().chain(start)
        options = self._options(chain, competence)
        counted = [_counted(option, competence, start, coverage) for option in options]
        counted.sort(
            key=lambda option: (
                -option.holding,
                option.distance,
                body_rank(option.portal, question.publishers),
                _geographic_rank(option.portal, competence),
                option.portal.id,
            )
        )
        silent = [option for option in counted if option.datasets == 0]
        speaking = [option for option in counted if option.datasets != 0]
        missing = self._missing(chain, competence)
        return Choice(reading, tuple(speaking or counted), tuple(silent if speaking else ()), missing)

    def _options(self, chain: Sequence[Territory], competence: Competence | None) -> list[Option]:
        """One option a portal: its strongest territory, the closest among equals."""
        best: dict[str, Option] = {}
        for distance, territory in enumerate(chain):
            for portal in self._by_territory.get(territory.code, ()):
                held, code = self._held(portal, territory, chain, competence)
                known = best.get(portal.id)
                if known is None or held > known.holding:
                    best[portal.id] = Option(portal, territory, known.distance if known else distance, held, code)
        return list(best.values())

    def _held(
        self, portal: Portal, territory: Territory, chain: Sequence[Territory], competence: Competence | None
    ) -> tuple[Holding, str]:
        """How far a portal speaks for the holder of the competence, and the reason's code."""
        if competence is None:
            return Holding.NONE, "level-any"
        if competence.own_account:
            return self._held_on_own_account(portal, territory, chain)
        own = holding(competence, territory)
        inherited = self._inherited(portal, territory, chain, competence)
        return (inherited, "level-inherited") if inherited > own else (own, LEVEL_CODES[own])

    def _held_on_own_account(
        self, portal: Portal, territory: Territory, chain: Sequence[Territory]
    ) -> tuple[Holding, str]:
        """Budgets, deliberations: the body named is the authority for its own acts, no level is higher."""
        named = chain[0].parent or chain[0].code
        if territory.code == named:
            return Holding.AUTHORITY, "level-own-account"
        if chain[0].level is Level.COMMUNE and self._publishes_for_communes(portal, territory, chain):
            return Holding.AUTHORITY, "level-inherited"
        return Holding.NONE, "level-none"

    def _inherited(
        self, portal: Portal, territory: Territory, chain: Sequence[Territory], competence: Competence
    ) -> Holding:
        """Rule (a): a mutualised EPCI portal publishes what its communes hold."""
        if not self._publishes_for_communes(portal, territory, chain):
            return Holding.NONE
        communes = [place for place in chain if place.level is Level.COMMUNE]
        return holding(competence, communes[-1]) if communes else competence.holdings[str(Level.COMMUNE)]

    def _publishes_for_communes(self, portal: Portal, territory: Territory, chain: Sequence[Territory]) -> bool:
        """Rule (a): a mutualised EPCI, unless the commune has its own portal."""
        mutualised = portal.mutualised and territory.level is Level.EPCI
        return mutualised and not any(
            place.level is Level.COMMUNE and self._by_territory.get(place.code) for place in chain
        )

    def _missing(self, chain: Sequence[Territory], competence: Competence | None) -> tuple[tuple[str, Territory], ...]:
        """Holders in the chain for which no portal is registered: rule (g)."""
        if competence is None:
            return ()
        if competence.own_account:
            named = [place for place in chain[:1] if not self._by_territory.get(place.code) and not place.parent]
            return tuple(("skipped-no-own-portal", place) for place in named)
        unserved = [
            place for place in chain if not self._by_territory.get(place.code) and place.type != "arrondissement"
        ]
        codes = {Holding.AUTHORITY: "skipped-no-portal", Holding.SHARED: "skipped-shared-no-portal"}
        return tuple((codes[held], place) for place in unserved if (held := holding(competence, place)) in codes)


def _worth_it(routes: list[Route]) -> list[Route]:
    """The best first, up to where a visit costs more than it promises (step 7): the first is always one of them."""
    ranked = sorted(routes, key=lambda route: -route.confidence)
    return [route for position, route in enumerate(ranked) if not position or route.confidence >= VISIT_COST]


def _targets(question: Question) -> list[ReadTerritory | None]:
    """The places to route for: every reading of an ambiguous one, else the best of each; None where there is none."""
    if len(question.mentions) == 1:
        return list(question.mentions[0].readings)
    return [mention.best for mention in question.mentions] or [None]


def _arranged(
    question: Question, competence: Competence | None, choices: list[Choice]
) -> tuple[AnswerType, list[tuple[Choice, int]]]:
    """The kind of answer, and which option of which choice is shown, best first."""
    if len(choices) == 1:
        ranks = [(choices[0], rank) for rank in range(len(choices[0].options))]
        return _kind_of_one(question, competence), ranks
    firsts = [(choice, 0) for choice in _one_each(choices)]
    if question.ambiguous and len(question.mentions) == 1:
        return AnswerType.AMBIGUOUS, firsts
    if len(firsts) == 1:
        return AnswerType.SINGLE, [(firsts[0][0], rank) for rank in range(len(firsts[0][0].options))]
    return AnswerType.MULTI, firsts


def _one_each(choices: list[Choice]) -> list[Choice]:
    """Choices whose first portals differ (rule of step 7: one route each, deduplicated)."""
    by_portal: dict[str, Choice] = {}
    for choice in choices:
        if choice.options:
            by_portal.setdefault(choice.options[0].portal.id, choice)
    return list(by_portal.values())


def _kind_of_one(question: Question, competence: Competence | None) -> AnswerType:
    """Without a place: national where a national register answers, else the reader is asked for a place."""
    if question.mentions:
        return AnswerType.NATIONAL if question.mentions[0].best.code == NATIONAL else AnswerType.SINGLE
    return AnswerType.AMBIGUOUS if competence and needs_place(competence) else AnswerType.NATIONAL


def needs_place(competence: Competence) -> bool:
    """Whether the competence has no answer for the whole country."""
    if competence.national_base:
        return False
    return competence.own_account or competence.holdings[str(Level.NATIONAL)] is not Holding.AUTHORITY


def _counted(option: Option, competence: Competence | None, place: str, coverage: Coverage | None) -> Option:
    datasets = coverage.datasets(option.portal.id, competence.id if competence else "", place) if coverage else None
    return Option(option.portal, option.territory, option.distance, option.holding, option.code, datasets)


def _geographic_rank(portal: Portal, competence: Competence | None) -> int:
    """Of two portals of one territory, the map catalogue comes first for maps and last for the rest."""
    geographic = portal.software.lower().startswith("geonetwork")
    return int(geographic != bool(competence and competence.theme in GEOGRAPHIC_THEMES))


def confidence(question: Question, competence: Competence | None, choice: Choice, rank: int) -> float:
    """The probability that the route is acceptable; grows with each of its parts, all between 0 and 1.

    Probability of the place × probability of the competence (each to an exponent below 1) × how far the territory holds
    it × closeness, calibrated, × rank.
    """
    option = choice.options[rank]
    place = choice.reading.probability if choice.reading else WITHOUT_PLACE
    subject = question.competences[0].probability if competence else WITHOUT_COMPETENCE
    closeness = STEP_CONFIDENCE**option.distance
    understood: float = place**PLACE_EXPONENT * subject**SUBJECT_EXPONENT
    return round(calibrated(understood * HOLDING_CONFIDENCE[option.holding] * closeness) * RANK_CONFIDENCE**rank, 3)


def _route(voice: Voice, competence: Competence | None, choice: Choice, rank: int) -> Route:
    option = choice.options[rank]
    portal, territory = option.portal, option.territory
    code, base = _level_code(voice.question, competence, option)
    return Route(
        portal=portal.id,
        title=portal.title,
        level=str(portal.level),
        territory=territory.code,
        url=portal.url,
        search_url=search_link(portal, voice.question),
        confidence=confidence(voice.question, competence, choice, rank),
        datasets=option.datasets,
        coverage="unknown" if option.datasets is None else "known",
        reasons=(
            voice.place(choice.reading),
            voice.competence(competence),
            voice.about_level(code, territory, base),
            voice.portal(portal, territory),
            voice.evidence(portal, option.datasets),
        ),
        skipped=tuple(_skipped(voice, choice, option)),
    )


def _level_code(question: Question, competence: Competence | None, option: Option) -> tuple[str, str]:
    if question.mentions or competence is None:
        return option.code, ""
    if needs_place(competence):
        return "level-ask-place", ""
    return ("level-national-base", competence.national_base) if competence.national_base else (option.code, "")


def _skipped(voice: Voice, choice: Choice, option: Option) -> list[Skipped]:
    """What one would expect first: holders without a portal, silent portals, closer portals that hold less."""
    missing = [
        voice.skipped(code, territory) for code, territory in choice.missing if territory.code != option.territory.code
    ]
    silent = [
        voice.skipped("skipped-no-data", other.territory, other.portal)
        for other in choice.silent
        if other.holding >= option.holding
    ]
    closer = [other for other in choice.options if other.distance < option.distance and other.holding < option.holding]
    codes = {Holding.NONE: "skipped-not-holder", Holding.SHARED: "skipped-lesser-holder"}
    return [
        *missing,
        *silent,
        *(voice.skipped(codes[other.holding], other.territory, other.portal) for other in closer),
    ]


def _publisher_answer(read: ReadPublisher) -> PublisherAnswer:
    return PublisherAnswer("publisher", read.label, read.value, read.matched, read.span, read.cut, read.announced)


def _territory_answer(reading: ReadTerritory) -> TerritoryAnswer:
    return TerritoryAnswer(
        reading.code,
        reading.label,
        reading.level,
        reading.matched,
        reading.probability,
        reading.span,
        str(reading.kind),
    )


def _competence_answer(question: Question, position: int, language: str) -> CompetenceAnswer:
    read = question.competences[position]
    competence = competences()[read.id]
    return CompetenceAnswer(
        read.id, competence.label(language), read.probability, read.matched, competence.theme, competence.legal_basis
    )


def _hint(question: Question, kind: AnswerType, language: str) -> str:
    if kind is not AnswerType.AMBIGUOUS:
        return ""
    return say("ask-which" if question.mentions else "ask-place", language)


__all__ = ["Coverage", "Mention", "Router", "confidence", "needs_place"]
