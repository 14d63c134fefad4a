"""Who publishes at which sample portal, and on what: the law's matrix (``dcat.competence``) applied to the registry."""

from collections.abc import Mapping
from functools import cached_property
from itertools import accumulate

from dcat.competence import Holding, competences, holding
from dcat.portal import Level, Portal
from dcat.territory import CITY_DEPARTMENTS, Territory, gazetteer
from harvester.sample.french import body_name
from harvester.sample.network import SamplePortal, national_portal
from harvester.sample.record import Body
from harvester.sample.subjects import operators, subjects

SMALLEST_PUBLISHER = 3_500
"""Inhabitants from which a commune publishes by default (loi pour une République numérique, 2016)."""

HOSTING_LEVELS = (Level.EPCI, Level.DEPARTEMENT, Level.REGION)
"""A portal of these levels takes the datasets of bodies around which no closer portal exists."""

OPERATOR = "operator:"
SIZE_EXPONENT = 0.75
AUTHORITY_WEIGHT = 5
"""A body publishes what it holds this many times as often as what it shares."""


class Publishers:
    """Bodies by portal and subjects by body. A body is a territory code or ``operator:NAME``."""

    def __init__(self, portals: Mapping[str, SamplePortal]) -> None:
        self.portals: list[Portal] = [sample.portal for sample in portals.values() if sample.portal.authority]
        self.national = national_portal(portals)
        self._weights: dict[str, list[float]] = {}
        self._subjects: dict[tuple[str, tuple[str, ...]], list[int]] = {}

    def own(self, portal: str) -> list[str]:
        """The bodies that govern the portal's own territories; the State's operators for the national portal."""
        return self._bodies[portal][0]

    def hosted(self, portal: str) -> list[str]:
        """Bodies of the portal's territory that have no closer portal; may be empty."""
        return self._bodies[portal][1]

    def weights(self, portal: str) -> list[float]:
        """Of the hosted bodies, summed up to each: larger bodies publish more, though less than in proportion."""
        if portal not in self._weights:
            sizes = (_place(code).population ** SIZE_EXPONENT for code in self.hosted(portal))
            self._weights[portal] = list(accumulate(sizes))
        return self._weights[portal]

    def communes(self, body: str) -> list[str]:
        """Communes inside a body's territory, the most populated first."""
        return self._communes.get(body, [])

    def subjects(self, body: str, kinds: tuple[str, ...] = ()) -> list[int]:
        """Indexes of the subjects that a body publishes, as often as it publishes them; of these kinds where it has
        any."""
        alike = body if body.startswith(OPERATOR) else _legal_kind(_place(body))
        key = alike, kinds
        if key not in self._subjects:
            found = self._operated[body] if body.startswith(OPERATOR) else _held(_place(body))
            self._subjects[key] = [index for index in found if subjects()[index].kind in kinds] or found
        return self._subjects[key]

    @cached_property
    def _operated(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, subject in enumerate(subjects()):
            if competences()[subject.competence].holdings["national"] is not Holding.NONE:
                for name in operators(subject.competence):
                    found.setdefault(OPERATOR + name, []).append(index)
        return found

    @cached_property
    def _communes(self) -> dict[str, list[str]]:
        inside: dict[str, list[Territory]] = {}
        for place in gazetteer().territories():
            if place.level is Level.COMMUNE and not place.parent and place.population:
                for wider in (place.epci, place.departement, place.region):
                    inside.setdefault(wider, []).append(place)
        return {
            code: [place.code for place in sorted(places, key=lambda place: (-place.population, place.code))]
            for code, places in inside.items()
        }

    @cached_property
    def _bodies(self) -> dict[str, tuple[list[str], list[str]]]:
        governed = {code for portal in self.portals for code in portal.territories}
        hosts = self._hosts()
        hosted: dict[str, list[str]] = {portal.id: [] for portal in self.portals}
        for place in gazetteer().territories():
            if place.code not in governed and _publishes(place):
                around = (hosts[wider.code] for wider in gazetteer().chain(place.code) if wider.code in hosts)
                hosted[next(around, self.national)].append(place.code)
        own = {
            portal.id: [code for code in portal.territories if _publishes(gazetteer().get(code))]
            for portal in self.portals
        }
        own[self.national] = list(self._operated)
        return {portal.id: (own[portal.id], hosted[portal.id]) for portal in self.portals}

    def _hosts(self) -> dict[str, str]:
        """Territory → the portal that hosts its bodies: the first registered of a level that hosts."""
        hosts: dict[str, str] = {}
        for portal in self.portals:
            if portal.level in HOSTING_LEVELS:
                for code in portal.territories:
                    hosts.setdefault(code, portal.id)
        return hosts


def body(code: str) -> Body:
    """The publisher behind a body's code."""
    if code.startswith(OPERATOR):
        return Body(code.removeprefix(OPERATOR))
    place = _place(code)
    return Body(body_name(place), place.code, place.siren)


def _place(code: str) -> Territory:
    place = gazetteer().get(code)
    if place is None:
        raise ValueError(f"no such territory: {code}")
    return place


def _held(place: Territory) -> list[int]:
    """What a territory's body holds counts more often than what it shares."""
    held = [holding(competences()[subject.competence], place) for subject in subjects()]
    authority = [index for index, found in enumerate(held) if found is Holding.AUTHORITY]
    shared = [index for index, found in enumerate(held) if found is Holding.SHARED]
    return authority * AUTHORITY_WEIGHT + shared


def _publishes(place: Territory | None) -> bool:
    """Paris publishes as a city, not also as a département; arrondissements and very small communes do not publish."""
    if place is None or place.level is Level.NATIONAL or place.parent:
        return False
    return place.population >= SMALLEST_PUBLISHER and not (
        place.level is Level.DEPARTEMENT and place.code in CITY_DEPARTMENTS
    )


def _legal_kind(place: Territory) -> str:
    """Territories of one kind hold the same; Paris, Lyon, Île-de-France and some regions have rules of their own."""
    own_rules = place.code if place.code in CITY_DEPARTMENTS or place.level is Level.REGION else ""
    return f"{place.level}/{place.type}/{place.region == 'region:11'}/{own_rules}"
