"""Datasets that have to do with each other without being one: what links their records, and what people decided."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from search.dedupe import rows
from search.dedupe.decisions import RELATIONS, Said, in_force
from search.dedupe.verdict import Link, Relation

MOST = 100  # links of one dataset: a series may have hundreds


class Kind(StrEnum):
    """What this dataset is to the other, the most telling first."""

    PART_OF = "part-of"
    HAS_PART = "has-part"
    VERSION_OF = "version-of"  # the other was there before
    HAS_VERSION = "has-version"
    SERIES = "series"
    RELATED = "related"


ORDER = list(Kind)


class Linked(Struct, frozen=True):
    """Another dataset, and what this one is to it; ``record`` of this one and ``other`` of that one say so."""

    kind: Kind
    dataset: str
    record: str
    other: str


def linked(connection: sa.Connection, datasets: Mapping[str, Collection[str]]) -> dict[str, tuple[Linked, ...]]:
    """Dataset → what it has to do with others, for datasets given with their records; one that is linked to none is not
    there. Some questions, however many datasets."""
    own = {record: dataset for dataset, records in datasets.items() for record in records}
    links = _links(connection, own)
    ends = {record for link in links for record in (link.record, link.other)}
    member = rows.read_datasets(connection, ends)
    dates = {record: fact.modified for record, fact in rows.read_facts(connection, _versioned(links)).items()}
    found: dict[str, dict[str, Linked]] = defaultdict(dict)
    for link in links:
        for one, other in ((link.record, link.other), (link.other, link.record)):
            if one in own and other in member and member[other] != own[one]:
                told, others = Linked(_kind(link, one, other, dates), member[other], one, other), found[own[one]]
                others[told.dataset] = min(told, others.get(told.dataset, told), key=_rank)
    return {dataset: tuple(sorted(others.values(), key=_rank)[:MOST]) for dataset, others in found.items()}


def _links(connection: sa.Connection, records: Collection[str]) -> list[Link]:
    """What is kept of these records, and over it what was decided."""
    found = {(link.record, link.other): link for link in rows.read_relations(connection, records)}
    for said in in_force(connection, records):
        if said.relation in RELATIONS:
            found.pop(said.pair, None)
        if said.relation is Said.PART_OF:
            found[said.pair] = Link(*said.pair, Relation.PART, 0.0, whole=said.other)
    return list(found.values())


def _kind(link: Link, one: str, other: str, dates: Mapping[str, str]) -> Kind:
    if link.relation is Relation.PART and link.whole:
        return Kind.HAS_PART if link.whole == one else Kind.PART_OF
    if link.relation is Relation.VERSION and dates.get(one, "") != dates.get(other, ""):
        return Kind.VERSION_OF if dates.get(one, "") > dates.get(other, "") else Kind.HAS_VERSION
    return Kind.SERIES if link.relation is Relation.SERIES else Kind.RELATED


def _versioned(links: Iterable[Link]) -> set[str]:
    return {record for link in links if link.relation is Relation.VERSION for record in (link.record, link.other)}


def _rank(linked: Linked) -> tuple[int, str, str, str]:
    return ORDER.index(linked.kind), linked.dataset, linked.record, linked.other
