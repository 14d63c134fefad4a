"""Where a run goes: into the archive, or nowhere."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from dcat.findings import Finding
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Fate, Run, StagedRecord, Start, UnderWay, Walked
from harvester.archive.staging import fullest
from harvester.reading.staged import Fullness, together
from harvester.runs.outcome import (
    Ending,
    Mode,
    Tally,
    Walk,
    enough_relinked,
    may_be_relinked,
    proven_complete,
    status_of,
)
from harvester.runs.report import Report, counts_of, finding_counts, gap_of

Closing = Callable[[Walk, Tally], tuple[Finding, ...]]
"""Findings that only the end of a run can tell."""

LOOKED_UP_AT_ONCE = 1000
WRITTEN_AT_ONCE = 4000


class RunWriter(Protocol):
    """What a run needs of the place that it goes to. ``archive`` is asked for what is known, either way."""

    archive: Archive

    @property
    def run(self) -> Run | None:
        """The run in the archive, as it was when this process began it or went on with it; None for a dry run."""

    @property
    def started(self) -> datetime:
        """When the run began."""

    @property
    def since(self) -> datetime | None:
        """From when on changes are asked for; None: everything is."""

    def add(self, batch: Batch, now: datetime) -> None:
        """Write a batch, all of it or nothing, now or with one that follows."""

    def count_repeated(self, records: Sequence[StagedRecord]) -> int:
        """How many of these records had come before in this run, or come twice here."""

    def heartbeat(self, now: datetime) -> None:
        """Say that the run lives."""

    def finish(self, ending: Ending, now: datetime, closing: Closing) -> Report:
        """Close the run."""

    def walked(self, after: int) -> Walked:
        """What the run asked for so far, and the bodies that it got after a page."""

    def page_under_way(self, number: int) -> UnderWay | None:
        """The page that a process that died had begun to write."""


HELD_AT_MOST = timedelta(seconds=2)


class ArchivedRun:
    """A run that is kept. Pages that came before, which cost next to nothing to ask for again, are written several at
    once: those of ``HELD_AT_MOST``, up to ``WRITTEN_AT_ONCE`` records."""

    def __init__(self, archive: Archive, run: Run) -> None:
        self.archive = archive
        self.run = run
        self._held: tuple[Batch, ...] = ()
        self._waiting: set[str] = set()
        self._written = run.heartbeat
        self._came: dict[str, Fullness] = {}

    @property
    def started(self) -> datetime:
        return self.run.started

    @property
    def since(self) -> datetime | None:
        return self.run.since

    def add(self, batch: Batch, now: datetime) -> None:
        if self._may_wait(batch, now):
            self._held = (*self._held, batch)
            self._waiting.update(record.record_id for record in batch.records)
        else:
            self._write((*self._held, batch), now)

    def count_repeated(self, records: Sequence[StagedRecord]) -> int:
        """What is found is kept until they are written: nobody else writes into this run."""
        self._came |= self.archive.came_before(self.run, records)
        ids = {record.record_id for record in records}
        return len(records) - len(ids) + sum(one in self._came or one in self._waiting for one in ids)

    def heartbeat(self, now: datetime) -> None:
        self.archive.heartbeat(self.run, now)

    def finish(self, ending: Ending, now: datetime, closing: Closing) -> Report:
        if self._held:
            self._write(self._held, now)
        return self.archive.finish(self.run, ending, now, closing)

    def _may_wait(self, batch: Batch, now: datetime) -> bool:
        goes_on = batch.page is not None and batch.checkpoint is not None and batch.checkpoint.next
        came_before = batch.remembered is None and not any(record.payload for record in batch.records)
        count = len(batch.records) + sum(len(one.records) for one in self._held)
        return bool(goes_on) and came_before and count < WRITTEN_AT_ONCE and now - self._written < HELD_AT_MOST

    def _write(self, batches: tuple[Batch, ...], now: datetime) -> None:
        *earlier, last = batches
        self.archive.add(self.run, replace(last, earlier=tuple(earlier)), now, self._came)
        self._held, self._waiting, self._came, self._written = (), set(), {}, now

    def walked(self, after: int) -> Walked:
        return self.archive.walked(self.run, after)

    def page_under_way(self, number: int) -> UnderWay | None:
        return self.archive.page_under_way(self.run, number)


class DryRun:
    """A run that only compares: some 200 bytes of memory a record, nothing written."""

    run = None

    def __init__(self, archive: Archive, portal: Portal, start: Start, now: datetime) -> None:
        self.archive = archive
        self.portal = portal
        self.mode = start.mode
        self.since = start.since
        self.started = now
        self.sum = Batch()
        self.came: dict[str, StagedRecord] = {}
        self.met: dict[str, int] = {}

    def add(self, batch: Batch, now: datetime) -> None:  # noqa: ARG002 - the protocol's signature
        if batch.whole:
            self.mode, self.since = Mode.FULL, None
        best, repeated = fullest(_without_payload(record) for record in batch.records)
        for record in best.values():
            before = self.came.get(record.record_id)
            if before is not None:
                repeated.append(record.source_key)
            if before is None or record.fullness > before.fullness:
                self.came[record.record_id] = record
        told = Counter(one.rule for one in batch.findings)
        self.met = together(self.met, told, batch.more, {"record-duplicate": len(repeated)})
        declared = [total for total in (self.sum.declared, batch.declared) if total is not None]
        self.sum = Batch(
            received=self.sum.received + batch.received,
            unidentified=self.sum.unidentified + batch.unidentified,
            pages=self.sum.pages + batch.pages,
            failed_pages=self.sum.failed_pages + batch.failed_pages,
            declared=max(declared, default=None),
        )

    def count_repeated(self, records: Sequence[StagedRecord]) -> int:
        best, repeated = fullest(_without_payload(record) for record in records)
        return len(repeated) + len(self.came.keys() & best.keys())

    def walked(self, after: int) -> Walked:  # noqa: ARG002 - the protocol's signature
        return Walked()

    def page_under_way(self, number: int) -> UnderWay | None:  # noqa: ARG002 - the protocol's signature
        return None

    def heartbeat(self, now: datetime) -> None:
        """Nothing holds a lease."""

    def finish(self, ending: Ending, now: datetime, closing: Closing) -> Report:
        walk = Walk(self.mode, ending, self.sum.declared, self.sum.failed_pages)
        tally = self._tally()
        if may_be_relinked(walk, tally):
            tally = replace(tally, relinked=self._relinked(tally.missing))
        self.met = together(self.met, Counter(one.rule for one in closing(walk, tally)))
        return Report(
            run=None,
            portal=self.portal.id,
            status=status_of(walk, tally),
            complete=proven_complete(walk, tally),
            mode=self.mode,
            started=self.started,
            finished=now,
            counts=counts_of(walk, tally),
            gap=gap_of(self.mode, counts_of(walk, tally)),
            findings=finding_counts(list(self.met.items())),
            pages=self.sum.pages,
            failed_pages=self.sum.failed_pages,
        )

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
        walked = self.sum
        return Tally(
            received=walked.received, unidentified=walked.unidentified, live=live, missing=live - seen_live, **count
        )

    def _relinked(self, missing: int) -> int:
        """As ``archive.relink`` counts."""
        live = self.archive.live_titles(self.portal.id)
        gone = Counter(key for record, key in live.items() if record not in self.came)
        new = (one for one in self.came.values() if one.fate is Fate.KEPT and one.record_id not in live)
        come = Counter(one.title_key for one in new)
        found = sum(bool(key) and gone[key] == come[key] == 1 for key in gone)
        return found if enough_relinked(found, missing) else 0

    def _compared(self) -> Iterator[tuple[StagedRecord, str, bool]]:
        came = list(self.came.values())
        for start in range(0, len(came), LOOKED_UP_AT_ONCE):
            part = came[start : start + LOOKED_UP_AT_ONCE]
            known = self.archive.digests([record.record_id for record in part])
            yield from ((record, *known.get(record.record_id, ("", False))) for record in part)


def _without_payload(record: StagedRecord) -> StagedRecord:
    return replace(record, payload=b"")
