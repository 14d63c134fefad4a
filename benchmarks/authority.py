"""Which copy has authority, on pairs of copies that were oriented by hand.

The copies of a group (those that the labelled pairs join) stand for election together; what counts is which of the two
labelled ones comes first. Rows of ``either`` are left out. The portals are told by a table, as a registry tells them:
of a domain that is not in it only the domain is known.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.corpus import portal_of, record_of, rows
from benchmarks.pairs import MUST_MERGE, Labelled, groups, read_pairs
from dcat.portal import Level, Portal
from search.dedupe.clues import Clues
from search.dedupe.elect import elect, ranked
from search.document import Copy, copy_of

SEED = 1  # of the half of the labels that the rules were written with
EITHER = "either"


class Oriented(Struct, frozen=True):
    """Two records of one dataset, ``right`` the one that has authority, and why the reader says so."""

    right: str
    wrong: str
    reason: str


def authority(records: Path, pairs: Path | None, labels: Path, portals: Path | None) -> dict[str, Any]:
    """Shares of the pairs whose authority is the first by authority alone (``authority``), and the one that is shown
    after ill health had its say (``shown``); by reason; the half that the rules were written with, and the other."""
    oriented = read_oriented(labels)
    members = _members(oriented, pairs)
    known = read_portals(portals) if portals else {}
    copies, registry = _copies(records, set().union(*members.values()), known)
    first = {pair: _first(pair, members[pair.right], copies, registry) for pair in oriented}
    seen = _half(oriented)
    return {
        "oriented": len(oriented),
        "authority": _share(first[pair][0] for pair in oriented),
        "shown": _share(first[pair][1] for pair in oriented),
        "worked_half": _share(first[pair][0] for pair in seen),
        "kept_half": _share(first[pair][0] for pair in oriented if pair not in seen),
        "by_reason": _by_reason(oriented, first),
        "wrong": [[pair.right, pair.wrong] for pair in oriented if not first[pair][0]],
    }


def read_oriented(path: Path) -> list[Oriented]:
    """``id_a,id_b,authority,reason_code``."""
    with path.open(encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row["authority"] != EITHER]
    return [_oriented(row) for row in found]


def _oriented(row: Mapping[str, str]) -> Oriented:
    both = row["id_a"], row["id_b"]
    right, wrong = both if row["authority"] == "a" else both[::-1]
    return Oriented(right, wrong, row["reason_code"])


def read_portals(path: Path) -> dict[str, Portal]:
    """Domain → its portal: ``domain,title,level,territories,mutualised``."""
    with path.open(encoding="utf-8") as file:
        return {row["domain"]: _portal(row) for row in csv.DictReader(file)}


def _portal(row: Mapping[str, str]) -> Portal:
    return replace(
        portal_of(row["domain"]),
        title=row["title"],
        level=Level(row["level"]),
        territories=tuple(row["territories"].split("|")),
        mutualised=row["mutualised"] == "yes",
    )


def _half(oriented: list[Oriented]) -> frozenset[Oriented]:
    order = list(range(len(oriented)))
    Random(SEED).shuffle(order)
    return frozenset(oriented[number] for number in order[: len(order) // 2])


def _members(oriented: Iterable[Oriented], pairs: Path | None) -> dict[str, set[str]]:
    """The right record of each pair → all the copies of its dataset."""
    found = {pair.right: {pair.right, pair.wrong} for pair in oriented}
    labelled = [pair for pair in read_pairs(pairs) if pair.label in MUST_MERGE] if pairs else []
    together = [Labelled(pair.right, pair.wrong, "", "") for pair in oriented]
    for group in groups([*labelled, *together]):
        found.update(dict.fromkeys(group & found.keys(), group))
    return found


def _copies(path: Path, wanted: set[str], known: Mapping[str, Portal]) -> tuple[dict[str, Copy], dict[str, Portal]]:
    """Row id → copy, and the portals by id."""
    found, domains = [], defaultdict(list)
    for row in rows(path):
        domain = row["harvest.domain"] or ""
        domains[domain].append(row["archived"] != "False")
        if row["id"] in wanted:
            found.append(row)
    portals = {
        domain: replace(known.get(domain, portal_of(domain)), enabled=not all(closed))
        for domain, closed in domains.items()
    }
    clues = Clues({portal.id: portal for portal in portals.values()})
    made = {}
    for row in found:
        portal = portals[row["harvest.domain"] or ""]
        record = replace(record_of(row, portal), id=row["id"], archived=row["archived"] != "False")
        made[row["id"]] = copy_of(record, portal, clues.of(record))
    return made, {portal.id: portal for portal in portals.values()}


def _first(
    pair: Oriented, members: Iterable[str], copies: Mapping[str, Copy], portals: Mapping[str, Portal]
) -> tuple[bool, bool]:
    standing = [copies[one] for one in sorted(members)]
    orders = ranked(standing, portals), elect(standing, portals).copies
    places = [{copy.record: place for place, copy in enumerate(order)} for order in orders]
    return places[0][pair.right] < places[0][pair.wrong], places[1][pair.right] < places[1][pair.wrong]


def _by_reason(oriented: Iterable[Oriented], first: Mapping[Oriented, tuple[bool, bool]]) -> dict[str, list[int]]:
    """Reason → right, all."""
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for pair in oriented:
        counted[pair.reason][0] += first[pair][0]
        counted[pair.reason][1] += 1
    return dict(sorted(counted.items()))


def _share(right: Iterable[bool]) -> float:
    said = list(right)
    return round(sum(said) / (len(said) or 1), 4)
