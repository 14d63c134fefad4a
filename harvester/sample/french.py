"""French around a territory's name: articles, elisions, and the names of public bodies."""

from dcat.portal import Level
from dcat.territory import Territory

VOWELS = "AEIOUYÉÈÊÎÔÂÀŒH"
"""Initials before which ``de`` elides; h counts as mute, as it is in most names of communes."""

ARTICLES = {"Le ": "du ", "Les ": "des ", "La ": "de La ", "L'": "de L'"}

DEPARTMENT_ARTICLES = {
    "de l'": "01 02 03 07 09 10 11 12 27 34 36 38 60 61 89 91",
    "de la": (
        "16 17 19 2A 2B 21 23 24 26 31 33 42 43 44 48 50 51 52 53 55 57 58 70 72 73 74 76 80 85 86 87 93 971 972 973"
    ),
    "du": "14 15 18 25 29 30 32 39 45 46 56 59 62 63 67 68 69 81 83 90 94 95",
    "des": "04 05 06 08 13 22 40 64 65 66 78 79 88 92",
    "d'": "28 35 37",
}
"""The words before a département's name → numbers; a number that is nowhere takes ``de``."""

LEGAL_FORMS = {
    "CC ": "Communauté de communes ",
    "CA ": "Communauté d'agglomération ",
    "CU ": "Communauté urbaine ",
}
FEMININE = ("Communauté", "Métropole", "Agglomération", "Collectivité")


def of(place: Territory) -> str:
    """``de Rennes``, ``d'Angers``, ``du Mans``, ``de la Gironde``, ``de la région Bretagne``, ``de la Métropole de
    Lyon``."""
    if place.level is Level.NATIONAL:
        return "de France"
    if place.level is Level.REGION:
        return f"de la région {place.name}"
    if place.level is Level.DEPARTEMENT:
        return _of_department(place)
    name = short_name(place)
    if place.level is Level.EPCI and name.startswith(FEMININE):
        return f"de la {name}" if name[0] != "A" else f"de l'{name}"
    if place.level is Level.EPCI and name.startswith("Eurométropole"):
        return f"de l'{name}"
    return _of_name(name)


def short_name(place: Territory) -> str:
    """The name without the legal form of an EPCI; ``France`` for the nation."""
    if place.level is Level.NATIONAL:
        return "France"
    for short in LEGAL_FORMS:
        if place.level is Level.EPCI and place.name.startswith(short):
            return place.name.removeprefix(short).removeprefix("de la ").removeprefix("du ").removeprefix("de ")
    return place.name


def body_name(place: Territory) -> str:
    """The public body that governs a territory, as it signs its datasets."""
    if place.level is Level.REGION:
        return f"Région {place.name}"
    if place.level is Level.DEPARTEMENT:
        return f"Département {_of_department(place)}"
    if place.level is Level.COMMUNE:
        return f"{'Ville' if place.population >= 10_000 else 'Commune'} {_of_name(place.name)}"
    for short, long in LEGAL_FORMS.items():
        if place.name.startswith(short):
            return long + place.name.removeprefix(short)
    return place.name


def lower_first(words: str) -> str:
    """A sentence's opening in the middle of one; acronyms stay."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _of_department(place: Territory) -> str:
    number = place.code.partition(":")[2]
    for words, numbers in DEPARTMENT_ARTICLES.items():
        if number in numbers.split():
            return f"{words}{'' if words.endswith(chr(39)) else ' '}{place.name}"
    return _of_name(place.name)


def _of_name(name: str) -> str:
    for article, words in ARTICLES.items():
        if name.startswith(article):
            return words + name.removeprefix(article)
    return f"d'{name}" if name[0] in VOWELS else f"de {name}"
