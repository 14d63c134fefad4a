"""What goes into the archive and comes out of it."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from dcat.findings import Finding
from dcat.model import Record
from harvester.reading.staged import StagedRecord
from harvester.runs.outcome import Ending, Mode, Status
from harvester.runs.owner import Owner
from harvester.runs.report import Counts


class Start(Struct, frozen=True):
    """What a harvest asks for. ``plan`` says what else must be the same for a dead run to be gone on with
    (``harvester.reading.fingerprint.of_walk``); ``since``: changes before are not asked for."""

    mode: Mode = Mode.FULL
    plan: str = ""
    since: datetime | None = None
    owner: Owner | None = None


class Checkpoint(Struct, frozen=True):
    """Where a walk is: the address that it asks for next (``""``: nothing more), how it would end now, and what its
    spider remembers, in JSON's types."""

    next: str = ""
    ending: Ending = Ending.INTERRUPTED
    state: dict[str, Any] = {}


class Run(Struct, frozen=True):
    """One harvest of one portal. ``declared`` and the like are in ``counts``. ``lease`` counts the processes that held
    it: one more for each that went on after another had died, ``deaths`` of them since the last checkpoint.
    ``licence``: of the catalogue as a whole, where the source stated one; an IRI or words."""

    id: int
    portal: str
    mode: Mode
    status: Status
    complete: bool
    started: datetime
    finished: datetime | None
    heartbeat: datetime
    lease_until: datetime
    counts: Counts
    previous: int | None = None
    pages: int = 0
    failed_pages: int = 0
    owner: Owner | None = None
    lease: int = 1
    deaths: int = 0
    plan: str = ""
    since: datetime | None = None
    checkpoint: Checkpoint | None = None
    approved: datetime | None = None
    approved_by: str = ""
    licence: str = ""


class LastRuns(Struct, frozen=True):
    """The last run attempted and the last one that lost nothing (status ok or held). Replays ask a source for nothing,
    and are neither."""

    attempted: Run
    successful: Run | None = None


class Page(Struct, frozen=True):
    """One answer of the source, as it came. Header names in lower case. ``asked`` is the address before any redirect,
    with the fragment that made the request (``harvester.spiders``); ``body_run`` the run in which the body came, an
    earlier one where the source said that it had not changed. A body too large to be held is brought in a ``file``,
    and comes out of the archive in parts, by the digest under which it is ``kept`` (``Archive.body_parts``).
    ``digest``: of the body, where it is known already."""

    number: int
    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    asked: str = ""
    cut: bool = False
    body_run: int | None = None
    file: str = ""
    kept: str = ""
    digest: str = ""


class Remembered(Struct, frozen=True):
    """A part of what a body was read as, to be kept beside it, by the code and tables of a fingerprint."""

    part: int
    fingerprint: str
    data: bytes
    last: bool


class Validators(Struct, frozen=True):
    """What an earlier answer can be asked about with: its page, and its ``ETag`` and ``Last-Modified`` where it had
    them."""

    run: int
    number: int
    etag: str = ""
    modified: str = ""


class UnderWay(Struct, frozen=True):
    """A page of which a run has the first ``taken`` records; ``merged`` of them had come before."""

    page: Page
    taken: int
    merged: int


class Walked(Struct, frozen=True):
    """What a run asked for and got: addresses, and digests of bodies."""

    asked: frozenset[str] = frozenset()
    bodies: frozenset[str] = frozenset()


class Batch(Struct, frozen=True):
    """What one transaction adds to a run. ``received`` counts records that came, ``unidentified`` those of them
    without a key, ``merged`` those that had come before; ``number`` is their page's. ``checkpoint``: where the walk
    then is; ``remembered`` of its page's body. ``whole``: an incremental run turns into a full one. ``earlier``:
    batches that waited to be written with this one. ``more`` findings, by rule, were met than are told (``Met``).
    ``licence`` is that of the catalogue, as its source says it."""

    records: tuple[StagedRecord, ...] = ()
    received: int = 0
    unidentified: int = 0
    merged: int = 0
    declared: int | None = None
    page: Page | None = None
    number: int | None = None
    pages: int = 0
    failed_pages: int = 0
    findings: tuple[Finding, ...] = ()
    more: dict[str, int] = {}
    checkpoint: Checkpoint | None = None
    remembered: Remembered | None = None
    whole: bool = False
    licence: str = ""
    earlier: "tuple[Batch, ...]" = ()


class Change(Struct, frozen=True):
    """The last thing that happened to a record; ``record`` is None where it was deleted, and ``successor`` the record
    that it lives on as, where the portal gave it another identifier."""

    number: int
    record_id: str
    record: Record | None
    successor: str = ""


class RecordVersion(Struct, frozen=True):
    """What a run brought of a record."""

    run: int
    digest: str


class FindingsPage(Struct, frozen=True):
    """``total`` counts the findings kept; the report says how many were met."""

    results: tuple[Finding, ...]
    total: int
