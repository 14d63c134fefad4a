"""Which records share which keys, and what that says of the keys themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from search.dedupe.facts import Facts
from search.dedupe.keys import TEXT, cap_of, key_number, kind_of

SEVERAL_PUBLISHERS = 4  # a title that so many publishers use is generic


class Proofs(NamedTuple):
    """The sets that ``Facts`` has as properties."""

    fact: Facts
    strong: frozenset[int]
    unique: frozenset[int]
    pages: frozenset[int]


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
            found = self._proofs[fact.record] = Proofs(fact, fact.strong, fact.unique, fact.pages)
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
        """Every two records that share a key, once, the smaller record first."""
        shared: dict[str, frozenset[int]] = {}
        for key, holders in self.held.items():
            ordered = [(fact, self._shared(fact, shared)) for fact in sorted(holders, key=_record)]
            for position, (one, keys) in enumerate(ordered):
                for other, theirs in ordered[position + 1 :]:
                    if key == min(keys & theirs):
                        yield one, other

    def _shared(self, fact: Facts, known: dict[str, frozenset[int]]) -> frozenset[int]:
        """The keys of a record that others hold too, worked out once."""
        found = known.get(fact.record)
        if found is None:
            found = known[fact.record] = frozenset(key for key in fact.keys if key in self.held)
        return found


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


def _record(fact: Facts) -> str:
    return fact.record
