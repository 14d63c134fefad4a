"""What shared keys say of those who hold them, so little that it can be sent to another process."""

from abc import ABC, abstractmethod
from collections.abc import Set as AbstractSet

from msgspec import Struct

from search.dedupe.facts import Facts
from search.dedupe.sets import Sets


class Meaning(ABC):
    """What comparing two records asks about their keys."""

    repeated: frozenset[int] = frozenset()
    """Keys that one portal uses for several records."""

    def __init__(self, held: AbstractSet[int]) -> None:
        """``held`` are the keys that tell something: two records share them, and not too many."""
        self._told = held
        self._sets: dict[str, Sets] = {}

    def usable(self, keys: frozenset[int]) -> frozenset[int]:
        """Those that tell something."""
        return keys & self._told if keys else keys

    def sets(self, fact: Facts) -> Sets:
        """Of a record, worked out once."""
        found = self._sets.get(fact.record)
        if found is None or found.fact is not fact:
            found = self._sets[fact.record] = Sets(fact)
        return found

    @abstractmethod
    def is_generic(self, fact: Facts) -> bool:
        """Whether different publishers use this title."""

    @abstractmethod
    def has_one_owner(self, key: int) -> bool:
        """Whether the key is the name of exactly one record on its own portal."""


class Senses(Struct, frozen=True, array_like=True):
    """Of some records: the proving keys that are ``held`` and those ``repeated``, the origins that have one owner
    (``owned``), and the bags of ``generic`` titles."""

    held: frozenset[int]
    repeated: frozenset[int]
    owned: frozenset[int]
    generic: frozenset[str]


class ToldMeaning(Meaning):
    """For the records that the senses were taken of."""

    def __init__(self, senses: Senses) -> None:
        super().__init__(senses.held)
        self.repeated = senses.repeated
        self._senses = senses

    def is_generic(self, fact: Facts) -> bool:
        return fact.bag in self._senses.generic

    def has_one_owner(self, key: int) -> bool:
        return key in self._senses.owned
