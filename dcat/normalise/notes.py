"""What the steps say of a record while they work on it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import is_

import msgspec

from dcat.findings import VALUE_LENGTH, Finding, finding
from dcat.model import Dataset, Record
from dcat.personal import PersonalData
from dcat.portal import Portal

_encoder = msgspec.json.Encoder()


class Notes:
    """The findings of one record, each once, and what every step may ask: the portal, the record, the day,
    what is kept of persons."""

    def __init__(
        self, record: Record, portal: Portal, today: date | None, personal: PersonalData = PersonalData.ROLE_ONLY
    ) -> None:
        self.record = record
        self.portal = portal
        self.today = today
        self.personal = personal
        self._found: dict[Finding, None] = {}
        self._encoded: tuple[Dataset, bytes | None] | None = None

    def add(self, rule: str, place: str, value: object = "") -> None:
        """Note a finding of a known rule at a DCAT property."""
        self._found[finding(rule, self.record.source_key, place, str(value)[:VALUE_LENGTH])] = None

    def add_all(self, rule: str, place: str, values: Iterable[object]) -> None:
        """Note one finding for each value."""
        for value in values:
            self.add(rule, place, value)

    def encoded(self, dataset: Dataset) -> bytes | None:
        """The dataset in JSON, for one look at all its strings; None where a lone surrogate lets nothing be encoded."""
        if self._encoded is None or self._encoded[0] is not dataset:
            try:
                self._encoded = (dataset, _encoder.encode(dataset))
            except UnicodeEncodeError:
                self._encoded = (dataset, None)
        return self._encoded[1]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order in which they were found."""
        return tuple(self._found)


def same(new: Sequence[object], old: Sequence[object]) -> bool:
    """Whether every value is the very object that it was, so that nothing has to be built again."""
    return len(new) == len(old) and all(map(is_, new, old))


Step = Callable[[Dataset, Notes], Dataset]
"""A step gives the dataset back, the very same object where it had nothing to do, and adds what it saw to the notes."""
