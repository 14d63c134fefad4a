"""Which records share which keys, and what that says of the keys themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from search.dedupe.facts import Facts
from search.dedupe.keys import TEXT, cap_of, key_number, kind_of

SEVERAL_PUBLISHERS = 4  # a title that so many publishers use is generic


class Proofs(NamedTuple):
    """The sets that ``Facts`` has as properties; ``all`` are those and the downloads."""

    fact: Facts
    strong: frozenset[int]
    unique: frozenset[int]
    pages: frozenset[int]
    all: frozenset[int]


class Blocks:
    """``held``: key → its holders, for keys that two records share and that are not crowded. ``crowded`` are keys of
    too many records: they are looked at by nobody.
    """

    def __init__(self, held: Mapping[int, list[Facts]], crowded: frozenset[int] = frozenset()) -> None:
        self.held = held
        self.crowded = crowded
        self.repeated = frozenset(key for key, found in held.items() if kind_of(key) < TEXT and _repeated(found))
        self._generic: dict[str, bool] = {}
        self._proofs: dict[str, Proofs] = {}

    def usable(self, keys: frozenset[int]) -> frozenset[int]:
        """Those that tell something."""
        return frozenset(key for key in keys if key in self.held) if keys else keys

    def proofs(self, fact: Facts) -> Proofs:
        """The keys of a record that prove something, worked out once."""
        found = self._proofs.get(fact.record)
        if found is None or found.fact is not fact:
            strong, pages = fact.strong, fact.pages
            all_of_them = frozenset((*strong, *pages, *fact.downloads))
            found = self._proofs[fact.record] = Proofs(fact, strong, fact.unique, pages, all_of_them)
        return found

    def is_generic(self, fact: Facts) -> bool:
        """Whether different publishers use this title."""
        found = self._generic.get(fact.bag)
        if found is None:
            found = self._generic[fact.bag] = self.is_generic_key(key_number(f"title:{fact.bag}"))
        return found

    def is_generic_key(self, key: int) -> bool:
        """Of the key of a title."""
        publishers = {holder.publisher for holder in self.held.get(key, ()) if holder.publisher}
        return key in self.crowded or len(publishers) >= SEVERAL_PUBLISHERS

    def has_one_owner(self, key: int) -> bool:
        """Whether the key is the name of exactly one record on its own portal."""
        return sum(key in fact.own for fact in self.held.get(key, ())) == 1

    def pairs(self) -> Iterator[tuple[Facts, Facts]]:
        """Every two records that share a key, once, the smaller record first; all of one record together."""
        holders = {fact.record: fact for found in self.held.values() for fact in found}
        for record in sorted(holders):
            yield from self._after(holders[record])

    def _after(self, fact: Facts) -> Iterator[tuple[Facts, Facts]]:
        """A record with each greater one that shares a key."""
        blocks = (self.held[key] for key in fact.keys if key in self.held)
        found = {other.record: other for block in blocks for other in block if other.record > fact.record}
        return ((fact, found[record]) for record in sorted(found))


def blocks_of(facts: Iterable[Facts], crowded: Iterable[int] = ()) -> Blocks:
    """``crowded`` are keys held by too many records, as far as the caller knows more holders than are given here."""
    held: dict[int, list[Facts]] = defaultdict(list)
    for fact in facts:
        for key in fact.keys:
            held[key].append(fact)
    full = frozenset(key for key, found in held.items() if len(found) > cap_of(key)) | frozenset(crowded)
    return Blocks({key: found for key, found in held.items() if len(found) > 1 and key not in full}, full)


def _repeated(holders: Iterable[Facts]) -> bool:
    """One portal uses the key for several records."""
    portals = [fact.portal for fact in holders]
    return len(set(portals)) < len(portals)
