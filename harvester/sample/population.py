"""The made-up catalogue: plans of datasets, who republishes them, and records made when asked for.

Plans and record numbers are held (about 200 bytes a dataset); titles and descriptions never are.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from random import Random

from dcat.portal import Level, Portal
from dcat.territory import gazetteer
from harvester.sample.content import dataset_id, original
from harvester.sample.copies import changed_fields, copy
from harvester.sample.identifiers import numbers_in, source_key
from harvester.sample.network import national_portal, sample_portals, wider_portals
from harvester.sample.plan import Plan, Planner
from harvester.sample.poison import DEFAULT_RATE, poisoned
from harvester.sample.publishers import OPERATOR
from harvester.sample.record import Relation, SampleRecord, TruthRow
from harvester.sample.subjects import subjects
from harvester.sample.templates import HARD, STANDARD

REPUBLISHED = {Level.EPCI: 0.5, Level.DEPARTEMENT: 0.25, Level.REGION: 0.3, Level.NATIONAL: 0.85}
"""Chance that a wider portal of a level takes a dataset."""

SHARED_PLATFORM = ("nantes-metropole", "loire-atlantique", "vendee", "data-pays-de-la-loire")
"""Portals of one Opendatasoft database: the region's shows nearly all that the others publish."""
SHARED = 0.8

FROM_COPY = 0.4
"""Chance that a copy is taken from the copy before it (a chain of three levels), not from the origin."""

TWICE = 0.03
"""Chance that the national portal has a dataset both from its origin and from a copy (datagouv/data.gouv.fr#1587)."""

LOOP = 0.04
"""Chance that a region takes from the nation, or takes back, what lies on its ground; half of these return to the
nation."""

CACHED_RECORDS = 512
NO_PARENT = -1


class Population:
    """A ``Catalogue`` drawn from a seed."""

    def __init__(
        self,
        registry: tuple[Portal, ...],
        datasets: int,
        seed: int,
        *,
        hard: bool = False,
        poison: float = DEFAULT_RATE,
    ) -> None:
        self.portals = sample_portals(registry)
        self._style = HARD if hard else STANDARD
        self._seed = seed
        self._poison = poison
        self._order = list(self.portals)
        self._plans = Planner(self.portals, seed).plans(datasets)
        self._dataset = array("I")
        self._portal = array("H")
        self._parent = array("l")
        self._holdings: dict[str, array[int]] = {name: array("I") for name in self.portals}
        self._lay_out()
        self._made = lru_cache(CACHED_RECORDS)(self._make)

    def size(self, portal: str) -> int:
        """How many records a portal holds."""
        return len(self._holdings[portal])

    def record(self, portal: str, position: int) -> SampleRecord:
        """The record at a position of a portal, with its poison."""
        return self._served(self._holdings[portal][position])

    def find(self, portal: str, source_id: str) -> SampleRecord | None:
        """By id or slug, or by what ends the address of its page."""
        wanted = source_id.rstrip("/")
        for number in self._candidates(portal, wanted):
            record = self._served(number)
            if wanted in (record.source_id.rstrip("/"), record.slug) or record.page.endswith(f"/{wanted}"):
                return record
        return None

    def _candidates(self, portal: str, source_id: str) -> Iterator[int]:
        """The portal's records of the dataset whose number is in the id: a copy may keep the id of its origin."""
        for number in numbers_in(source_id):
            if number < len(self._dataset):
                index = self._dataset[number]
                alike = (other for other, dataset in enumerate(self._dataset) if dataset == index)
                yield from (other for other in alike if self._order[self._portal[other]] == portal)

    def truth(self) -> Iterator[TruthRow]:
        """One row a record, in the order of their numbers."""
        for number, index in enumerate(self._dataset):
            plan = self._plans[index]
            record = self._made(number)
            relation, target = self._relation(number, plan, index)
            yield TruthRow(
                portal=record.portal,
                source_id=source_key(self.portals[record.portal], record.source_id),
                dataset=dataset_id(index),
                relation=relation,
                target=target,
                authority_portal=plan.portal,
                territory=record.territory,
                competence=subjects()[plan.subject].competence,
            )

    def _relation(self, number: int, plan: Plan, index: int) -> tuple[Relation, str]:
        if self._parent[number] != NO_PARENT:
            return Relation.SAME, dataset_id(index)
        if plan.target in (NO_PARENT, index) or plan.target >= len(self._plans):
            return (plan.relation if plan.target == index else Relation.NONE), ""
        return plan.relation, dataset_id(plan.target)

    # -- making a record ---------------------------------------------------------------------------------------------

    def _served(self, number: int) -> SampleRecord:
        return poisoned(self._made(number), Random(f"{self._seed}/poison/{number}"), self._poison)  # noqa: S311

    def _make(self, number: int) -> SampleRecord:
        index = self._dataset[number]
        portal = self.portals[self._order[self._portal[number]]]
        parent = self._parent[number]
        if parent == NO_PARENT:
            return original(self._plans[index], index, number, portal, self._style, self._seed)
        changes = changed_fields(self._style, Random(f"{self._seed}/changes/{index}"))  # noqa: S311
        taken = self._made(parent)
        source = self.portals[taken.portal]
        first = self._parent[parent] == NO_PARENT
        return copy(taken, number, source, portal, changes, self._style, self._seed, first=first)

    # -- who republishes what ----------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        wider = wider_portals(self.portals)
        national = national_portal(self.portals)
        regions = self._regions()
        random = Random(f"{self._seed}/layout")  # noqa: S311 - a sample, not a secret
        for index, plan in enumerate(self._plans):
            held = [self._add(index, plan.portal, NO_PARENT)]
            for portal in wider[plan.portal]:
                if random.random() < self._chance(plan.portal, portal):
                    taken = held[-1] if random.random() < FROM_COPY else held[0]
                    held.append(self._add(index, portal, taken))
            if len(held) > 2 and random.random() < TWICE:
                self._add(index, national, held[-2])
            self._loop(index, plan, held, regions, random)

    def _chance(self, origin: str, portal: str) -> float:
        if origin in SHARED_PLATFORM and portal in SHARED_PLATFORM:
            return SHARED
        return REPUBLISHED[self.portals[portal].portal.level]

    def _loop(self, index: int, plan: Plan, held: list[int], regions: dict[str, list[str]], random: Random) -> None:
        """A region takes the nation's record of something on its ground; the nation may take that again."""
        national = national_portal(self.portals)
        at_nation = [number for number in held if self._order[self._portal[number]] == national]
        around = regions.get(plan.body, [])
        if not (at_nation and around) or random.random() >= LOOP:
            return
        taken = self._add(index, random.choice(around), at_nation[-1])
        if random.random() < 0.5:
            self._add(index, national, taken)

    def _regions(self) -> dict[str, list[str]]:
        """Body → the regional portals over its ground."""
        portals: dict[str, list[str]] = defaultdict(list)
        for sample in self.portals.values():
            if sample.portal.level is Level.REGION:
                for code in sample.portal.territories:
                    portals[code].append(sample.id)
        return {
            body: [name for place in gazetteer().chain(body) for name in portals.get(place.code, ())]
            for body in {plan.body for plan in self._plans}
            if not body.startswith(OPERATOR)
        }

    def _add(self, index: int, portal: str, parent: int) -> int:
        number = len(self._dataset)
        self._dataset.append(index)
        self._portal.append(self._order.index(portal))
        self._parent.append(parent)
        self._holdings[portal].append(number)
        return number
