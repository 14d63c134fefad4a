"""A page as a run receives it: what reading gives, and what the archive takes. Needs no database."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import IntEnum

from msgspec import Struct

from dcat.findings import Finding

TRUNCATED = "page-truncated"
KEPT_PER_RULE = 1000
"""Of each rule, how many findings a part of a page brings whole. All are counted."""


class Met:
    """Findings as they are met: of each rule the first are ``kept``, and ``more`` counts those behind them."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.kept: list[Finding] = []
        self._counts: dict[str, int] = {}
        self.add(findings)

    def add(self, findings: Iterable[Finding]) -> None:
        """Take some."""
        for one in findings:
            count = self._counts[one.rule] = self._counts.get(one.rule, 0) + 1
            if count <= KEPT_PER_RULE:
                self.kept.append(one)

    @property
    def more(self) -> dict[str, int]:
        """By rule, how many were not kept."""
        return {rule: count - KEPT_PER_RULE for rule, count in self._counts.items() if count > KEPT_PER_RULE}


def together(*more: Mapping[str, int]) -> dict[str, int]:
    """Counts by rule, added up."""
    return dict(sum(map(Counter, more), Counter[str]()))


class Fate(IntEnum):
    """What becomes of a record that came. A higher one wins where the same record comes twice."""

    REJECTED = 0
    KEPT = 1
    EXCLUDED = 2


Fullness = tuple[int, int, str, bool]


class StagedRecord(Struct, frozen=True, gc=False):
    """A record as a run received it; ``payload`` (``dcat.codec``'s bytes) is empty unless ``fate`` is KEPT, as is
    ``title_key``: a digest of title and publisher, by which a record is known again under another identifier.

    ``partial``: it came on a page that was cut, and may be half of itself: any whole copy is fuller (``size`` is 0),
    and what is known of the record is not given up for it.
    """

    record_id: str
    source_key: str
    fate: Fate
    digest: str = ""
    payload: bytes = b""
    size: int = 0
    repaired: bool = False
    title_key: str = ""
    partial: bool = False

    @property
    def fullness(self) -> Fullness:
        """Of two copies of one record the greater stays: the order in which they came plays no part."""
        return (self.fate, self.size, self.digest, self.repaired)


class PageHeader(Struct, frozen=True):
    """What a page says of itself, before any of its records is read (``ParsedPage``). An absurd total is none; ``more``
    findings, by rule, were met than are told (``Met``)."""

    declared: int | None = None
    next: str = ""
    window: int | None = None
    findings: tuple[Finding, ...] = ()
    more: dict[str, int] = {}
    licence: str = ""

    @property
    def truncated(self) -> bool:
        """Whether a part of the page did not come: it counts as failed, with what came of it."""
        return any(found.rule == TRUNCATED for found in self.findings)


class PagePart(Struct, frozen=True):
    """Up to ``harvester.reading.page.BATCH`` records of a page. ``received`` counts all that came, ``unidentified``
    those of them without a key. ``more`` findings, by rule, were met than are told. ``broken``: the page cannot be read
    beyond these, and ``findings`` say why. The ``last`` may be empty."""

    records: tuple[StagedRecord, ...] = ()
    received: int = 0
    unidentified: int = 0
    findings: tuple[Finding, ...] = ()
    more: dict[str, int] = {}
    broken: bool = False
    last: bool = True


class PageReading(Struct, frozen=True):
    """A page read. ``parts`` is lazy, is gone through once, and never raises."""

    header: PageHeader
    parts: Iterable[PagePart]
