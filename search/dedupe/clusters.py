"""Which records are one dataset: connected by a shared key, unless something hard says otherwise.

The partition depends on the set of records alone, never on their order: edges are taken strongest first, then by
record id, and joining two groups is refused where any two of their records may not be one dataset.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from types import MappingProxyType

from msgspec import Struct

from dcat.model import text_in
from dcat.text import fold
from search.dedupe.clues import key_number
from search.dedupe.decisions import Decided
from search.dedupe.verdict import Relation
from search.document import Copy

MOST_HOLDERS = 20  # a key that more records share says nothing about any of them
DECIDED = -1  # the weakness of what people decided
SHARED_DOWNLOADS = 0.5  # more than this part of the larger record's addresses: less is an extract or an aggregate
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
VERSION = re.compile(r"\b(?:v|version )(\d+(?: \d+)*)\b")
NUMBER = re.compile(r"\d+")


class Facts(Struct, frozen=True):
    """What comparing needs of a copy. ``strong`` are keys that prove identity across portals, ``unique`` those that
    even two records of one portal can only share by being the same; ``page`` keys hold only while no portal repeats
    them.
    """

    record: str
    portal: str
    title: str
    years: frozenset[str]
    versions: frozenset[str]
    numbers: frozenset[str]
    version: str
    strong: frozenset[int]
    unique: frozenset[int]
    pages: frozenset[int]
    downloads: frozenset[int]
    harvested: bool = False

    @property
    def keys(self) -> frozenset[int]:
        return self.strong | self.pages | self.downloads


class Edge(Struct, frozen=True, order=True):
    """Two records that share proof; sorts strongest first."""

    weakness: int  # -1 decided, 0 identity, 1 the data's addresses
    titles_differ: bool
    one: str
    other: str


def facts_of(copy: Copy) -> Facts:
    title = fold(text_in(copy.title))
    roles = copy.identity
    proofs = [key for role in ("own", "origin", "identifier") for key in roles.get(role, ())]
    unique = [key for role in ("origin", "identifier") for key in roles.get(role, ()) if not key.startswith("page:")]
    return Facts(
        record=copy.record,
        portal=copy.portal,
        title=title,
        years=frozenset(YEAR.findall(title)),
        versions=frozenset(VERSION.findall(title)),
        numbers=frozenset(NUMBER.findall(title)),
        version=copy.version.strip().lower(),
        strong=_numbers(key for key in proofs if not key.startswith("page:")),
        unique=_numbers(unique),
        pages=_numbers(key for key in proofs if key.startswith("page:")),
        downloads=_numbers(roles.get("download", ())),
        harvested=bool(roles.get("origin")),
    )


def partition(
    facts: Sequence[Facts], ignored: Collection[int] = (), decided: Decided = MappingProxyType({})
) -> list[tuple[str, ...]]:
    """The clusters, each sorted, in the order of their first record. ``ignored`` are keys held by too many records,
    as far as the caller knows more holders than are given here. What people decided wins: ``same`` joins whatever the
    clues say, anything else keeps the two in different clusters.
    """
    by_record = {fact.record: fact for fact in facts}
    groups = {record: [record] for record in by_record}
    for edge in sorted((*_decided_edges(decided, by_record), *_edges(facts, ignored))):
        one, other = groups[edge.one], groups[edge.other]
        if one is not other and _may_join(edge, one, other, by_record, decided):
            one.extend(other)
            groups.update(dict.fromkeys(other, one))
    distinct = {id(group): tuple(sorted(group)) for group in groups.values()}
    return sorted(distinct.values())


def apart(one: Facts, other: Facts) -> bool:
    """Hard differences: years or versions in both titles that are not the same."""
    pairs = ((one.years, other.years), (one.versions, other.versions))
    return any(first and second and first != second for first, second in pairs)


def same_portal_apart(one: Facts, other: Facts) -> bool:
    """Records of one portal are two datasets unless they share the very same strong identifier, and the title.

    A copy that came back to the portal it started from (a loop) often has words added to its title on the way: for a
    harvested record it is enough that one title holds the other.
    """
    if one.portal != other.portal:
        return False
    if not one.unique & other.unique:
        return True
    return one.title != other.title and not ((one.harvested or other.harvested) and _holds(one.title, other.title))


def _holds(one: str, other: str) -> bool:
    return bool(one) and bool(other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _edges(facts: Sequence[Facts], ignored: Collection[int]) -> Iterator[Edge]:
    blocks = _blocks(facts, ignored)
    repeated = {key for key, holders in blocks.items() if _repeated(holders)}
    seen: set[tuple[str, str]] = set()
    for holders in blocks.values():
        for one, other in combinations(holders, 2):
            pair = (min(one.record, other.record), max(one.record, other.record))
            if pair in seen:
                continue
            seen.add(pair)
            weakness = _weakness(one, other, repeated, blocks)
            if weakness is not None:
                yield Edge(weakness, one.title != other.title, *pair)


def _weakness(one: Facts, other: Facts, repeated: set[int], blocks: Mapping[int, object]) -> int | None:
    """How weak the proof is that the two are one; None where there is none, or a veto."""
    if apart(one, other) or same_portal_apart(one, other):
        return None
    shared = {key for key in one.strong & other.strong if key in blocks}
    if any(key not in repeated or one.title == other.title for key in shared):
        return 0
    if any(key in blocks and key not in repeated for key in one.pages & other.pages):
        return 0
    return 1 if _same_data(one, other, repeated, blocks) else None


def _same_data(one: Facts, other: Facts, repeated: set[int], blocks: Mapping[int, object]) -> bool:
    if one.numbers != other.numbers or (one.version and other.version and one.version != other.version):
        return False
    shared = sum(1 for key in one.downloads & other.downloads if key in blocks and key not in repeated)
    return shared > SHARED_DOWNLOADS * max(len(one.downloads), len(other.downloads))


def _blocks(facts: Sequence[Facts], ignored: Collection[int]) -> dict[int, list[Facts]]:
    """Key → its holders, for the keys that two to ``MOST_HOLDERS`` records share."""
    holders: dict[int, list[Facts]] = defaultdict(list)
    for fact in facts:
        for key in fact.keys:
            holders[key].append(fact)
    return {key: found for key, found in holders.items() if 1 < len(found) <= MOST_HOLDERS and key not in ignored}


def _repeated(holders: Sequence[Facts]) -> bool:
    """One portal uses the key for several records."""
    return len({fact.portal for fact in holders}) < len(holders)


def _decided_edges(decided: Decided, known: Collection[str]) -> Iterator[Edge]:
    for (one, other), relation in decided.items():
        if relation is Relation.SAME and one in known and other in known:
            yield Edge(DECIDED, False, one, other)


def _may_join(
    edge: Edge, one: Sequence[str], other: Sequence[str], by_record: Mapping[str, Facts], decided: Decided
) -> bool:
    pairs = list(product(one, other))
    if decided and any(_told_apart(decided, *pair) for pair in pairs):
        return False
    if edge.weakness == DECIDED:
        return True
    facts = ((by_record[first], by_record[second]) for first, second in pairs)
    return not any(apart(first, second) or same_portal_apart(first, second) for first, second in facts)


def _told_apart(decided: Decided, one: str, other: str) -> bool:
    return decided.get((min(one, other), max(one, other)), Relation.SAME) is not Relation.SAME


def _numbers(keys: Iterable[str]) -> frozenset[int]:
    return frozenset(map(key_number, keys))
