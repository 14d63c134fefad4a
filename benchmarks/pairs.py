"""Labelled pairs against clusters: what was merged, what is linked, pair by pair and cluster by cluster."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

MUST_MERGE = ("duplicate", "same-source-copy")
MUST_LINK = ("version-or-renamed", "extract-or-renamed", "related")
MUST_PART = ("homonym", "series", "template-sibling")
PROVEN = ("uuid", "sync-slug", "ods-id")


SAME, MUCH_DOUBT = "same", "2"


class Labelled(Struct, frozen=True):
    """``evidence`` is what proves it, several joined by ``+``."""

    one: str
    other: str
    label: str
    evidence: str


class Found(Struct, frozen=True):
    """Row id → cluster; clusters that a relation links."""

    cluster: Mapping[str, str]
    linked: frozenset[tuple[str, str]]

    def merged(self, pair: Labelled) -> bool:
        return self.cluster[pair.one] == self.cluster[pair.other]

    def links(self, pair: Labelled) -> bool:
        one, other = self.cluster[pair.one], self.cluster[pair.other]
        return (min(one, other), max(one, other)) in self.linked


def read_pairs(path: Path) -> list[Labelled]:
    """A CSV, packed or not, with ``id_a,id_b,label`` and perhaps ``evidence``."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        return [_labelled(row) for row in csv.DictReader(file)]


def _labelled(row: dict[str, str]) -> Labelled:
    return Labelled(row["id_a"], row["id_b"], row["label"], row.get("evidence", ""))


def read_by_eye(path: Path, found: Found) -> dict[str, Any]:
    """Pairs that a reader labelled (``id_a,id_b,label,doubt``): by label, how many are merged and linked; of those the
    reader is not in much doubt about, how many merges are right, and how much of what is the same is merged."""
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["id_a"] in found.cluster and row["id_b"] in found.cluster]
    by_label: dict[str, list[Labelled]] = defaultdict(list)
    for row in rows:
        by_label[row["label"]].append(_labelled(row))
    sure = [_labelled(row) for row in rows if row["doubt"] != MUCH_DOUBT]
    same, merged = [pair for pair in sure if pair.label == SAME], [pair for pair in sure if found.merged(pair)]
    return {
        "by_label": {label: _counted(some, found) for label, some in sorted(by_label.items())},
        "precision": round(sum(pair.label == SAME for pair in merged) / (len(merged) or 1), 4),
        "recall": _share(same, found),
        "wrong": [[pair.one, pair.other, pair.label] for pair in merged if pair.label != SAME],
    }


def measure(pairs: Iterable[Labelled], found: Found) -> dict[str, Any]:
    """By label: pairs, merged, linked; recall on what must merge, on all of it and on what identifiers prove."""
    known = [pair for pair in pairs if pair.one in found.cluster and pair.other in found.cluster]
    by_label: dict[str, list[Labelled]] = defaultdict(list)
    for pair in known:
        by_label[pair.label].append(pair)
    must = [pair for pair in known if pair.label in MUST_MERGE]
    proven = [pair for pair in must if not set(PROVEN).isdisjoint(pair.evidence.split("+"))]
    return {
        "pairs": len(known),
        "by_label": {label: _counted(some, found) for label, some in sorted(by_label.items())},
        "recall": _share(must, found),
        "recall_proven": _share(proven, found),
        "wrongly_merged": sum(found.merged(pair) for pair in known if pair.label not in MUST_MERGE),
        "linked": {label: _linked(by_label[label], found) for label in MUST_LINK if by_label[label]},
        "clusters": _by_cluster(must, [pair for pair in known if pair.label not in MUST_MERGE], found),
    }


def _counted(pairs: list[Labelled], found: Found) -> dict[str, int]:
    merged = sum(map(found.merged, pairs))
    return {"pairs": len(pairs), "merged": merged, "linked": sum(map(found.links, pairs))}


def _linked(pairs: list[Labelled], found: Found) -> float:
    return round(sum(map(found.links, pairs)) / len(pairs), 4)


def _share(pairs: list[Labelled], found: Found) -> float:
    return round(sum(map(found.merged, pairs)) / (len(pairs) or 1), 4)


def _by_cluster(must: list[Labelled], apart: list[Labelled], found: Found) -> dict[str, Any]:
    """Groups that the labels make: how many are whole, how much of a group is in its largest cluster on average."""
    joined = groups(must)
    largest = [max(Counter(found.cluster[one] for one in group).values()) / len(group) for group in joined]
    mixed = {found.cluster[pair.one] for pair in apart if found.merged(pair)}
    return {
        "groups": len(joined),
        "whole": round(sum(share == 1 for share in largest) / (len(joined) or 1), 4),
        "together": round(sum(largest) / (len(joined) or 1), 4),
        "with_wrong_members": len(mixed),
    }


def groups(pairs: Iterable[Labelled]) -> list[set[str]]:
    """The records that pairs join, directly or through others."""
    held: dict[str, set[str]] = {}
    for pair in pairs:
        one, other = held.setdefault(pair.one, {pair.one}), held.setdefault(pair.other, {pair.other})
        if one is not other:
            one |= other
            held.update(dict.fromkeys(other, one))
    return list({id(group): group for group in held.values()}.values())
