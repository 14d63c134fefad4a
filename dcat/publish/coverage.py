"""Territories that the places of a dataset name → places that others recognise, beside the source's own words.

It is ours to say, not the source's: only what an official code names, or a name in the territory of the portal
(``SURE``), and never what a drawing covers, which says more by itself (docs/feed.md).
"""

import re
from collections.abc import Iterator

from dcat.extent import BOXED
from dcat.model import Place, Text
from dcat.namespaces import DCT
from dcat.rdf.term import literal
from dcat.territory import NATIONAL, Territory, gazetteer
from dcat.text import fold

SURE = 0.95
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"
"""DCAT-AP 3 §7.1: the EU's list of countries where the place is in it."""
INSEE = "http://id.insee.fr/geo/"
"""The addresses by code of the Code officiel géographique, which udata and Ecosphères read. INSEE has none by code for
EPCI and municipal arrondissements."""
_NAMES = (
    (re.compile(r"commune:(\w{5})"), "commune/"),
    (re.compile(r"departement:(\w{2,3})"), "departement/"),
    (re.compile(r"region:(\d{2})"), "region/"),
    (re.compile(r"region:(\d{3})"), "collectiviteDOutreMer/"),
)


_PARTS = re.compile(r"\b(?:metropolitaine|metro|fxx?|drom|hors)\b")
"""Words for a part of France: close enough to find data by, not to say that they cover all of it."""


def recognised(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """One place a territory, without those that the source names by the same address."""
    known = {place.iri for place in places}
    return tuple(place for place in dict.fromkeys(_recognised(places)) if not place.iri or place.iri not in known)


def _recognised(places: tuple[Place, ...]) -> Iterator[Place]:
    for place in places:
        sure = place.confidence >= SURE and place.evidence not in BOXED
        territory = gazetteer().get(place.territory) if place.territory and sure else None
        if territory and not (territory.code == NATIONAL and _is_part(place)):
            yield _place(territory)


def _is_part(place: Place) -> bool:
    return any(_PARTS.search(fold(words)) for words in (place.iri, *(text.value for text in place.label)))


def _place(territory: Territory) -> Place:
    """One without address of its own has its number: a SIREN, an INSEE code."""
    iri, label = _iri(territory), (Text(territory.name, "fr"),)
    if iri:
        return Place(iri=iri, label=label)
    number = literal(territory.code.partition(":")[2])
    return Place(label=label, extra=f"_:this <{DCT.identifier}> {number} .")


def _iri(territory: Territory) -> str:
    if territory.code == NATIONAL:
        return FRANCE
    if territory.type == "arrondissement":
        return ""
    matches = ((pattern.fullmatch(territory.code), path) for pattern, path in _NAMES)
    return next((f"{INSEE}{path}{match[1]}" for match, path in matches if match), "")
