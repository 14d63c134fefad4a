"""Identities that last: which dataset id a cluster bears after its members changed (design §6)."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct


class Known(Struct, frozen=True):
    """A dataset id in use before the change. ``born`` is smaller for the older."""

    dataset: str
    born: int


class Naming(Struct, frozen=True):
    """``names`` is parallel to the clusters, ``""`` where a new id must be minted; ``redirects`` are the ids that a
    merge ended, ``ended`` those that nothing is left of.
    """

    names: tuple[str, ...]
    redirects: Mapping[str, str]
    ended: tuple[str, ...]


def name_clusters(clusters: Sequence[Sequence[str]], before: Mapping[str, str], known: Mapping[str, Known]) -> Naming:
    """Each old id goes to the cluster that holds most of its members (ties: the one with the record it was minted from,
    else the first); where several meet, the oldest stays (ties: the smallest) and the others redirect to it.

    ``before``: record → old id.
    """
    claims: dict[int, list[Known]] = defaultdict(list)
    heirs = _heirs(clusters, before)
    for old, cluster in heirs.items():
        claims[cluster].append(known[old])
    chosen = {cluster: min(olds, key=lambda old: (old.born, old.dataset)) for cluster, olds in claims.items()}
    names = tuple(chosen[number].dataset if number in chosen else "" for number in range(len(clusters)))
    redirects = {
        old.dataset: names[cluster] for cluster, olds in claims.items() for old in olds if old.dataset != names[cluster]
    }
    return Naming(names, redirects, tuple(sorted(set(known) - set(heirs))))


def mint(record: str, taken: Callable[[str], bool]) -> str:
    """16 hexadecimal characters from the record that the dataset was first seen in; another where they are taken."""
    for attempt in range(1_000):
        candidate = _first_choice(f"{record} {attempt}" if attempt else record)
        if not taken(candidate):
            return candidate
    raise RuntimeError(f"no free identity for {record}")


def _first_choice(record: str) -> str:
    return hashlib.sha256(f"dataset {record}".encode("utf-8", "replace")).hexdigest()[:16]


def _heirs(clusters: Sequence[Sequence[str]], before: Mapping[str, str]) -> dict[str, int]:
    """Old id → the number of the cluster that inherits it."""
    overlaps: dict[str, Counter[int]] = defaultdict(Counter)
    for number, cluster in enumerate(clusters):
        for record in cluster:
            if old := before.get(record):
                overlaps[old][number] += 1
    return {old: _heir(old, shares, clusters) for old, shares in overlaps.items()}


def _heir(old: str, shares: Mapping[int, int], clusters: Sequence[Sequence[str]]) -> int:
    most = max(shares.values())
    equal = [number for number, share in shares.items() if share == most]
    if len(equal) == 1:
        return equal[0]
    return min(equal, key=lambda number: (old not in map(_first_choice, clusters[number]), number))
