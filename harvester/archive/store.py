"""The archive as the rest of the program sees it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, case, insert, select, text, update

from dcat.codec import Encoded
from dcat.findings import Finding, finding
from dcat.model import Record
from dcat.portal import Portal
from harvester.archive import bodies, ledger, memory, reading, runs, staging
from harvester.archive import tables as t
from harvester.archive.approval import approve
from harvester.archive.engine import BUSY_TIMEOUT, open_engine, writing
from harvester.archive.engine import reading as connected
from harvester.archive.relink import relink
from harvester.archive.rows import (
    Batch,
    Change,
    FindingsPage,
    LastRuns,
    Page,
    RecordVersion,
    Run,
    Start,
    UnderWay,
    Validators,
    Walked,
)
from harvester.archive.staging import Came
from harvester.errors import ArchiveUnavailable
from harvester.reading.staged import StagedRecord, together
from harvester.runs.outcome import (
    Ending,
    Mode,
    Tally,
    Walk,
    deletions_allowed,
    may_be_relinked,
    proven_complete,
    status_of,
)
from harvester.runs.report import Report, counts_of, finding_counts, gap_of

RAW_RETENTION_RUNS = 3
MIGRATE = "harvester.archive.migrations:migrate"  # imported where it is needed: it takes 0.3 s

Closing = Callable[[Walk, Tally], Iterable[Finding]]
"""Findings that only the end of a run can tell."""


def interrupted(walk: Walk, _tally: Tally) -> tuple[Finding, ...]:
    """What is told of a run that was ended from outside."""
    return (finding("run-interrupted"),) if walk.ending is Ending.INTERRUPTED else ()


class Archive:
    """Runs, records, findings and raw pages in SQLite or PostgreSQL.

    ``url`` is SQLAlchemy's (``sqlite:///path/archive.db``, ``postgresql://user@host/name``). Nothing is opened
    before the first call; every call may raise ``ArchiveUnavailable``. Moments are passed in: there is no clock
    here.
    """

    def __init__(
        self, url: str, *, busy_timeout: float = BUSY_TIMEOUT, raw_retention_runs: int = RAW_RETENTION_RUNS
    ) -> None:
        self.engine = open_engine(url, busy_timeout)
        self.raw_retention_runs = raw_retention_runs

    def create(self) -> None:
        """Make the folder and the tables where they are missing, bring those of an earlier version up to this one;
        several processes may do it at once. An archive that is current is only read, so that a question never waits
        for a writer."""
        self._make_folder()
        found = self._schema_version()
        if found is None or found < t.SCHEMA_VERSION:
            found = self._make_tables()
        if found != t.SCHEMA_VERSION:
            raise ArchiveUnavailable("archive-version", where=self._where, found=found, wanted=t.SCHEMA_VERSION)

    def _schema_version(self) -> int | None:
        """None where there are no tables yet."""
        try:
            with connected(self.engine) as connection:
                return connection.execute(select(t.archive.c.schema_version)).scalar_one_or_none()
        except ArchiveUnavailable as error:
            if error.code != "archive-missing":
                raise
            return None

    def _make_tables(self) -> int:
        with writing(self.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('aiguillage archive'))"))
            t.metadata.create_all(connection)
            found: int | None = connection.execute(select(t.archive.c.schema_version)).scalar_one_or_none()
            if found is None:
                connection.execute(insert(t.archive).values(id=1, schema_version=t.SCHEMA_VERSION, last_change=0))
            elif found < t.SCHEMA_VERSION:
                resolve_name(MIGRATE)(connection, found, t.SCHEMA_VERSION)
                connection.execute(update(t.archive).values(schema_version=t.SCHEMA_VERSION))
        return max(found or 0, t.SCHEMA_VERSION)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    @property
    def _where(self) -> str:
        return self.engine.url.render_as_string(hide_password=True)

    def _make_folder(self) -> None:
        database = self.engine.url.database
        if self.engine.dialect.name != "sqlite" or not database or database == ":memory:":
            return
        try:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveUnavailable("archive-unreachable", where=self._where, detail=error) from error

    # Runs

    def begin_run(self, portal: Portal, start: Start, now: datetime) -> Run:
        """A new run, or the portal's dead one gone on with (``checkpoint`` says where); a dead one that is not fresh or
        does something else is closed. Raises ``RunInProgress``, ``ArchiveMixed``."""
        with writing(self.engine) as connection:
            runs.mark(connection, portal.id, sample=portal.sample)
            for found in runs.under_way(connection, portal.id):
                if not runs.is_dead(found, now):
                    raise runs.in_progress(connection, portal.id)
                if runs.may_go_on(found, now) and runs.goes_on_with(found, start):
                    runs.take_over(connection, found, start.owner, now)
                    return runs.get(connection, found.id)
                self._close_dead(connection, found, now)
            return runs.get(connection, runs.begin(connection, portal.id, start, now))

    def close_abandoned(self, now: datetime) -> tuple[Run, ...]:
        """Close every dead run that nobody may go on with: what it had received is kept, nothing is deleted."""
        with writing(self.engine) as connection:
            dead = [
                run for run in runs.under_way(connection) if runs.is_dead(run, now) and not runs.may_go_on(run, now)
            ]
            return tuple(self._close_dead(connection, run, now) for run in dead)

    def close_dead(self, run_id: int, now: datetime) -> Report:
        """Close a run whose process is known to be dead, whoever might go on with it. Raises ``RunLost``."""
        with writing(self.engine) as connection:
            run = runs.get(connection, run_id)
            runs.touch(connection, run, now)
            self._close_dead(connection, run, now)
        return self.report(run_id)

    def under_way(self, now: datetime) -> tuple[Run, ...]:
        """Runs on which a process works."""
        with connected(self.engine) as connection:
            found = runs.under_way(connection)
        return tuple(run for run in found if not runs.is_dead(run, now))

    def resumable(self, now: datetime) -> tuple[Run, ...]:
        """Dead runs that the next harvest of their portal goes on with."""
        with connected(self.engine) as connection:
            found = runs.under_way(connection)
        return tuple(run for run in found if runs.is_dead(run, now) and runs.may_go_on(run, now))

    def add(self, run: Run, batch: Batch, now: datetime, came: Came | None = None) -> int:
        """Write a batch in one transaction and prolong the lease; gives the number of records that had come before
        in this run. ``came``: which these are, where ``came_before`` was asked. Raises ``RunLost`` where the run was
        closed or gone on with meanwhile."""
        batches = (*batch.earlier, batch)
        records = tuple(record for one in batches for record in one.records)
        with writing(self.engine) as connection:
            runs.touch(connection, run, now, deaths=0, **_told(batches))
            repeated = staging.stage(connection, run.id, records, came) if records else ()
            ledger.add_pages(connection, run.id, run.portal, batches)
            if batch.number is not None and batch.remembered is not None:
                body = ledger.body_of(connection, run.id, batch.number)
                memory.remember(connection, run.portal, body, batch.remembered)
            duplicates = [finding("record-duplicate", record=key) for key in repeated]
            met = [*(found for one in batches for found in one.findings), *duplicates]
            ledger.add_findings(connection, run.id, met, together(*(one.more for one in batches)))
        return len(repeated)

    def came_before(self, run: Run, records: Sequence[StagedRecord]) -> Came:
        """Which of these records came before in this run."""
        if not records:
            return {}
        with connected(self.engine) as connection:
            return staging.came_before(connection, run.id, (record.record_id for record in records))

    def page(self, run_id: int, number: int) -> Page | None:
        """One raw page of a run, None where it is not kept."""
        with connected(self.engine) as connection:
            return ledger.page(connection, run_id, number)

    def body_parts(self, portal: str, digest: str) -> Iterator[bytes]:
        """A body too large to be held, one part after the other, to the end or until nobody asks for more."""
        with connected(self.engine) as connection:
            yield from bodies.parts_of(connection, portal, digest)

    def last_page(self, run_id: int) -> int | None:
        """The number of the last raw page kept of a run."""
        with connected(self.engine) as connection:
            return max(ledger.page_numbers(connection, run_id), default=None)

    def page_under_way(self, run: Run, number: int) -> UnderWay | None:
        """The page that a dead run had begun to write, if it had."""
        with connected(self.engine) as connection:
            return ledger.page_under_way(connection, run.id, number)

    def validators(self, portal: str, since: datetime) -> dict[str, Validators]:
        """What pages can be asked about, by address, whose bodies came after a moment."""
        with connected(self.engine) as connection:
            return ledger.validators(connection, portal, since)

    def gave_records(self, run: Run) -> set[str]:
        """The addresses that gave records in earlier runs of the same portal."""
        with connected(self.engine) as connection:
            return ledger.gave_records(connection, run.portal, run.id)

    def recall_first(self, portal: str, body: str, fingerprint: str) -> tuple[int, bytes]:
        """How many parts the reading of a body has, and the first; 0 where it is not kept."""
        with connected(self.engine) as connection:
            return memory.recall_first(connection, portal, body, fingerprint)

    def recall(self, portal: str, body: str, part: int) -> bytes:
        """One part of a reading."""
        with connected(self.engine) as connection:
            return memory.recall(connection, portal, body, part)

    def are_known(self, records: Sequence[StagedRecord]) -> bool:
        """Whether all these records are stored as they are here."""
        with connected(self.engine) as connection:
            return memory.are_known(connection, records)

    def walked(self, run: Run, after: int = 0) -> Walked:
        """What a run asked for, and the bodies that it got after a page."""
        with connected(self.engine) as connection:
            return ledger.walked(connection, run.id, after)

    def heartbeat(self, run: Run, now: datetime) -> None:
        """Prolong the lease while nothing is written. Raises ``RunLost``."""
        with writing(self.engine) as connection:
            runs.touch(connection, run, now)

    def finish(self, run: Run, ending: Ending, now: datetime, closing: Closing = interrupted) -> Report:
        """Move the known records to what the run brought, all at once, and give the run its final status."""
        with writing(self.engine) as connection:
            runs.touch(connection, run, now)
            self._close(connection, run.id, ending, now, closing)
        return self.report(run.id)

    def _close_dead(self, connection: Connection, run: Run, now: datetime) -> Run:
        def closing(walk: Walk, tally: Tally) -> Iterator[Finding]:
            yield from interrupted(walk, tally)
            if run.deaths + 1 >= runs.MOST_DEATHS:
                yield finding("page-fatal", place=run.checkpoint.next if run.checkpoint else "", value=run.deaths + 1)

        return self._close(connection, run.id, Ending.INTERRUPTED, now, closing)

    def _close(self, connection: Connection, run_id: int, ending: Ending, now: datetime, closing: Closing) -> Run:
        run = runs.get(connection, run_id)
        place = staging.RunPlace(run_id, run.portal)
        walk = Walk(run.mode, ending, run.counts.declared, run.failed_pages)
        staging.measure(connection)
        tally = staging.tally(connection, place)
        if may_be_relinked(walk, tally):
            tally = replace(tally, relinked=relink(connection, place, tally.missing))
        staging.settle(connection, place, tally, delete_missing=deletions_allowed(walk, tally))
        ledger.add_findings(connection, run_id, tuple(closing(walk, tally)))
        values = {**msgspec.structs.asdict(counts_of(walk, tally)), "status": status_of(walk, tally), "finished": now}
        ended = update(t.runs).where(t.runs.c.id == run_id).values(complete=proven_complete(walk, tally), **values)
        connection.execute(ended)
        ledger.share_findings(connection, run_id, run.previous)
        ledger.drop_old_pages(connection, run.portal, self.raw_retention_runs)
        return runs.get(connection, run_id)

    def approve(self, run_id: int, who: str, now: datetime) -> Report:
        """Let through the deletions that a run held. Raises ``UnknownRun``, ``NotHeld``."""
        with writing(self.engine) as connection:
            approve(connection, runs.get(connection, run_id), who, now)
        return self.report(run_id)

    def run(self, run_id: int) -> Run:
        """Raises ``UnknownRun``."""
        with connected(self.engine) as connection:
            return runs.get(connection, run_id)

    def runs(self, portal: str | None = None, limit: int = 20, offset: int = 0) -> list[Run]:
        """The newest first."""
        with connected(self.engine) as connection:
            return runs.listed(connection, portal, limit, offset)

    def reports(self, portal: str | None = None, limit: int = 20, offset: int = 0) -> list[Report]:
        """The newest first, in two queries however many there are."""
        with connected(self.engine) as connection:
            found = runs.listed(connection, portal, limit, offset)
            totals = ledger.totals_of(connection, [run.id for run in found])
        return [_report(run, totals[run.id]) for run in found]

    def count_runs(self, portal: str | None = None) -> int:
        """How many runs there are."""
        with connected(self.engine) as connection:
            return runs.count(connection, portal)

    def last_runs(self) -> dict[str, LastRuns]:
        """By portal; a portal that was never harvested is absent."""
        with connected(self.engine) as connection:
            return runs.last(connection)

    def last_successful(self, portal: str, plan: str, *modes: Mode) -> Run | None:
        """The last run of these modes that was planned this way (``Start.plan``) and lost nothing."""
        with connected(self.engine) as connection:
            return runs.last_successful(connection, portal, plan, modes)

    def report(self, run_id: int) -> Report:
        """Raises ``UnknownRun``."""
        with connected(self.engine) as connection:
            return _report(runs.get(connection, run_id), ledger.totals_of(connection, [run_id])[run_id])

    def findings(self, run_id: int, rule: str | None = None, limit: int = 100, offset: int = 0) -> FindingsPage:
        """Raises ``UnknownRun``."""
        with connected(self.engine) as connection:
            runs.get(connection, run_id)
            return ledger.kept_findings(connection, run_id, rule, limit, offset)

    def pages(self, run_id: int) -> Iterator[Page]:
        """The raw pages kept of a run, one at a time."""
        with connected(self.engine) as connection:
            numbers = ledger.page_numbers(connection, run_id)
        for number in numbers:
            with connected(self.engine) as connection:
                page = ledger.page(connection, run_id, number)
            if page is not None:
                yield page

    # Records

    def records(self, portal: str | None = None) -> Iterator[Record]:
        """Every live record, in the order of ids, streamed."""
        return reading.live_records(self.engine, portal)

    def encoded(self) -> Iterator[Encoded]:
        """The same of all portals, for whoever hands them on to be decoded elsewhere."""
        return reading.live_encoded(self.engine, None)

    def record(self, record_id: str) -> Record | None:
        """None where it is unknown or deleted."""
        with connected(self.engine) as connection:
            return reading.one_record(connection, record_id)

    def some_records(self, ids: Iterable[str]) -> dict[str, tuple[Record, datetime]]:
        """Those of these records that are live, and when each was first seen; as many at once as a query may name."""
        with connected(self.engine) as connection:
            return reading.some_records(connection, list(ids))

    def history(self, record_id: str) -> tuple[RecordVersion, ...]:
        """The runs that changed a record, oldest first."""
        with connected(self.engine) as connection:
            return reading.history(connection, record_id)

    def digests(self, ids: Iterable[str]) -> dict[str, tuple[str, bool]]:
        """The current digest of each known record, and whether it is live."""
        with connected(self.engine) as connection:
            return staging.digests(connection, ids)

    def changes(self, after: int = 0, limit: int = 1000) -> Iterator[Change]:
        """What changed after a number, in the order in which it may be followed: once a number is seen, no smaller
        one appears."""
        with connected(self.engine) as connection:
            return iter(reading.changes_after(connection, after, limit))

    def successors(self, after: int) -> dict[str, str]:
        """Deleted record → the one that it lives on as, of what changed after a number."""
        with connected(self.engine) as connection:
            return reading.successors(connection, after)

    def live_titles(self, portal: str) -> dict[str, str]:
        """Live record → digest of its title and publisher."""
        with connected(self.engine) as connection:
            return reading.live_titles(connection, portal)

    def last_change(self) -> int:
        """The greatest change number, 0 at first."""
        with connected(self.engine) as connection:
            return reading.last_change(connection)

    def counts_by_portal(self) -> dict[str, int]:
        """Live records by portal."""
        with connected(self.engine) as connection:
            return reading.counts_by_portal(connection)

    def sample(self) -> bool | None:
        """Whether the archive holds sample data; None while it is empty."""
        with connected(self.engine) as connection:
            marked: bool | None = connection.execute(select(t.archive.c.sample)).scalar_one()
        return marked


def _told(batches: Sequence[Batch]) -> dict[str, Any]:
    """What batches change of their run's own row."""
    counted = ("received", "unidentified", "pages", "failed_pages")
    more: dict[str, Any] = {name: t.runs.c[name] + sum(getattr(one, name) for one in batches) for name in counted}
    if any(one.whole for one in batches):
        more |= {"mode": Mode.FULL, "since": None}
    if checkpoint := next((one.checkpoint for one in reversed(batches) if one.checkpoint is not None), None):
        more["checkpoint"] = runs.written_checkpoint(checkpoint)
    if licence := next((one.licence for one in batches if one.licence), ""):
        more["licence"] = licence
    declared = max((one.declared for one in batches if one.declared is not None), default=None)
    if declared is not None:
        larger = t.runs.c.declared.is_(None) | (t.runs.c.declared < declared)
        more["declared"] = case((larger, declared), else_=t.runs.c.declared)
    return more


def _report(run: Run, totals: Iterable[tuple[str, int]]) -> Report:
    return Report(
        run=run.id,
        portal=run.portal,
        status=run.status,
        complete=run.complete,
        mode=run.mode,
        started=run.started,
        finished=run.finished,
        counts=run.counts,
        findings=finding_counts(list(totals)),
        previous=run.previous,
        pages=run.pages,
        failed_pages=run.failed_pages,
        gap=None if run.finished is None else gap_of(run.mode, run.counts),
    )
