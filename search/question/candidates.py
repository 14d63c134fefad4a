"""Finding what may be a place in a question: every name of the gazetteer that stands there, whole or nearly."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from msgspec import Struct
from rapidfuzz.distance import OSA

from dcat.portal import Level
from dcat.territory import NamedPlace, Territory, gazetteer
from search.question.gentiles import gentiles
from search.question.initials import body_initials
from search.question.lexicon import ARTICLES, BODY_WORDS, LEVEL_WORDS, LINKS, STOP_WORDS, TRANSIT_WORDS, common_words
from search.question.model import Clue
from search.question.near import NearIndex
from search.question.services import services
from search.question.sound import SoundIndex
from search.question.tokens import Token

LONGEST_NAME = 10
"""Words of the longest name of a commune."""

LONGEST_WRONG_NAME = 4
OPENING_WORDS = ARTICLES | {"reseau"}
ENDINGS = ("agglomeration", "communaute", "agglo", "metropole")
NUMBER_OF_PLACE = re.compile(r"\d{2}|\d{5}")
FORMER_SHARE = 0.05
FORMER_LIMIT = 3_000.0
"""A former or delegated commune is a small part of the one that has its name now."""
PARTS = frozenset(("district", "landmark"))
"""Sorts of alias that name a part of the territory."""
DERIVED_SHARE = 0.3
"""A short form that nobody listed is less likely meant than an official name."""
LONGEST_SHORT_FORM = 3
SHORTEST_SHORT_FORM = 5
"""Shorter ones open too many names: *mont*, *pont*, *val*."""
SHORT_FORM_FLOOR = 15_000
"""Only of cities is a part of the name said for the whole…"""
UNIQUE_SHORT_FORM_FLOOR = 2_000
"""…and of towns, where it can only be that one."""
CLEARLY_MEANT = 20_000
QUALIFIERS = frozenset(["sur", "sous", "en", "les", "lez", "le", "la", "l", "de", "du", "des", "d", "aux", "au", "a"])
TWO, LONG_WORD = 2, 7
BIG_CITY = 100_000
LONG_NAME = 8
"""Letters from which a name may have two errors and be read all the same."""
TWO_ERRORS_SHARE = 0.1
"""How much less likely two errors are than one: a big city at two goes before a small place at one."""
WRONG_NAME_FLOOR = 2_000
"""Single words are not corrected into smaller places: most unknown words are no places at all."""

LEVEL_ORDER = {Level.COMMUNE: 0, Level.REGION: 1, Level.DEPARTEMENT: 2, Level.EPCI: 3, Level.NATIONAL: 4}
"""Which of two territories of one name and population is named first: Paris is a city, La Réunion a région."""


class Place(Struct, frozen=True):
    """One territory that a name may mean; ``weight`` in inhabitants that would be meant so.

    ``service`` is the sort of alias where the name is that of a service there (``network``, ``water``), or empty.
    """

    territory: Territory
    weight: float
    clue: Clue
    service: str = ""


class Candidate(Struct, frozen=True):
    """The words ``start`` to ``end`` (excluded) and the territories that they may name, the likeliest first."""

    start: int
    end: int
    name: str
    places: tuple[Place, ...]
    exact: bool = True
    short: bool = False
    score: float = 0.0
    clear: bool = False

    @property
    def positions(self) -> range:
        """Positions of its words."""
        return range(self.start, self.end)

    @property
    def numbered(self) -> bool:
        """Whether it was given by a postal code, an INSEE code or the number of a département."""
        return self.places[0].clue in {Clue.POSTAL_CODE, Clue.INSEE_CODE, Clue.NUMBER}


def named_candidates(words: Sequence[str]) -> Iterator[Candidate]:
    """Names that stand in the words as they are, overlapping ones too."""
    on_the_move = not TRANSIT_WORDS.isdisjoint(words)
    for start in range(len(words)):
        longest = min(LONGEST_NAME, _longest_names().get(words[start], 1))
        for end in range(start + 1, min(len(words), start + longest) + 1):
            name = " ".join(words[start:end])
            places = _places(name)
            if (name in STOP_WORDS and not _is_pointed_at(words, start)) or name.isdigit():
                continue
            shortened = tuple(_shortened(name, places)) if end <= start + LONGEST_SHORT_FORM else ()
            wider = _after_article(words[start:end]) if end > start + 1 else ()
            whole = (*places, *_of_people(name), *(_of_network(name) if on_the_move else ()))
            yield from _candidate(start, end, name, (*whole, *shortened, *wider), short=not whole)


@cache
def _longest_names() -> Mapping[str, int]:
    """Word → how many words the longest name has that begins with it, its article or *réseau* apart."""
    longest: dict[str, int] = {}
    for name in gazetteer().folded_names():
        words = name.split()
        for opened in range(1 + (words[0] in OPENING_WORDS and len(words) > 1)):
            first = words[opened]
            longest[first] = max(longest.get(first, 1), len(words) - opened)
    return longest


def _is_pointed_at(words: Sequence[str], position: int) -> bool:
    """*Ville d'Eu*, *Us 95*: a small word is a place where the words beside it say so."""
    before = next((word for word in reversed(words[:position]) if word not in LINKS), "")
    after = words[position + 1] if position + 1 < len(words) else ""
    return LEVEL_WORDS.get(before) is Level.COMMUNE or bool(NUMBER_OF_PLACE.fullmatch(after))


def misspelt_candidates(words: Sequence[str], unknown: Iterable[int]) -> Iterator[Candidate]:
    """Names within one typing error of words of which at least one is unknown; spaces and hyphens do not count."""
    positions = set(unknown)
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + LONGEST_WRONG_NAME) + 1):
            span = words[start:end]
            if positions.isdisjoint(range(start, end)) or span[-1] in STOP_WORDS or _opens_badly(span):
                continue
            places = [place for name in _near_names(span) for place in _places(name)]
            places += [_twice_misspelt(place) for name in _far_names(span) for place in _places(name)]
            floor = WRONG_NAME_FLOOR if end == start + 1 else 0
            likely = [_misspelt(place) for place in places if place.weight >= floor]
            yield from _candidate(start, end, " ".join(span), likely, exact=False)


def _opens_badly(span: Sequence[str]) -> bool:
    """A span that only adds a small word before a name; articles are part of names."""
    return span[0] in STOP_WORDS and span[0] not in ARTICLES


def _candidate(
    start: int, end: int, name: str, places: Iterable[Place], *, exact: bool = True, short: bool = False
) -> Iterator[Candidate]:
    best: dict[str, Place] = {}
    for place in places:
        known = best.get(place.territory.code)
        if known is None or place.weight > known.weight:
            best[place.territory.code] = place
    if best:
        ranked = sorted(
            best.values(), key=lambda place: (-place.weight, LEVEL_ORDER[place.territory.level], place.territory.code)
        )
        yield Candidate(start, end, name, tuple(ranked), exact, short)


def _places(name: str) -> tuple[Place, ...]:
    found = gazetteer().by_name(name)
    return tuple(
        _place(named)
        for named in found
        if named.name_folded == name and _is_whole(named) and gazetteer().get(named.code)
    )


def _is_whole(named: NamedPlace) -> bool:
    """Not the rest of an official name that begins with a link: *de Lyon* is left of *Métropole de Lyon*."""
    listed = named.kind == "official" or bool(named.detail)
    return listed or named.name_folded.partition(" ")[0] not in LINKS - ARTICLES


def _place(named: NamedPlace) -> Place:
    territory = gazetteer().get(named.code)
    assert territory is not None  # noqa: S101 - callers only pass codes that the gazetteer knows
    population = float(max(territory.population, 1))
    if named.kind == "alias":
        weight = _alias_weight(named.detail, population)
        return Place(territory, weight, Clue.ALIAS, named.detail if named.detail in services() else "")
    if named.kind == "official":
        return Place(territory, population, Clue.NAME)
    if territory.level is Level.COMMUNE and not territory.code.endswith(f":{named.former_code}"):
        population = min(population * FORMER_SHARE, FORMER_LIMIT)
    return Place(territory, population, Clue.FORMER_NAME)


def _alias_weight(sort: str, population: float) -> float:
    if sort in PARTS:
        return min(population * FORMER_SHARE, FORMER_LIMIT)
    return population if sort else population * DERIVED_SHARE


def _misspelt(place: Place) -> Place:
    return Place(place.territory, place.weight, Clue.TYPING_ERROR, place.service)


def _twice_misspelt(place: Place) -> Place:
    return Place(place.territory, place.weight * TWO_ERRORS_SHARE, place.clue, place.service)


def _shortened(name: str, places: Sequence[Place]) -> Iterator[Place]:
    """Places of which the name is a short form, unless it is the whole name of a large one."""
    yield from _without_article(name)
    if not places:
        yield from _without_ending(name)
    yield from (_derived(place) for code in body_initials().get(name, ()) if (place := _body(code)))
    if name not in common_words() and all(place.weight < CLEARLY_MEANT for place in places):
        yield from (_derived(place) for long in _short_forms().get(name, ()) for place in _places(long))


def _without_ending(name: str) -> Iterator[Place]:
    """Bodies by their name without its last word: *Cœur d'Essonne* (agglomération); *agglo* is written out."""
    if name.endswith(" agglo"):
        yield from _places(f"{name}meration")
    elif " " in name:
        places = (place for ending in ENDINGS for place in _places(f"{name} {ending}"))
        yield from (_derived(place) for place in places if place.territory.level is Level.EPCI)


def _body(code: str) -> Place | None:
    territory = gazetteer().get(code)
    return Place(territory, float(territory.population), Clue.ALIAS) if territory else None


def _derived(place: Place, service: str = "") -> Place:
    return Place(place.territory, place.weight * DERIVED_SHARE, Clue.ALIAS, service)


@cache
def _short_forms() -> dict[str, list[str]]:
    """What is said for a longer name: *Villefranche* (-sur-Saône), *Bourgoin* (-Jallieu), *Chamonix* (-Mont-Blanc) →
    the names. Of cities, and of towns whose name alone begins so."""
    found: dict[str, list[str]] = {}
    names = [(named, named.name_folded.split()) for named in gazetteer().names() if named.kind != "alias"]
    openings = Counter(_opening(words) for named, words in names if named.kind == "official")
    for named, words in names:
        unique = openings[_opening(words)] == 1
        short = _short_form(words, unique=unique) if len(words) > 1 + (words[0] in ARTICLES) else ""
        territory = gazetteer().get(named.code) if short else None
        floor = UNIQUE_SHORT_FORM_FLOOR if unique else SHORT_FORM_FLOOR
        if territory and territory.level is Level.COMMUNE and territory.population >= floor:
            found.setdefault(short, []).append(named.name_folded)
    return found


def _opening(words: Sequence[str]) -> str:
    """The first word, with the article before it."""
    return " ".join(words[: 1 + (words[0] in ARTICLES)])


def _short_form(words: Sequence[str], *, unique: bool) -> str:
    """The words before *sur*, *en*, *lès*…, or the first of two (of any number, where no other name begins so), with
    its article; empty where little would be left."""
    lead = int(words[0] in ARTICLES)
    end = next((position for position, word in enumerate(words) if position > lead and word in QUALIFIERS), 0)
    if not end and (unique or len(words) == TWO + lead) and len(words[lead]) >= LONG_WORD:
        end = 1 + lead
    short = " ".join(words[:end])
    if len(short) < SHORTEST_SHORT_FORM or not end:
        return ""
    vague = end == 1 + lead and (words[lead] in common_words() or words[lead] in {"saint", "sainte"})
    return "" if vague or words[lead] in STOP_WORDS else short


def _without_article(word: str) -> Iterator[Place]:
    """Places whose name is the word after an article: *Rochelle*, *Mans*."""
    for article in ("la", "le", "les", "l"):
        for place in _places(f"{article} {word}"):
            if place.clue is Clue.NAME:
                yield _derived(place)


def _after_article(span: Sequence[str]) -> Iterator[Place]:
    """Départements and régions take an article that is no part of their name: *la Creuse*, *les Landes*."""
    if span[0] in ARTICLES:
        for place in _places(" ".join(span[1:])):
            if place.territory.level in {Level.DEPARTEMENT, Level.REGION}:
                yield place


def _of_network(name: str) -> Iterator[Place]:
    """A network by its bare name, where only *réseau* and that name are listed: *Stan*, *Artis*."""
    if name not in common_words():
        for place in _places(f"reseau {name}"):
            if place.service:
                yield _derived(place, place.service)


def _of_people(name: str) -> Iterator[Place]:
    """Places by the adjective of those who live there: *communes bretonnes*, *musées parisiens*."""
    territory = gazetteer().get(gentiles().get(name, ""))
    if territory:
        yield Place(territory, territory.population * DERIVED_SHARE, Clue.ADJECTIVE)


def _near_names(span: Sequence[str]) -> list[str]:
    """Names at one typing error, and those that are read alike (*martinik*), of one word beside its article. An article
    is part of a name as a word alone: *la Vire* is not Lavaré.
    """
    names, compact = _compact_names(), "".join(span)
    article = span[0] if span[0] in ARTICLES and len(span) > 1 else ""
    near = _near_index().near(compact)
    alike = _sound_index().alike(compact) if len(span) == 1 or article else ()
    near_names = {name for found in (*near, *alike) for name in names.get(found, ())}
    return sorted(name for name in near_names if not article or name.split()[0] == article)


def _far_names(span: Sequence[str]) -> list[str]:
    """Names of big cities at two typing errors of one long word: *monpelier*."""
    word = span[0]
    if len(span) > 1 or len(word) < LONG_NAME - 1:
        return []
    return [name for name in _long_names() if name[0] == word[0] and OSA.distance(word, name, score_cutoff=TWO) == TWO]


@cache
def _long_names() -> tuple[str, ...]:
    """The names of big cities that are one long word."""
    named = (place for place in gazetteer().names() if place.kind == "official" and len(place.name_folded) >= LONG_NAME)
    found = (place.name_folded for place in named if " " not in place.name_folded and _is_big_city(place.code))
    return tuple(dict.fromkeys(found))


def _is_big_city(code: str) -> bool:
    territory = gazetteer().get(code)
    return bool(territory and territory.level is Level.COMMUNE and territory.population >= BIG_CITY)


@cache
def _compact_names() -> dict[str, list[str]]:
    """Names without spaces → names."""
    found: dict[str, list[str]] = {}
    for named in gazetteer().names():
        if named.kind == "official" or named.detail or named.code.startswith("epci:"):
            names = found.setdefault(named.name_folded.replace(" ", ""), [])
            if named.name_folded not in names:
                names.append(named.name_folded)
    return found


@cache
def _near_index() -> NearIndex:
    return NearIndex(_compact_names())


@cache
def _sound_index() -> SoundIndex:
    return SoundIndex(_compact_names())


def unknown_positions(tokens: Sequence[Token], known: frozenset[str], taken: Iterable[int]) -> list[int]:
    """Positions of words that are neither read yet, nor common, nor of the competence table, nor sorts of body."""
    positions = set(taken)
    return [
        position
        for position, token in enumerate(tokens)
        if position not in positions
        and len(token.word) > 3
        and token.word not in STOP_WORDS
        and token.word not in common_words()
        and token.word not in known
        and token.word not in BODY_WORDS
        and not token.word.isdigit()
    ]
