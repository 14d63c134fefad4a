"""Which records share which keys, and what that says of the keys themselves."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from search.dedupe.facts import Facts
from search.dedupe.keys import TEXT, cap_of, key_number, kind_of
from search.dedupe.senses import Meaning, Senses

SEVERAL_PUBLISHERS = 4  # a title that so many publishers use is generic


class Blocks(Meaning):
    """``held``: key → its holders, for keys that two records share and that are not crowded. ``crowded`` are keys of
    too many records: they are looked at by nobody.
    """

    def __init__(self, held: Mapping[int, list[Facts]], crowded: frozenset[int] = frozenset()) -> None:
        super().__init__(held.keys())
        self.held = held
        self.crowded = crowded
        self.repeated = frozenset(key for key, found in held.items() if kind_of(key) < TEXT and _repeated(found))
        self._generic: dict[str, bool] = {}

    def is_generic(self, fact: Facts) -> bool:
        found = self._generic.get(fact.bag)
        if found is None:
            found = self._generic[fact.bag] = self.is_generic_key(key_number(f"title:{fact.bag}"))
        return found

    def is_generic_key(self, key: int) -> bool:
        """Of the key of a title."""
        publishers = {holder.publisher for holder in self.held.get(key, ()) if holder.publisher}
        return key in self.crowded or len(publishers) >= SEVERAL_PUBLISHERS

    def has_one_owner(self, key: int) -> bool:
        return sum(key in fact.own for fact in self.held.get(key, ())) == 1

    def senses(self, facts: Iterable[Facts]) -> Senses:
        """All that comparing these with one another asks."""
        some = list(facts)
        proving = (key for fact in some for key in (*fact.own, *fact.origin, *fact.identifier, *fact.downloads))
        held = frozenset(key for key in proving if key in self.held)
        return Senses(
            held=held,
            repeated=held & self.repeated,
            owned=frozenset(key for fact in some for key in fact.origin if key in held and self.has_one_owner(key)),
            generic=frozenset(fact.bag for fact in some if self.is_generic(fact)),
        )

    def pairs(self) -> Iterator[tuple[Facts, list[Facts]]]:
        """Every two records that share a key, once: each smaller record with the greater ones, both in order."""
        holders = {fact.record: fact for found in self.held.values() for fact in found}
        for record in sorted(holders):
            if others := self._after(holders[record]):
                yield holders[record], others

    def _after(self, fact: Facts) -> list[Facts]:
        """The greater records that share a key with one."""
        blocks = (self.held[key] for key in fact.keys if key in self.held)
        found = {other.record: other for block in blocks for other in block if other.record > fact.record}
        return [found[record] for record in sorted(found)]


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
