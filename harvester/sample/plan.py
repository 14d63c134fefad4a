"""Which datasets exist: for each, who publishes what and where, and what it must not be taken for.

A draw gives one dataset, or a group that looks alike on purpose (yearly series, homonyms, extracts, versions,
siblings). The plan of a dataset depends on the seed and on the draws before it, never on how many follow: a larger
federation begins with the smaller one.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice, product
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from dcat.portal import Level
from harvester.sample.network import SamplePortal
from harvester.sample.publishers import Publishers
from harvester.sample.record import Relation
from harvester.sample.subjects import subjects
from harvester.sample.templates import SECTORS

PORTAL_WEIGHTS = {Level.COMMUNE: 3, Level.EPCI: 4, Level.DEPARTEMENT: 2, Level.REGION: 3, Level.NATIONAL: 24}
"""How many datasets start at a portal of each level, relative to another."""

GROUPS = {"single": 80, "series": 4, "homonym": 4, "part": 5, "version": 3, "sibling": 4}
"""Kinds of draw, in hundredths."""

KINDS_OF_GROUP = {"series": ("yearly",), "part": ("points", "lines", "areas"), "sibling": ("points", "areas", "table")}
"""Kinds of subject that suit a group; any where none is named."""

OWN_GROUND = 0.6
"""Share of a mutualised portal's datasets whose publisher governs the portal's own territory."""

ATTEMPTS = 16
LAST_YEAR = 2025

Key = tuple[str, int, int, str, int]


class Plan(Struct, frozen=True, gc=False):
    """One dataset. ``body`` is a publisher's code; ``words`` the dataset whose wording it shares.

    ``place`` narrows it to a commune, ``sector`` to a part of the territory; ``target`` is the dataset that
    ``relation`` is about, -1 where none.
    """

    portal: str
    body: str
    subject: int
    words: int
    group: str = "single"
    year: int = 0
    place: str = ""
    sector: str = ""
    version: int = 1
    relation: Relation = Relation.NONE
    target: int = -1


class Planner:
    """Draws plans one after the other."""

    def __init__(self, portals: Mapping[str, SamplePortal], seed: int) -> None:
        self._random = Random(f"{seed}/plan")  # noqa: S311 - a sample, not a secret
        self._publishers = Publishers(portals)
        self._portals = [portal.id for portal in self._publishers.portals]
        self._weights = [PORTAL_WEIGHTS[portal.level] for portal in self._publishers.portals]
        self._used: set[Key] = set()
        self._count = 0
        self._groups: dict[str, Callable[[Plan], Iterator[Plan]]] = {
            "single": self._single,
            "series": self._series,
            "homonym": self._homonym,
            "part": self._part,
            "version": self._version,
            "sibling": self._sibling,
        }

    def plans(self, datasets: int) -> list[Plan]:
        """The first plans; every portal has one before any has two."""
        return list(islice(self._draws(), datasets))

    def _draws(self) -> Iterator[Plan]:
        for portal in self._portals:
            yield from self._group("single", portal)
        while True:
            kind = self._random.choices(list(GROUPS), list(GROUPS.values()))[0]
            yield from self._group(kind, self._random.choices(self._portals, self._weights)[0])

    def _group(self, kind: str, portal: str) -> Iterator[Plan]:
        for member in self._groups[kind](self._free(portal, kind)):
            if _key(member) not in self._used:
                self._used.add(_key(member))
                self._count += 1
                yield member

    def _free(self, portal: str, kind: str) -> Plan:
        """A publisher and a subject not drawn before: at the portal, there for one year or one part of its ground, else
        in the same way among the nation's."""
        for at, narrow in product((portal, self._publishers.national), (False, True)):
            for _ in range(ATTEMPTS):
                plan = self._candidate(at, kind)
                plan = self._narrowed(plan) if narrow else plan
                if _key(plan) not in self._used:
                    return plan
        raise RuntimeError(f"no publisher and subject left to draw after {self._count} datasets: ask for fewer")

    def _candidate(self, portal: str, kind: str) -> Plan:
        body = self._body(portal)
        subject = self._random.choice(self._publishers.subjects(body, KINDS_OF_GROUP.get(kind, ())))
        return Plan(portal, body, subject, self._count)

    def _body(self, portal: str) -> str:
        own, hosted = self._publishers.own(portal), self._publishers.hosted(portal)
        if not hosted or (own and self._random.random() < OWN_GROUND):
            return self._random.choice(own)
        return self._random.choices(hosted, cum_weights=self._publishers.weights(portal))[0]

    def _narrowed(self, plan: Plan) -> Plan:
        if subjects()[plan.subject].kind == "yearly":
            return replace(plan, year=self._random.randint(2000, LAST_YEAR))
        return replace(plan, sector=self._random.choice(SECTORS))

    def _single(self, first: Plan) -> Iterator[Plan]:
        yield first

    def _series(self, first: Plan) -> Iterator[Plan]:
        """Editions of one dataset, a year each."""
        start = self._random.randint(2012, LAST_YEAR - 4)
        for year in range(start, start + self._random.randint(3, 5)):
            yield replace(first, group="series", year=year, relation=Relation.SERIES, target=first.words)

    def _homonym(self, first: Plan) -> Iterator[Plan]:
        """One title without a place, two or three bodies, each in its own words."""
        others = {other.body: other for other in (self._namesake(first) for _ in range(2 * ATTEMPTS)) if other}
        if not others:
            yield first
            return
        yield replace(first, group="homonym", relation=Relation.HOMONYM, target=first.words + 1)
        for number, other in enumerate(islice(others.values(), 2), 1):
            yield replace(other, words=first.words + number)

    def _namesake(self, first: Plan) -> Plan | None:
        """The same subject published by another body; None where the one drawn does not publish it."""
        portal = self._random.choice(self._portals)
        body = self._body(portal)
        if body == first.body or first.subject not in self._publishers.subjects(body):
            return None
        other = Plan(portal, body, first.subject, 0, "homonym", relation=Relation.HOMONYM, target=first.words)
        return other if _key(other) not in self._used else None

    def _part(self, first: Plan) -> Iterator[Plan]:
        """A dataset, and extracts of it for one commune each."""
        yield first
        for place in self._inner(first.body, self._random.randint(1, 2)):
            yield replace(first, group="part", place=place, relation=Relation.PART, target=first.words)

    def _version(self, first: Plan) -> Iterator[Plan]:
        """A dataset, and its next version."""
        yield first
        yield replace(first, group="version", version=2, relation=Relation.VERSION, target=first.words)

    def _sibling(self, first: Plan) -> Iterator[Plan]:
        """One text for several places: they look alike, and nothing joins them."""
        places = self._inner(first.body, 3)
        for place in places or [""]:
            target = -1 if self._count == first.words else first.words
            yield replace(first, group="sibling" if place else "single", place=place, target=target)

    def _inner(self, body: str, number: int) -> list[str]:
        """Communes inside a body's territory, drawn among the larger ones; fewer where it has fewer."""
        inside = self._publishers.communes(body)[:60]
        return self._random.sample(inside, min(number, len(inside)))


def _key(plan: Plan) -> Key:
    """Two datasets of one key would be the same one."""
    return plan.body, plan.subject, plan.year, plan.place + plan.sector, plan.version
