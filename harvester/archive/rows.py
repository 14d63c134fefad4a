"""What goes into the archive and comes out of it."""

from datetime import datetime

from msgspec import Struct

from dcat.findings import Finding
from dcat.model import Record
from harvester.outcome import Mode, Status
from harvester.report import Counts
from harvester.staged import StagedRecord


class Run(Struct, frozen=True):
    """One harvest of one portal. ``declared`` and the like are in ``counts``."""

    id: int
    portal: str
    mode: Mode
    status: Status
    complete: bool
    started: datetime
    finished: datetime | None
    lease_until: datetime
    counts: Counts
    previous: int | None = None
    pages: int = 0
    failed_pages: int = 0


class LastRuns(Struct, frozen=True):
    """The last run attempted and the last one that read the whole source (status ok or held)."""

    attempted: Run
    successful: Run | None = None


class Page(Struct, frozen=True):
    """One answer of the source, as it came. Header names in lower case."""

    number: int
    url: str
    status: int
    headers: dict[str, str]
    body: bytes


class Batch(Struct, frozen=True):
    """What one transaction adds to a run. ``received`` counts records that came, ``unidentified`` those of them
    without a key."""

    records: tuple[StagedRecord, ...] = ()
    received: int = 0
    unidentified: int = 0
    declared: int | None = None
    page: Page | None = None
    pages: int = 0
    failed_pages: int = 0
    findings: tuple[Finding, ...] = ()


class Change(Struct, frozen=True):
    """The last thing that happened to a record; ``record`` is None where it was deleted."""

    number: int
    record_id: str
    record: Record | None


class RecordVersion(Struct, frozen=True):
    """What a run brought of a record."""

    run: int
    digest: str


class FindingsPage(Struct, frozen=True):
    """``total`` counts the findings kept; the report says how many were met."""

    results: tuple[Finding, ...]
    total: int
