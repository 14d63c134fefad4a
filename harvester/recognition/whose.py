"""Whose portal it may be: level and territory, told by the title and the host."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from msgspec import Struct

from dcat.normalise.bodies import territory_of_name
from dcat.portal import Level
from dcat.territory import NATIONAL, NamedPlace, gazetteer
from dcat.text import fold

LONGEST_NAME = 6
"""Words."""

SHORTEST_NAME = 4
"""Letters: Eu, Y and Sai are communes too."""

TITLE_PARTS = (" | ", " - ", " – ", " — ", " : ", ", ")

GENERIC = frozenset(
    (
        *("data", "opendata", "open", "donnees", "ouvertes", "portail", "catalogue", "catalog", "geo", "sig", "carto"),
        *("cartes", "www", "public", "site", "plateforme", "territoire", "territoires", "services", "service"),
        *("geocatalogue", "geoportail", "communaute", "commune", "departement", "region", "metropole", "agglo"),
        *("agglomeration", "ville", "mairie", "france", "opendatasoft", "huwise", "arcgis", "hub", "gouv", "info"),
        *("fr", "org", "com", "net", "eu", "bzh"),
    )
)
"""Words of titles and hosts that are no place, though a village may be called so."""

LEVEL_WORDS = {
    "eurometropole": Level.EPCI,
    "metropole": Level.EPCI,
    "agglomeration": Level.EPCI,
    "communaute": Level.EPCI,
    "agglo": Level.EPCI,
    "departement": Level.DEPARTEMENT,
    "region": Level.REGION,
    "mairie": Level.COMMUNE,
    "ville": Level.COMMUNE,
}
"""Words that say a level; in hosts they are glued to the name: ``rennesmetropole``."""


class Guess(Struct, frozen=True):
    """``words``: what it was read in. ``sure``: the name of a body that says its level, else a person must look."""

    code: str
    words: str
    sure: bool = False

    @property
    def level(self) -> Level:
        place = gazetteer().get(self.code)
        return place.level if place else Level.NATIONAL


def guess_territory(title: str, url: str) -> Guess | None:
    """The territory of the title's body, else of a name in the host, else of a name in the title."""
    return _of_body(title) or _of_host(urlsplit(url).hostname or "") or _of_words(title)


def _of_body(title: str) -> Guess | None:
    for part in _parts(title):
        found = territory_of_name(part)
        if found.code and found.code != NATIONAL:
            return Guess(found.code, part, not LEVEL_WORDS.keys().isdisjoint(fold(part).split()))
    return None


def _parts(title: str) -> Iterator[str]:
    yield title
    for sign in TITLE_PARTS:
        if sign in title:
            yield from (part.strip() for part in title.split(sign))


def _of_host(host: str) -> Guess | None:
    for label in host.split("."):
        whole = label.replace("-", "")
        for name, level in ((whole, None), *_without_level(whole)):
            places = () if name in GENERIC or len(name) < SHORTEST_NAME else _glued().get(name, ())
            wanted = [place for place in places if level is None or place.code.startswith(f"{level}:")]
            if wanted:
                return Guess(wanted[0].code, label)
    return None


def _without_level(label: str) -> Iterator[tuple[str, Level]]:
    for word, level in LEVEL_WORDS.items():
        for rest in (label.removeprefix(word), label.removesuffix(word)):
            if rest != label:
                yield rest, level


@cache
def _glued() -> dict[str, tuple[NamedPlace, ...]]:
    """Every name without its blanks, as hosts write it."""
    found: dict[str, tuple[NamedPlace, ...]] = {}
    for folded in dict.fromkeys(place.name_folded for place in gazetteer().names()):
        found.setdefault(folded.replace(" ", ""), gazetteer().by_name(folded))
    return found


def _of_words(title: str) -> Guess | None:
    """The longest name in the title, the first of those as long."""
    words = fold(title).split()
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            name = " ".join(words[start : start + length])
            if name in GENERIC or len(name) < SHORTEST_NAME:
                continue
            if places := gazetteer().by_name(name):
                return Guess(places[0].code, name)
    return None
