"""One run, as a spider tells it: pages that came, pages that did not, the end."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from dcat.codec import digest, encode
from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.model import Dataset, Record
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Fate, Page, StagedRecord
from harvester.archive.store import interrupted
from harvester.outcome import Ending, Mode, Tally, Walk, held
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.report import Report
from harvester.writers import ArchivedRun, DryRun, RunWriter

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
        "email-invalid",
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
    def run_id(self) -> int | None:
        """The run's number in the archive; None for a dry run."""
        return self.writer.run_id

    @property
    def full(self) -> bool:
        """Whether the limit is reached."""
        return self.limit is not None and self.received >= self.limit

    def record_page(self, number: int, fetched: Fetched, parsed: ParsedPage) -> PageCounts:
        """Keep a page and its records. A page that breaks while it is read, or that was cut, keeps what came and counts
        as failed."""
        page = Page(number, fetched.url, fetched.status, dict(fetched.headers), fetched.body)
        declared = parsed.declared if parsed.declared is not None and 0 <= parsed.declared <= ABSURD_TOTAL else None
        draft = _Draft(page, declared, parsed.findings)
        draft.failed_pages = int(any(found.rule == "page-truncated" for found in parsed.findings))
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
        if says_nothing(record.dataset):
            draft.findings.append(finding("record-empty", record=key))
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
        met = list(interrupted(walk, tally))
        if walk.ending is Ending.EXHAUSTED:
            met.extend(_totals_compared(walk, tally, self.portal))
        if waiting := held(walk, tally):
            met.append(finding("deletions-held", value=f"{waiting}/{tally.live}"))
        return tuple(met)


def says_nothing(dataset: Dataset) -> bool:
    """A record without title, description and resource: nothing to search, to show or to open."""
    return not (dataset.title or dataset.description or dataset.distributions or dataset.landing_pages)


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
