"""One run, as a spider tells it: pages that came, pages that did not, the end."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding, finding
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Checkpoint, Page, Remembered, Start, UnderWay, Validators
from harvester.archive.store import interrupted
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader, PagePart, PageReading, together
from harvester.recording.memory import kept
from harvester.recording.writers import ArchivedRun, DryRun, RunWriter
from harvester.runs.outcome import Ending, Mode, Tally, Walk, held
from harvester.runs.report import Report

# How long a source is believed that says that nothing changed: then everything is asked for once more.
FULL_EVERY = timedelta(days=7)

Clock = Callable[[], datetime]
Written = Callable[[int], None]


class PageCounts(Struct, frozen=True):
    """What a page brought; ``merged`` of its records came before in this run."""

    received: int = 0
    merged: int = 0


class Recording(Struct, frozen=True):
    """A page on its way into the run: what goes with its next part, and what its parts brought so far. Where there is a
    ``fingerprint``, they are remembered under it, ``parts`` so far."""

    number: int
    draft: Batch
    header: PageHeader
    counts: PageCounts = PageCounts()
    fingerprint: str = ""
    parts: int = 0


class RunRecorder:
    """Counts and writes what a spider brings. ``limit``: how many records to take at most; then ``full`` is true.

    What comes of one step of the walk is gathered, and written at once by ``commit``, with where the walk then is: a
    process that dies loses the step and nothing else. Only a page of more than one part is written part by part.

    Every method may raise ``ArchiveUnavailable`` or ``RunLost``: the spider then stops, what was written before
    stands.
    """

    def __init__(self, writer: RunWriter, portal: Portal, clock: Clock, limit: int | None = None) -> None:
        self.writer = writer
        self.portal = portal
        self.clock = clock
        self.limit = limit
        self.received = writer.run.counts.received if writer.run else 0
        self._gathered = Batch()

    @property
    def run_id(self) -> int | None:
        """The run's number in the archive; None for a dry run."""
        return self.writer.run.id if self.writer.run else None

    @property
    def checkpoint(self) -> Checkpoint | None:
        """Where to go on from; None for a run that begins."""
        return self.writer.run.checkpoint if self.writer.run else None

    def validators(self) -> dict[str, Validators]:
        """By address, what earlier answers can be asked about: those whose bodies came within ``FULL_EVERY``."""
        return self.writer.archive.validators(self.portal.id, self.writer.started - FULL_EVERY)

    def gave_records(self) -> set[str]:
        """The addresses that gave records in earlier runs; none are known to a dry run."""
        return self.writer.archive.gave_records(self.writer.run) if self.writer.run else set()

    @property
    def since(self) -> str:
        """From when on changes are asked for (``2026-03-01T11:00:00Z``); ``""``: everything is."""
        moment = self.writer.since
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""

    @property
    def live(self) -> int:
        """How many records of the portal are known."""
        return self.writer.archive.counts_by_portal().get(self.portal.id, 0)

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

    def record_page(self, page: Page, reading: PageReading, written: Written = lambda _: None) -> PageCounts:
        """Keep a page and its records. A page that breaks while it is read, or that was cut, keeps what came and counts
        as failed. ``written`` is told how many of its records are written, after each part but the last."""
        recording = self.begin_page(page, reading.header)
        for part in reading.parts:
            recording = self.record_part(recording, part, written)
        return recording.counts

    def begin_page(self, page: Page, header: PageHeader, fingerprint: str = "") -> "Recording":
        """A page whose parts come one by one."""
        draft = Batch(page=page, pages=1, declared=header.declared, findings=header.findings, more=header.more)
        draft = replace(draft, failed_pages=int(header.truncated), licence=header.licence)
        return Recording(page.number, draft, header, fingerprint=fingerprint)

    def go_on_with_page(self, under_way: UnderWay, header: PageHeader) -> "Recording":
        """The page whose process died; ``counts`` will be what the whole of it brought."""
        counts = PageCounts(under_way.taken, under_way.merged)
        return Recording(under_way.page.number, Batch(), header, counts)

    def record_part(self, recording: "Recording", part: PagePart, written: Written = lambda _: None) -> "Recording":
        """Keep a part, and the page itself with the first one."""
        draft = recording.draft
        batch = replace(
            draft,
            number=recording.number,
            records=part.records,
            received=part.received,
            unidentified=part.unidentified,
            findings=(*draft.findings, *part.findings),
            more=together(draft.more, part.more),
            failed_pages=draft.failed_pages + (part.broken and not recording.header.truncated),
            remembered=_remembered(recording, part),
        )
        batch = replace(batch, merged=self.writer.count_repeated(part.records))
        before = recording.counts
        counts = PageCounts(before.received + part.received, before.merged + batch.merged)
        self.received += part.received
        if part.last:
            self._gather(batch)
        else:
            self._write(batch)
            written(counts.received)
        return replace(recording, draft=Batch(), counts=counts, parts=recording.parts + 1)

    def page_failed(self, number: int, url: str, *findings: Finding) -> None:
        """A page that could not be fetched or read at all, after every retry."""
        met = findings or (finding("page-unreachable", place=url, value=number),)
        self._gather(Batch(failed_pages=1, findings=met))

    def note(self, *findings: Finding) -> None:
        """Findings about the run as a whole."""
        self._gather(Batch(findings=findings))

    def widen(self, *findings: Finding) -> None:
        """The incremental run turns into a full one; findings say why."""
        self._gather(Batch(whole=True, findings=findings))

    def commit(self, checkpoint: Checkpoint) -> None:
        """Write what was gathered: a process that dies after this is gone on with from there."""
        gathered, self._gathered = self._gathered, Batch()
        self._write(replace(gathered, checkpoint=checkpoint))

    def keep_page(self, number: int, fetched: Fetched) -> None:
        """A page beside those of the walk, which brings no record of its own."""
        page = Page(number, fetched.url, fetched.status, dict(fetched.headers), fetched.body)
        self.writer.add(Batch(page=page), self.clock())

    def declare(self, total: int) -> None:
        """A total that no page tells alone."""
        self.writer.add(Batch(declared=total), self.clock())

    def heartbeat(self) -> None:
        """To be called at least every few minutes while no page comes."""
        self.writer.heartbeat(self.clock())

    def finish(self, ending: Ending) -> Report:
        """Close the run: only now do the known records move."""
        if self._gathered != Batch():
            self._write(self._gathered)
        return self.writer.finish(Ending.LIMITED if self.full else ending, self.clock(), self._closing)

    def _gather(self, batch: Batch) -> None:
        """A step has one page at most."""
        before = self._gathered
        page = before if batch.number is None else batch
        self._gathered = replace(
            page,
            pages=before.pages + batch.pages,
            failed_pages=before.failed_pages + batch.failed_pages,
            findings=(*before.findings, *batch.findings),
            more=together(before.more, batch.more),
            whole=before.whole or batch.whole,
        )

    def _write(self, batch: Batch) -> None:
        self.writer.add(batch, self.clock())

    def _closing(self, walk: Walk, tally: Tally) -> tuple[Finding, ...]:
        met = list(interrupted(walk, tally))
        if walk.ending is Ending.EXHAUSTED:
            met.extend(_totals_compared(walk, tally, self.portal))
        if tally.relinked:
            met.append(finding("identifiers-changed", value=f"{tally.relinked}/{tally.missing}"))
        if waiting := held(walk, tally):
            met.append(finding("deletions-held", value=f"{waiting}/{tally.live}"))
        return tuple(met)


def _remembered(recording: Recording, part: PagePart) -> Remembered | None:
    if not recording.fingerprint:
        return None
    return kept(recording.parts, recording.header, part, recording.fingerprint)


def _totals_compared(walk: Walk, tally: Tally, portal: Portal) -> Iterator[Finding]:
    distinct = tally.received - tally.merged
    if walk.declared is not None and distinct != walk.declared:
        yield finding("total-mismatch", value=f"{distinct}/{walk.declared}")
    if walk.mode is not Mode.FULL:
        return
    low, high = portal.expect.min, portal.expect.max
    if (low is not None and tally.accepted < low) or (high is not None and tally.accepted > high):
        yield finding("count-unexpected", value=f"{tally.accepted} ({low}–{high})")


def start_run(
    archive: Archive, portal: Portal, start: Start, *, clock: Clock, limit: int | None = None, dry_run: bool = False
) -> RunRecorder:
    """Begin a run, or go on with the portal's dead one. Raises ``RunInProgress``, ``ArchiveMixed``,
    ``ArchiveUnavailable``."""
    writer: RunWriter
    if dry_run:
        writer = DryRun(archive, portal, start, clock())
    else:
        writer = ArchivedRun(archive, archive.begin_run(portal, start, clock()))
    return RunRecorder(writer, portal, clock, limit)
