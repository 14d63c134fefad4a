"""Places given by number: postal codes, départements, arrondissements of Paris, Lyon and Marseille."""

import re
from collections.abc import Iterator, Sequence

from dcat.territory import Territory, gazetteer
from search.question.candidates import Candidate, Place
from search.question.lexicon import COUNTED, NUMBER_BLOCKERS, NUMBER_OPENERS, UNITS
from search.question.model import Clue

POSTAL_CODE = re.compile(r"\d{5}|2[ab]\d{3}")
CODE_WORDS = frozenset(("insee", "cog", "commune"))
"""Before a number, they say that it is a commune's INSEE code rather than a postal code."""
DEPARTEMENT = re.compile(r"0[1-9]|[1-9]\d|2[ab]|97[1-8]|98[6-8]")
OVERSEAS = re.compile(r"[1-46]")
SPOKEN_NUMBER_OPENERS = frozenset(("le", "du"))
SAID_ALONE = ("7", "9")
"""First digits of the départements around Paris, which are the ones that people name so without *le*."""
ORDINAL = re.compile(r"(\d{1,2})(?:er|ere|e|eme|me|st|nd|rd|th)?")
ROMAN = re.compile(r"(x?(?:ix|iv|v?i{0,3})|xx)(?:er|ere|e|eme|me)")
ROMAN_DIGITS = {"i": 1, "v": 5, "x": 10}
DIVIDED_CITIES = ("paris", "lyon", "marseille")
CERTAIN = 9.0


def numbered_candidates(
    words: Sequence[str], blocked: frozenset[int] = frozenset(), hyphened: frozenset[int] = frozenset()
) -> Iterator[Candidate]:
    """Every number that stands for a place; ``blocked`` positions belong to a keyword (*zone 30*), ``hyphened`` ones
    have a hyphen behind.
    """
    for position, word in enumerate(words):
        if position in blocked:
            continue
        if POSTAL_CODE.fullmatch(word):
            yield from _of_code(words, position)
        elif DEPARTEMENT.fullmatch(word) and _may_be_departement(words, position):
            yield from _one(position, position + 1, word, gazetteer().get(f"departement:{word.upper()}"), Clue.NUMBER)
        yield from _of_arrondissement(words, position)
        yield from _of_spoken_number(words, position, hyphened=position in hyphened)


def _of_code(words: Sequence[str], position: int) -> Iterator[Candidate]:
    """A postal code, or an INSEE code where the word before says so or no post office has that number."""
    commune = gazetteer().get(f"commune:{words[position].upper()}")
    if words[position + 1 : position + 2] and words[position + 1] in UNITS | COUNTED:
        return  # *marchés de plus de 20000 euros*
    said = words[position - 1] in CODE_WORDS if position else False
    if commune and (said or not gazetteer().by_postal_code(words[position])):
        yield from _one(position - said, position + 1, words[position], commune, Clue.INSEE_CODE)
    else:
        yield from _of_postal_code(position, words[position])


def _of_postal_code(position: int, code: str) -> Iterator[Candidate]:
    """The communes of a postal code, the most populated first: it is the office's own."""
    communes = gazetteer().by_postal_code(code)
    if communes:
        places = tuple(Place(commune, float(max(commune.population, 1)), Clue.POSTAL_CODE) for commune in communes)
        yield Candidate(position, position + 1, code, places, score=CERTAIN, clear=True)


def _of_spoken_number(words: Sequence[str], position: int, *, hyphened: bool) -> Iterator[Candidate]:
    """*Le 9-3*, *dans le 7 8*, *97-4*: the digits of a département one by one. Without *le*, those around Paris
    alone, with a hyphen and where they are no range: *9-3*, not *7-8* nor *2-1*.
    """
    digits = words[position : position + 2]
    if digits[:1] == ["97"] and digits[1:] and OVERSEAS.fullmatch(digits[1]):
        yield from _one(
            position, position + 2, "97" + digits[1], gazetteer().get(f"departement:97{digits[1]}"), Clue.NUMBER
        )
    after = words[position + 2] if position + 2 < len(words) else ""
    if len(digits) < len("93") or not all(len(digit) == 1 and digit.isdigit() for digit in digits):
        return
    before = words[position - 1] if position else ""
    no_range = digits[0] in SAID_ALONE and digits[0] >= digits[1]
    alone = hyphened and no_range and not (before.isdigit() or before in NUMBER_BLOCKERS)
    if (before in SPOKEN_NUMBER_OPENERS or alone) and not (after.isdigit() or after in UNITS):
        territory = gazetteer().get(f"departement:{''.join(digits)}")
        yield from _one(position, position + 2, " ".join(digits), territory, Clue.NUMBER)


def _may_be_departement(words: Sequence[str], position: int) -> bool:
    before = words[position - 1] if position else ""
    after = words[position + 1] if position + 1 < len(words) else ""
    if after in UNITS or before in NUMBER_BLOCKERS or after == "arrondissement":
        return False
    after_city = before in DIVIDED_CITIES and int(re.sub(r"\D", "", words[position])) <= 20
    return not after_city and (before in NUMBER_OPENERS or position in (0, len(words) - 1) or not after.isdigit())


def _of_arrondissement(words: Sequence[str], position: int) -> Iterator[Candidate]:
    """*Paris 13e*, *Lyon 3*, *13e arrondissement de Paris*, *Marseille 8ème arrondissement*."""
    if words[position] in DIVIDED_CITIES and position + 1 < len(words):
        ends_long = words[position + 2 : position + 3] == ["arrondissement"]
        yield from _arrondissement(words[position], words[position + 1], position, position + 2 + ends_long)
    if words[position] == "arrondissement" and position:
        city = next((word for word in words[position + 1 : position + 3] if word in DIVIDED_CITIES), "")
        end = position + 1 + (words[position + 1 : position + 3].index(city) + 1 if city else 0)
        yield from _arrondissement(city, words[position - 1], position - 1, end)


def _arrondissement(city: str, ordinal: str, start: int, end: int) -> Iterator[Candidate]:
    number = _number(ordinal) if city else 0
    if not number:
        return
    name = f"{city} {number}{'er' if number == 1 else 'e'} arrondissement"
    for named in gazetteer().by_name(name)[:1]:
        yield from _one(start, end, name, gazetteer().get(named.code), Clue.ARRONDISSEMENT)


def _number(ordinal: str) -> int:
    """*13e*, *XIIIe* → 13; 0 for what is no ordinal."""
    if match := ORDINAL.fullmatch(ordinal):
        return int(match.group(1))
    match = ROMAN.fullmatch(ordinal)
    digits = [ROMAN_DIGITS[letter] for letter in match.group(1)] if match else []
    following = [*digits, 0][1:]
    return sum(-one if one < after else one for one, after in zip(digits, following, strict=True))


def _one(start: int, end: int, name: str, territory: Territory | None, clue: Clue) -> Iterator[Candidate]:
    if territory:
        place = Place(territory, float(max(territory.population, 1)), clue)
        yield Candidate(start, end, name, (place,), score=CERTAIN, clear=True)
