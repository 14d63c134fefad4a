"""Reading a question, step by step: words, places, what is left, competences (routing model, steps 1 to 3)."""

import re
from collections.abc import Sequence
from functools import cache

from msgspec.structs import replace

from dcat.competence import Competence, Holding, competences, holding
from dcat.portal import Level
from dcat.territory import NATIONAL, Territory, gazetteer
from dcat.text import fold
from search.question.candidates import PARTS, Candidate, Place
from search.question.details import is_detail, read_formats, read_period
from search.question.lexicon import (
    ABOUT,
    COORDINATORS,
    ENGLISH_NAMES,
    INSIDE,
    LINKS,
    NATIONAL_BALLOTS,
    NATIONAL_WORDS,
    SPAN_WORDS,
    STOP_WORDS,
    TRAILING_LEVEL_WORDS,
    WIDE,
    common_words,
    language_of,
    ratio_positions,
)
from search.question.model import Clue, Mention, Question, ReadCompetence, ReadTerritory, Span
from search.question.naming import Found, PublisherReader
from search.question.places import PlaceReader, inside, possible, rivals
from search.question.publishers import NONE_KNOWN, PublisherNames
from search.question.subjects import Subject, read_subjects, vocabulary
from search.question.tokens import Token, tokenise

COMPETENCES_KEPT = 3
LEAST_PROBABILITY = 0.05
NATIONAL_CERTAINTY = 0.9
CLEAR_SUBJECT = 0.35
"""Below this probability a competence is not taken as read."""


class UnknownTerritoryError(ValueError):
    """The territory asked for explicitly is none that we know."""


def read_question(
    text: str, *, territory: str = "", theme: str = "", language: str = "", publishers: PublisherNames = NONE_KNOWN
) -> Question:
    """What a question asks: places, competences, publishers, period, formats, and the words that are left.

    ``territory`` is a code, a postal code or a name, and goes before any place in the text; ``theme`` an EU code that
    competences must have; ``language`` ``fr`` or ``en``; ``publishers`` are those that the index holds. Raises
    ``UnknownTerritoryError``; never for the text itself.
    """
    tokens = tokenise(text)
    words = tuple(token.word for token in tokens)
    blocked = _keyword_positions(words)
    reader = PublisherReader(text, tokens, publishers)
    national = reader.national()
    picked = [place for place in PlaceReader(tokens, blocked).read() if not reader.holds(national, place)]
    named = reader.read(national, picked)
    kept, containers = _told_apart(picked, words)
    mentions = _parameter(territory) or tuple(_mention(text, tokens, candidate) for candidate in kept)
    mentions = mentions or _of_body(text, tokens, national) or _national(text, tokens, blocked)
    free = _without_places(words, picked, mentions, reader.announced_positions(named))
    brands = {candidate.start: kind for candidate in picked if (kind := candidate.places[0].service)}
    subjects = _subjects(free, mentions, brands, theme)
    given = [_mention(text, tokens, candidate) for candidate in (picked if territory else containers)]
    return Question(
        original=text,
        folded=words,
        language=language or _language(words, subjects),
        mentions=tuple(_fitting(mention, subjects) for mention in mentions),
        containers=tuple(given),
        competences=tuple(_read_competence(subject, probability) for subject, probability in subjects),
        publishers=tuple(map(reader.shown, named)),
        theme=theme,
        period=read_period(tokens),
        formats=read_formats(tokens),
        words=tuple(word for word in free if word and word not in STOP_WORDS and not is_detail(word)),
    )


def territory_named(text: str) -> Territory | None:
    """The territory of a code, a postal code or a name; None where there is none."""
    places = gazetteer()
    named = [place.code for place in places.by_name(text)]
    found = places.get(text.strip()) or next(iter(places.by_postal_code(text)), None)
    return found or (places.get(named[0]) if named else None)


def _of_body(text: str, tokens: Sequence[Token], national: Sequence[Found]) -> tuple[Mention, ...]:
    """The country, where one of its bodies is named and no place is."""
    for body in national[:1]:
        start, end = _span(tokens, body.start, body.end)
        reading = ReadTerritory(
            NATIONAL, "France", str(Level.NATIONAL), text[start:end], (start, end), NATIONAL_CERTAINTY, Clue.PUBLISHER
        )
        return (Mention(reading.matched, (start, start), (reading,)),)
    return ()


def _keyword_positions(words: tuple[str, ...]) -> frozenset[int]:
    """Positions inside the keywords of several words that stand together: their words are no places."""
    matches = [match for match in vocabulary().matches(words) if len(match.positions) > 1 and match.closeness == 1.0]
    return frozenset(
        position for match in matches for position in range(min(match.positions), max(match.positions) + 1)
    )


def _parameter(territory: str) -> tuple[Mention, ...]:
    if not territory:
        return ()
    found = territory_named(territory)
    if found is None:
        message = f"unknown territory {territory!r}: give a code such as commune:35238, a postal code or a name"
        raise UnknownTerritoryError(message)
    reading = ReadTerritory(found.code, found.name, str(found.level), "", (0, 0), 1.0, Clue.PARAMETER)
    return (Mention("", (0, 0), (reading,)),)


def _told_apart(picked: list[Candidate], words: Sequence[str]) -> tuple[list[Candidate], list[Candidate]]:
    """Places asked about, and the wider places that only told them from their namesakes."""
    kept: list[Candidate] = []
    picked = [candidate for candidate in picked if not any(_named_for(other, candidate) for other in picked)]
    containers = _brands_beside_places(picked)
    asked = [candidate for candidate in picked if candidate not in containers]
    for candidate in asked:
        for other in asked:
            within = inside(candidate, other)
            if other is not candidate and within.places and not _coordinated(candidate, other, words):
                candidate = within
                containers.append(other)
        kept.append(candidate)
    outer = {candidate.positions for candidate in containers}
    kept = [candidate for candidate in kept if candidate.positions not in outer]
    return _distinct(kept), containers


def _named_for(body: Candidate, city: Candidate) -> bool:
    """*ALM Angers*, *MEL Lille*: an acronym beside the city that the body goes by is that body, not its container."""
    group, commune = body.places[0], city.places[0]
    acronym = group.clue is Clue.ALIAS and group.territory.level is Level.EPCI and not group.service
    adjacent = body.end == city.start or city.end == body.start
    return acronym and adjacent and gazetteer().central_city(group.territory.code) == commune.territory.code


def _brands_beside_places(candidates: list[Candidate]) -> list[Candidate]:
    """*Vélib Saint-Denis*: where a place is named too, the brand only says what kind of service is asked about."""
    brands = [candidate for candidate in candidates if candidate.places[0].service]
    return brands if len(brands) < len(candidates) else []


def _coordinated(one: Candidate, other: Candidate, words: Sequence[str]) -> bool:
    """Whether the two are named side by side: *Rennes et Ille-et-Vilaine*."""
    between = words[min(one.end, other.end) : max(one.start, other.start)]
    return any(word in COORDINATORS for word in between)


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate a territory, however often it is named."""
    by_code: dict[str, Candidate] = {}
    for candidate in candidates:
        by_code.setdefault(candidate.places[0].territory.code, candidate)
    return list(by_code.values())


def _mention(text: str, tokens: Sequence[Token], candidate: Candidate) -> Mention:
    shown = _span(tokens, _opened(tokens, candidate.start, SPAN_WORDS), _closed(tokens, candidate.end))
    cut = _span(
        tokens, _opened(tokens, candidate.start, SPAN_WORDS | INSIDE | WIDE | ABOUT), _closed(tokens, candidate.end)
    )
    if candidate.places[0].service:  # the brand says what is asked about, too: it stays in the question
        cut = (shown[0], shown[0])
    matched = text[slice(*shown)]
    places = possible(candidate)
    total = sum(place.weight**0.75 for place in rivals(candidate))
    certainty = _certainty(candidate)
    readings = tuple(
        ReadTerritory(
            code=place.territory.code,
            label=place.territory.name,
            level=str(place.territory.level),
            matched=matched,
            span=shown,
            probability=round(certainty * place.weight**0.75 / total, 3),
            kind=_kind(place, candidate.name),
        )
        for place in places
    )
    return Mention(matched, cut, readings)


def _kind(place: Place, name: str) -> Clue:
    """How the place was recognised, as it is told: aliases of services, of parts and of former bodies apart."""
    if place.clue is not Clue.ALIAS:
        return place.clue
    if place.service:
        return Clue.SERVICE
    sorts = {named.detail for named in gazetteer().by_name(name) if named.code == place.territory.code}
    if sorts & PARTS:
        return Clue.PART
    return Clue.FORMER_NAME if "former" in sorts else Clue.ALIAS


def _certainty(candidate: Candidate) -> float:
    """Probability that the words are a place at all; grows with the score, 0.99 at most."""
    return min(0.99, 0.5 + 0.1 * max(0.0, candidate.score))


def _opened(tokens: Sequence[Token], start: int, words: frozenset[str]) -> int:
    """Where the span begins with the words for a level (and links) before it."""
    opened, position = start, start - 1
    while position >= 0 and (tokens[position].word in words or tokens[position].word in LINKS):
        if tokens[position].word in words:
            opened = position
        position -= 1
    return opened


def _closed(tokens: Sequence[Token], end: int) -> int:
    follows = end < len(tokens) and tokens[end].word in TRAILING_LEVEL_WORDS
    return end + 1 if follows else end


def _span(tokens: Sequence[Token], start: int, end: int) -> Span:
    return tokens[start].start, tokens[end - 1].end


def _national(text: str, tokens: Sequence[Token], blocked: frozenset[int]) -> tuple[Mention, ...]:
    """France, where the words say so and no place does."""
    for position, token in enumerate(tokens):
        span = (token.start, token.end)
        named = token.word in NATIONAL_WORDS and position not in blocked
        if named or token.word in NATIONAL_BALLOTS or _is_operator(token.word, text[slice(*span)]):
            reading = ReadTerritory(
                NATIONAL,
                "France",
                str(Level.NATIONAL),
                text[slice(*span)],
                span,
                NATIONAL_CERTAINTY,
                Clue.NATIONAL_WORD,
            )
            keeps_word = token.word not in NATIONAL_WORDS
            return (Mention(reading.matched, (token.start, token.start) if keeps_word else span, (reading,)),)
    return ()


def _is_operator(word: str, typed: str) -> bool:
    """Initials that are a common word too are an operator's in capitals alone: *plus de 65 ans* is about no agency."""
    if word not in national_operators():
        return False
    return typed.isupper() or not (word in common_words() or word in ENGLISH_NAMES)


@cache
def national_operators() -> frozenset[str]:
    """Initials of the national operators of the competence table: SNCF, BRGM, ADEME…"""
    names = " ".join(competence.national_operator for competence in competences().values())
    return frozenset(name.lower() for name in re.findall(r"[^\W\d_]{3,}", names) if name.isupper())


def _without_places(
    words: tuple[str, ...], picked: list[Candidate], mentions: tuple[Mention, ...], announcing: frozenset[int]
) -> tuple[str, ...]:
    """The words with places, brands, announced publishers and *par habitant* blanked out, save other names that are
    words of a competence too."""
    keywords = vocabulary().keyword_texts
    masked = {
        position
        for candidate in picked
        if candidate.places[0].service or not (candidate.places[0].clue is Clue.ALIAS and candidate.name in keywords)
        for position in candidate.positions
    }
    national = any(mention.best.kind is Clue.NATIONAL_WORD for mention in mentions)
    masked |= announcing | ratio_positions(words)
    return tuple(
        "" if position in masked or (national and word in NATIONAL_WORDS) else word
        for position, word in enumerate(words)
    )


def _subjects(
    words: tuple[str, ...], mentions: tuple[Mention, ...], brands: dict[int, str], theme: str
) -> list[tuple[Subject, float]]:
    territories = [territory for mention in mentions if (territory := gazetteer().get(mention.best.code))]

    def fits(competence: str) -> bool:
        return any(holding(competences()[competence], territory) is Holding.AUTHORITY for territory in territories)

    subjects = read_subjects(words, fits, brands)
    if theme:
        subjects = [
            (subject, probability)
            for subject, probability in subjects
            if competences()[subject.competence].theme == theme
        ]
    return [pair for pair in subjects[:COMPETENCES_KEPT] if pair[1] >= LEAST_PROBABILITY and _is_clear(pair, subjects)]


def _is_clear(pair: tuple[Subject, float], subjects: list[tuple[Subject, float]]) -> bool:
    """Nothing is taken as read where the best reading is weak."""
    return bool(pair[1]) and subjects[0][1] >= CLEAR_SUBJECT


def _read_competence(subject: Subject, probability: float) -> ReadCompetence:
    return ReadCompetence(subject.competence, round(probability, 3), subject.matched)


def _language(words: tuple[str, ...], subjects: list[tuple[Subject, float]]) -> str:
    """By function words, else by the vocabulary that the subject was found in, else French."""
    voted = language_of(words)
    if voted or not subjects:
        return voted or "fr"
    matched = set(fold(subjects[0][0].matched).split())
    competence = competences()[subjects[0][0].competence]
    french = {word for keyword in (*competence.keywords_fr, *competence.asked_fr) for word in fold(keyword).split()}
    english = {word for keyword in (*competence.keywords_en, *competence.asked_en) for word in fold(keyword).split()}
    return "en" if matched and matched <= english and not matched <= french else "fr"


def _fitting(mention: Mention, subjects: list[tuple[Subject, float]]) -> Mention:
    """Where one name is a département and a région of the same people, the one that holds the competence."""
    if not subjects:
        return mention
    if mention.ambiguous:
        return _of_holders(mention, [competences()[subject.competence] for subject, _ in subjects])
    competence = competences()[subjects[0][0].competence]
    territory = gazetteer().get(mention.best.code)
    twin = _twin(territory) if territory else None
    if territory and twin and holding(competence, twin) > holding(competence, territory):
        reading = replace(mention.best, code=twin.code, label=twin.name, level=str(twin.level))
        return replace(mention, readings=(reading,))
    return mention


def _of_holders(mention: Mention, asked: Sequence[Competence]) -> Mention:
    """Without the namesakes that have no say, where the likeliest has: *collèges Mayenne*, the département's."""
    held = [(reading, max(_held(reading, competence) for competence in asked)) for reading in mention.readings]
    if held[0][1] is not Holding.AUTHORITY:
        return mention
    return replace(mention, readings=tuple(reading for reading, holds in held if holds is not Holding.NONE))


def _held(reading: ReadTerritory, competence: Competence) -> Holding:
    territory = gazetteer().get(reading.code)
    return holding(competence, territory) if territory else Holding.NONE


def _twin(territory: Territory) -> Territory | None:
    """The département of an overseas région of one département."""
    if territory.level is not Level.REGION:
        return None
    twins = (gazetteer().get(place.code) for place in gazetteer().by_name(territory.name))
    return next((twin for twin in twins if twin and twin.level is Level.DEPARTEMENT), None)


__all__ = ["Place", "UnknownTerritoryError", "national_operators", "read_question", "territory_named"]
