"""Places covered → territory codes: zone ids, INSEE, NUTS and EU addresses, Opendatasoft references, names, and the
extents of boxes last."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from msgspec.structs import replace

from dcat.extent import territory_of_box
from dcat.iri import is_relative
from dcat.model import Dataset, Place, Text
from dcat.normalise.homonyms import NOTHING, Resolution, choose
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import rows
from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold

ZONE = re.compile(
    r"(?:^|/)(?:fr[:/])?(commune|epci|departement|region)[:/]([0-9][0-9AB]?[0-9]{0,7})(?:@[\w-]*)?$", re.IGNORECASE
)
OPENDATASOFT = re.compile(r"fr_(\d{2})_([0-9][0-9AB]?[0-9]{0,7})")
INSEE = re.compile(
    r"insee\.fr/geo/(?:\d{4}/)?(commune|departement|region|COM|DEP|REG)[/_]([0-9][0-9AB]?[0-9]{0,3})$", re.IGNORECASE
)
NUTS = re.compile(r"(?:europa\.eu/nuts(?:/code)?|[/#:]nuts[\w-]*)/(FR[0-9A-Z]{0,3})/?$", re.IGNORECASE)
"""``http://data.europa.eu/nuts/code/FRH03``: the EU's code of a région or a département."""

SCOPE = re.compile(r"metadata-?codelist/SpatialScope/national/?$", re.IGNORECASE)
"""INSPIRE's scope of data of the whole nation; its other scopes name no place."""

INSEE_LEVELS = {"com": "commune", "dep": "departement", "reg": "region"}
NATION = (
    "fr|fra|fx|france|national|france entiere|france metropolitaine|france metropolitaine et drom|country fr|"
    "fr country|pays fr|territoire national|ensemble du territoire national|world fr|country subset fr metro|"
    "country subset fr drom|france entiere hors com"
)
COUNTRY = frozenset(NATION.split("|"))
"""Folded words for the whole of France."""

NATION_IRIS = re.compile(
    r"authority/country/(?:FRA|FXX)$|sws\.geonames\.org/3017382/?$|insee\.fr/geo/pays/(?:france|99100)|"
    r"wikidata\.org/(?:entity|wiki)/Q142$",
    re.IGNORECASE,
)
ODS_REGION = "40"
"""Opendatasoft's number for the level of a région; its others are told by the length of the code."""


def resolve_places(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:spatial: the territory of every place that names one. A relative IRI (``Rennes``) is a name."""
    spatial = tuple(_resolve(place, notes.portal.territories) for place in dataset.spatial)
    return dataset if same(spatial, dataset.spatial) else replace(dataset, spatial=spatial)


def _resolve(place: Place, within: tuple[str, ...]) -> Place:
    if place.iri and is_relative(place.iri):
        label = place.label or (Text(place.iri),)
        place = replace(place, iri="", label=label)
    if place.territory:
        return place
    found = place_territory(place.iri, tuple(text.value for text in place.label), within)
    if not found.code and place.bbox:
        found = Resolution(*territory_of_box(place.bbox))
    if not found.code:
        return place
    return replace(place, territory=found.code, confidence=round(found.confidence, 2), evidence=found.evidence)


@lru_cache(maxsize=4_096)
def place_territory(iri: str, names: tuple[str, ...], within: tuple[str, ...] = ()) -> Resolution:
    """The territory that an address or names designate, with confidence and evidence."""
    for text in (iri, *names):
        code = _of_code(text.strip()) if text else ""
        if code:
            return Resolution(code, 0.99, "code")
    for name in names:
        found = _of_name(name, within)
        if found.code:
            return found
    return NOTHING


def _of_code(text: str) -> str:
    if fold(text) in COUNTRY or NATION_IRIS.search(text) or SCOPE.search(text):
        return NATIONAL
    region = NUTS.search(text)
    if region:
        return territories_by_nuts().get(region[1].upper(), "")
    for pattern, level_of in ((ZONE, _zone_level), (INSEE, _insee_level), (OPENDATASOFT, _opendatasoft_level)):
        found = pattern.search(text)
        place = gazetteer().get(f"{level_of(*found.groups())}:{found[2].upper()}") if found else None
        if place:
            return place.code
    return ""


@cache
def territories_by_nuts() -> Mapping[str, str]:
    """NUTS code (2021) → territory."""
    return {row["nuts"]: row["code"] for row in rows("nuts")}


def _zone_level(level: str, _code: str) -> str:
    return level.lower()


def _insee_level(level: str, _code: str) -> str:
    return INSEE_LEVELS.get(level.lower(), level.lower())


def _opendatasoft_level(number: str, code: str) -> str:
    if number == ODS_REGION:
        return "region"
    return {9: "epci", 5: "commune"}.get(len(code), "departement")


def _of_name(name: str, within: tuple[str, ...]) -> Resolution:
    """The whole name, else the last part of ``France, Bretagne, Ille-et-Vilaine, Rennes``, which the others narrow."""
    found = choose(gazetteer().by_name(name), within)
    if found.code or "," not in name:
        return found
    *wider, last = (part.strip() for part in name.split(","))
    around = tuple(place.code for part in wider for place in gazetteer().by_name(part)[:1] if place.code != NATIONAL)
    return choose(gazetteer().by_name(last), (*within, *around))
