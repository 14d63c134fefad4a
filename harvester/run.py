"""One run, as a spider tells it: pages that came, pages that did not, the end."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from dcat.codec import digest, encode
from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.model import Record
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Fate, Page, Run, StagedRecord
from harvester.archive.staging import fullest
from harvester.outcome import Ending, Mode, Tally, Walk, held, proven_complete, status_of
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.report import Report, counts_of, finding_counts

Normalise = Callable[[Record, Portal], tuple[Record | None, tuple[Finding, ...]]]
Clock = Callable[[], datetime]

# A page of up to so many records is one transaction; a catalogue in one document is several, so that memory stays
# bounded.
BATCH = 1000

# A declared total beyond this is no total (and no database number).
ABSURD_TOTAL = 10**12

# Findings that say that a value was changed on its way in (others only judge what came).
REPAIRS = frozenset(
    {
        "page-control-character",
        "page-statement-skipped",
        "iri-invalid",
        "iri-relative",
        "iri-curie",
        "language-tag-invalid",
        "date-invalid",
        "html-cleaned",
        "value-ill-typed",
        "value-truncated",
        "url-scheme-repaired",
    }
)


class PageCounts(Struct, frozen=True):
    """What a page brought. ``rejected`` holds those left out at their publisher's request; ``merged`` came before in
    this run."""

    received: int = 0
    kept: int = 0
    rejected: int = 0
    merged: int = 0


class RunWriter(Protocol):
    """Where a run goes: into the archive, or nowhere (a dry run)."""

    def add(self, batch: Batch, now: datetime) -> int:
        """Write a batch; gives how many of its records had come before in this run."""

    def heartbeat(self, now: datetime) -> None:
        """Say that the run lives."""

    def finish(self, ending: Ending, now: datetime, closing: Callable[[Walk, Tally], tuple[Finding, ...]]) -> Report:
        """Close the run."""


class ArchivedRun:
    """A run that is kept."""

    def __init__(self, archive: Archive, run: Run) -> None:
        self.archive = archive
        self.run = run

    def add(self, batch: Batch, now: datetime) -> int:
        return self.archive.add(self.run, batch, now)

    def heartbeat(self, now: datetime) -> None:
        self.archive.heartbeat(self.run.id, now)

    def finish(self, ending: Ending, now: datetime, closing: Callable[[Walk, Tally], tuple[Finding, ...]]) -> Report:
        return self.archive.finish(self.run.id, ending, now, closing)


class DryRun:
    """A run that only compares: some 200 bytes of memory a record, nothing written."""

    def __init__(self, archive: Archive, portal: Portal, mode: Mode, now: datetime) -> None:
        self.archive = archive
        self.portal = portal
        self.mode = mode
        self.started = now
        self.walked = Batch()
        self.came: dict[str, StagedRecord] = {}
        self.met: dict[str, int] = {}

    def add(self, batch: Batch, now: datetime) -> int:  # noqa: ARG002 - the protocol's signature
        best, repeated = fullest(_without_payload(record) for record in batch.records)
        for record in best.values():
            before = self.came.get(record.record_id)
            if before is not None:
                repeated.append(record.source_key)
            if before is None or record.fullness > before.fullness:
                self.came[record.record_id] = record
        self._meet((*batch.findings, *(finding("record-duplicate", record=key) for key in repeated)))
        declared = [total for total in (self.walked.declared, batch.declared) if total is not None]
        self.walked = Batch(
            received=self.walked.received + batch.received,
            unidentified=self.walked.unidentified + batch.unidentified,
            pages=self.walked.pages + batch.pages,
            failed_pages=self.walked.failed_pages + batch.failed_pages,
            declared=max(declared, default=None),
        )
        return len(repeated)

    def heartbeat(self, now: datetime) -> None:
        """Nothing holds a lease."""

    def finish(self, ending: Ending, now: datetime, closing: Callable[[Walk, Tally], tuple[Finding, ...]]) -> Report:
        walk = Walk(self.mode, ending, self.walked.declared, self.walked.failed_pages)
        tally = self._tally()
        self._meet(closing(walk, tally))
        return Report(
            run=None,
            portal=self.portal.id,
            status=status_of(walk, tally),
            complete=proven_complete(walk, tally),
            mode=self.mode,
            started=self.started,
            finished=now,
            counts=counts_of(walk, tally),
            findings=finding_counts(list(self.met.items())),
            pages=self.walked.pages,
            failed_pages=self.walked.failed_pages,
        )

    def _meet(self, findings: Sequence[Finding]) -> None:
        for one in findings:
            self.met[one.rule] = self.met.get(one.rule, 0) + 1

    def _tally(self) -> Tally:
        live = self.archive.counts_by_portal().get(self.portal.id, 0)
        count = dict.fromkeys(("rejected", "accepted", "repaired", "added", "updated", "banned"), 0)
        seen_live = 0
        for record, known_digest, is_live in self._compared():
            kept = record.fate is Fate.KEPT
            seen_live += is_live
            count["rejected"] += not kept
            count["accepted"] += kept
            count["repaired"] += kept and record.repaired
            count["added"] += kept and not is_live
            count["updated"] += kept and is_live and known_digest != record.digest
            count["banned"] += record.fate is Fate.EXCLUDED and is_live
        walked = self.walked
        return Tally(
            received=walked.received, unidentified=walked.unidentified, live=live, missing=live - seen_live, **count
        )

    def _compared(self) -> Iterator[tuple[StagedRecord, str, bool]]:
        came = list(self.came.values())
        for start in range(0, len(came), BATCH):
            part = came[start : start + BATCH]
            known = self.archive.digests([record.record_id for record in part])
            yield from ((record, *known.get(record.record_id, ("", False))) for record in part)


def _without_payload(record: StagedRecord) -> StagedRecord:
    return StagedRecord(
        record.record_id, record.source_key, record.fate, record.digest, size=record.size, repaired=record.repaired
    )


class _Draft:
    """The batch being gathered."""

    def __init__(self, page: Page | None = None, declared: int | None = None, findings: Sequence[Finding] = ()) -> None:
        self.page = page
        self.declared = declared
        self.findings = list(findings)
        self.records: list[StagedRecord] = []
        self.received = 0
        self.unidentified = 0
        self.failed_pages = 0

    def batch(self) -> Batch:
        return Batch(
            records=tuple(self.records),
            received=self.received,
            unidentified=self.unidentified,
            declared=self.declared,
            page=self.page,
            pages=int(self.page is not None),
            failed_pages=self.failed_pages,
            findings=tuple(self.findings),
        )


class RunRecorder:
    """Takes what a spider brings. ``limit``: how many records to take at most; then ``full`` is true and the rest is
    not read.

    Every method may raise ``ArchiveUnavailable`` or ``RunLost``: the spider then stops, what was written before
    stands.
    """

    def __init__(
        self, writer: RunWriter, portal: Portal, normalise: Normalise, clock: Clock, limit: int | None = None
    ) -> None:
        self.writer = writer
        self.portal = portal
        self.normalise = normalise
        self.clock = clock
        self.limit = limit
        self.received = 0
        self._excluded = frozenset(portal.exclude)

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self.limit is not None and self.received >= self.limit

    def record_page(self, number: int, fetched: Fetched, parsed: ParsedPage) -> PageCounts:
        """Keep a page and its records. A page that breaks while it is read keeps what came before and counts as
        failed."""
        page = Page(number, fetched.url, fetched.status, dict(fetched.headers), fetched.body)
        declared = parsed.declared if parsed.declared is not None and 0 <= parsed.declared <= ABSURD_TOTAL else None
        draft = _Draft(page, declared, parsed.findings)
        counts = PageCounts()
        records = iter(parsed.records)
        while not self.full and (item := _next(records, draft, fetched.url)) is not None:
            self._receive(item, draft)
            if draft.received == BATCH:
                counts = self._write(draft, counts)
                draft = _Draft()
        return self._write(draft, counts)

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

    def _write(self, draft: _Draft, before: PageCounts) -> PageCounts:
        merged = self.writer.add(draft.batch(), self.clock())
        kept = sum(record.fate is Fate.KEPT for record in draft.records)
        return PageCounts(
            received=before.received + draft.received,
            kept=before.kept + kept,
            rejected=before.rejected + draft.received - kept,
            merged=before.merged + merged,
        )

    def _receive(self, item: ParsedRecord, draft: _Draft) -> None:
        self.received += 1
        draft.received += 1
        draft.findings.extend(item.findings)
        if not item.source_key:
            draft.unidentified += 1
        else:
            draft.records.append(self._staged(item, draft))

    def _staged(self, item: ParsedRecord, draft: _Draft) -> StagedRecord:
        key = item.source_key
        if item.record is None:
            return self._left_out(key, Fate.REJECTED)
        if self._is_excluded(item.record):
            draft.findings.append(finding("record-excluded", record=key))
            return self._left_out(key, Fate.EXCLUDED)
        try:
            record, findings = self.normalise(item.record, self.portal)
            payload = encode(record) if record is not None else b""
        except Exception as error:  # noqa: BLE001 - the edge of one record: whatever breaks on it costs it alone
            draft.findings.append(finding("record-not-parseable", record=key, value=f"{type(error).__name__}: {error}"))
            return self._left_out(key, Fate.REJECTED)
        draft.findings.extend(findings)
        if record is None:
            return self._left_out(key, Fate.REJECTED)
        repaired = any(one.rule in REPAIRS for one in (*item.findings, *findings))
        return StagedRecord(record.id, key, Fate.KEPT, digest(payload), payload, len(payload), repaired)

    def _left_out(self, key: str, fate: Fate) -> StagedRecord:
        return StagedRecord(record_id(self.portal.id, key), key, fate)

    def _is_excluded(self, record: Record) -> bool:
        """``exclude:`` names a record by key, identifier, IRI, page, or the last part of the page's address (its
        slug)."""
        if not self._excluded:
            return False
        slug = unquote(urlsplit(record.page).path.rstrip("/").rpartition("/")[2])
        names = {record.source_key, record.page, slug, record.dataset.iri, *record.dataset.identifiers}
        return not self._excluded.isdisjoint(names)

    def _closing(self, walk: Walk, tally: Tally) -> tuple[Finding, ...]:
        met: list[Finding] = []
        if walk.ending is Ending.EXHAUSTED:
            met.extend(_totals_compared(walk, tally, self.portal))
        if waiting := held(walk, tally):
            met.append(finding("deletions-held", value=f"{waiting}/{tally.live}"))
        return tuple(met)


def _next(records: Iterator[ParsedRecord], draft: _Draft, url: str) -> ParsedRecord | None:
    try:
        return next(records, None)
    except UnreadablePage as error:
        draft.findings.extend(error.findings)
    except Exception as error:  # noqa: BLE001 - the edge of one page: a parser that breaks costs the rest of the page
        draft.findings.append(finding("page-not-parseable", place=url, value=f"{type(error).__name__}: {error}"))
    draft.failed_pages = 1
    return None


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
    normalise: Normalise,
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
    return RunRecorder(writer, portal, normalise, clock, limit)
