"""What is kept of records, as bytes and plain values: made on any processor, written where the database is."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from dcat.model import Record
from dcat.portal import Portal
from search.dedupe.clues import Clues
from search.dedupe.encoding import encode
from search.dedupe.facts import Facts, facts_of_all
from search.dedupe.stages import Stages
from search.document import Copy, copy_of


class Described(Struct, frozen=True, array_like=True):
    """One record: ``copy`` and ``facts`` encoded, and what the database counts by."""

    record: str
    portal: str
    copy: bytes
    facts: bytes
    outcomes: str
    body: str
    publisher: str


class Describer:
    """Records as the portals' files and the clues show them."""

    def __init__(self, portals: Mapping[str, Portal]) -> None:
        self._portals = portals
        self.clues = Clues(portals)

    def copy(self, record: Record) -> Copy:
        return copy_of(record, self._portals.get(record.portal), self.clues.of(record))

    def described(self, records: Sequence[Record], stages: Stages) -> list[Described]:
        """Many at once; ``stages`` are told what it took."""
        with stages.of("copies"):
            copies = list(map(self.copy, records))
        with stages.of("facts"):
            known = facts_of_all(copies)
        with stages.of("encode"):
            return [described(copy, known[copy.record]) for copy in copies]


def described(copy: Copy, known: Facts) -> Described:
    return Described(
        copy.record,
        copy.portal,
        encode(copy),
        encode(known),
        copy.outcomes,
        copy.publisher_body,
        copy.publisher_key,
    )
