"""Records by the million, as many portals of communes would write them: originals, copies, series, homonyms.

One in three is a copy of the one before on the national portal, half of these without a pointer to it. Titles are drawn
from subjects, years and communes; descriptions from the words of the language, so that no two subjects read alike.
"""

from collections.abc import Iterator
from functools import cache
from random import Random

from dcat.identity import record_id
from dcat.model import Agent, Dataset, Distribution, Origin, Record, Text
from dcat.portal import Level, Portal
from dcat.territory import gazetteer
from search.question.lexicon import common_words

NATION = "https://nation.example.fr"
PORTALS = 200
SUBJECTS = (
    *("Budget primitif", "Compte administratif", "Liste des marchés publics", "Subventions aux associations"),
    *("Arbres d'alignement", "Déchèteries", "Stations de vélos", "Places de stationnement", "Menus des cantines"),
    *("Délibérations du conseil", "Bornes de recharge", "Prénoms des nouveau-nés", "Équipements sportifs", "Voirie"),
    *("Zones du plan local d'urbanisme", "Points d'apport volontaire", "Pistes cyclables", "Défibrillateurs"),
)
YEARS = ("", "", "", "2021", "2022", "2023", "2024")
WORDS = 45


def portals() -> dict[str, Portal]:
    """A national one, and two hundred others."""
    made = [_portal(number) for number in range(PORTALS)]
    nation = Portal("nation", "Nation", Level.NATIONAL, ("national",), NATION)
    return {portal.id: portal for portal in (nation, *made)}


def records(number: int, first: int = 0, salt: str = "") -> Iterator[Record]:
    """So many, the same for the same numbers; ``salt`` changes what they say."""
    for position in range(first, first + number):
        yield _copy(position, salt) if position % 3 == 2 else _original(position, salt)


@cache
def _portal(number: int) -> Portal:
    return Portal(f"portail-{number}", f"Portail {number}", Level.COMMUNE, (), f"https://data{number}.example.fr")


@cache
def _communes() -> tuple[tuple[str, str], ...]:
    return tuple((place.code, place.name) for place in gazetteer().territories() if place.level is Level.COMMUNE)


@cache
def _words() -> tuple[str, ...]:
    return tuple(sorted(common_words()))


def _dataset(number: int, salt: str, url: str) -> Dataset:
    random = Random(f"{number}{salt}")
    turn, place = divmod(number, len(_communes()))
    code, name = _communes()[place]
    subject, year = SUBJECTS[turn % len(SUBJECTS)], random.choice(YEARS)
    title = " ".join(filter(None, (subject, year, salt, "-", name)))
    return Dataset(
        identifiers=(f"numero-{number}",),
        title=(Text(title, "fr"),),
        description=(Text(f"{title}. {' '.join(random.choices(_words(), k=WORDS))}.", "fr"),),
        publisher=Agent(name=(Text(f"Commune de {name}"),), territory=code),
        keywords=tuple(Text(word) for word in random.choices(_words(), k=4)),
        modified=f"2025-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        distributions=(Distribution(download_urls=(f"{url}/fichiers/{number}.csv",)),),
    )


def _original(number: int, salt: str) -> Record:
    portal = _portal(number // 3 % PORTALS)
    dataset = _dataset(number, salt, portal.url)
    return Record(record_id(portal.id, str(number)), portal.id, str(number), dataset, f"{portal.url}/jeux/{number}")


def _copy(number: int, salt: str) -> Record:
    """Of the record before; every other one names it."""
    portal = _portal((number - 1) // 3 % PORTALS)
    dataset = _dataset(number - 1, salt, NATION)
    host = portal.url.removeprefix("https://")
    origin = Origin(domain=host, remote_id=f"numero-{number - 1}") if number % 2 else None
    return Record(
        record_id("nation", str(number)), "nation", str(number), dataset, f"{NATION}/jeux/{number}", origin=origin
    )
