"""One run, as a spider tells it: pages that came, pages that did not, the end."""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding, finding
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Fate, Page
from harvester.archive.store import interrupted
from harvester.outcome import Ending, Mode, Tally, Walk, held
from harvester.parsers.page import Fetched
from harvester.reading import PageHeader, PagePart, PageReading
from harvester.report import Report
from harvester.writers import ArchivedRun, DryRun, RunWriter

Clock = Callable[[], datetime]


class PageCounts(Struct, frozen=True):
    """What a page brought. ``rejected`` holds those left out at their publisher's request; ``merged`` came before in
    this run."""

    received: int = 0
    kept: int = 0
    rejected: int = 0
    merged: int = 0


class RunRecorder:
    """Counts and writes what a spider brings. ``limit``: how many records to take at most; then ``full`` is true.

    Every method may raise ``ArchiveUnavailable`` or ``RunLost``: the spider then stops, what was written before
    stands.
    """

    def __init__(self, writer: RunWriter, portal: Portal, clock: Clock, limit: int | None = None) -> None:
        self.writer = writer
        self.portal = portal
        self.clock = clock
        self.limit = limit
        self.received = 0

    @property
    def run_id(self) -> int | None:
        """The run's number in the archive; None for a dry run."""
        return self.writer.run_id

    @property
    def today(self) -> date:
        """The day on which the run began: its pages are read as of that day, whenever they come."""
        return self.writer.started.date()

    @property
    def room(self) -> int | None:
        """How many more records to take, None for all."""
        return None if self.limit is None else max(0, self.limit - self.received)

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self.room == 0

    def record_page(self, number: int, fetched: Fetched, reading: PageReading) -> PageCounts:
        """Keep a page and its records. A page that breaks while it is read, or that was cut, keeps what came and counts
        as failed."""
        recording = self.begin_page(number, fetched, reading.header)
        for part in reading.parts:
            recording.add(part)
        return recording.counts

    def begin_page(self, number: int, fetched: Fetched, header: PageHeader) -> "PageRecording":
        """The same, part by part."""
        page = Page(number, fetched.url, fetched.status, dict(fetched.headers), fetched.body)
        return PageRecording(self, page, header)

    def page_failed(self, number: int, url: str, *findings: Finding) -> None:
        """A page that could not be fetched or read at all, after every retry."""
        met = findings or (finding("page-unreachable", place=url, value=number),)
        self.writer.add(Batch(failed_pages=1, findings=met), self.clock())

    def note(self, *findings: Finding) -> None:
        """Findings about the run as a whole."""
        self.writer.add(Batch(findings=findings), self.clock())

    def heartbeat(self) -> None:
        """To be called at least every few minutes while no page comes."""
        self.writer.heartbeat(self.clock())

    def finish(self, ending: Ending) -> Report:
        """Close the run: only now do the known records move."""
        return self.writer.finish(Ending.LIMITED if self.full else ending, self.clock(), self._closing)

    def _closing(self, walk: Walk, tally: Tally) -> tuple[Finding, ...]:
        met = list(interrupted(walk, tally))
        if walk.ending is Ending.EXHAUSTED:
            met.extend(_totals_compared(walk, tally, self.portal))
        if waiting := held(walk, tally):
            met.append(finding("deletions-held", value=f"{waiting}/{tally.live}"))
        return tuple(met)


class PageRecording:
    """A page on its way into the run. ``counts`` are those of the parts that were added."""

    def __init__(self, recorder: RunRecorder, page: Page, header: PageHeader) -> None:
        self._recorder = recorder
        self._header = header
        draft = Batch(page=page, pages=1, declared=header.declared, findings=header.findings)
        self._draft = replace(draft, failed_pages=int(header.truncated))
        self.counts = PageCounts()

    def add(self, part: PagePart) -> None:
        """Write a part; the page itself goes with the first."""
        recorder = self._recorder
        batch = _with_part(self._draft, part, lost=part.broken and not self._header.truncated)
        self.counts = _counted(self.counts, batch, recorder.writer.add(batch, recorder.clock()))
        recorder.received += part.received
        self._draft = Batch()


def _with_part(draft: Batch, part: PagePart, *, lost: bool) -> Batch:
    return replace(
        draft,
        records=part.records,
        received=part.received,
        unidentified=part.unidentified,
        findings=(*draft.findings, *part.findings),
        failed_pages=draft.failed_pages + lost,
    )


def _counted(before: PageCounts, batch: Batch, merged: int) -> PageCounts:
    kept = sum(record.fate is Fate.KEPT for record in batch.records)
    return PageCounts(
        received=before.received + batch.received,
        kept=before.kept + kept,
        rejected=before.rejected + batch.received - kept,
        merged=before.merged + merged,
    )


def _totals_compared(walk: Walk, tally: Tally, portal: Portal) -> Iterator[Finding]:
    distinct = tally.received - tally.merged
    if walk.declared is not None and distinct != walk.declared:
        yield finding("total-mismatch", value=f"{distinct}/{walk.declared}")
    low, high = portal.expect.min, portal.expect.max
    if (low is not None and tally.accepted < low) or (high is not None and tally.accepted > high):
        yield finding("count-unexpected", value=f"{tally.accepted} ({low}–{high})")


def start_run(
    archive: Archive,
    portal: Portal,
    mode: Mode,
    *,
    clock: Clock,
    limit: int | None = None,
    dry_run: bool = False,
) -> RunRecorder:
    """Begin a run. Raises ``RunInProgress``, ``ArchiveMixed``, ``ArchiveUnavailable``."""
    writer: RunWriter
    if dry_run:
        writer = DryRun(archive, portal, mode, clock())
    else:
        writer = ArchivedRun(archive, archive.begin_run(portal, mode, clock()))
    return RunRecorder(writer, portal, clock, limit)
