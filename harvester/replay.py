"""``replay``: the archived pages of a run read again, without any network (design §4).

Read as the run read them: by the parser of the portal's protocol, in the order of pages, as of the day on which the run
began, the fuller copy of a record that came twice. So the same program and tables give the same records to the byte,
and others show what they change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Fate, Page, Run, StagedRecord, Start, replayed
from harvester.archive.engine import reading as connected
from harvester.archive.forgotten import privacy_of
from harvester.errors import ReplayRefused
from harvester.parsers import FROM_FILES, PARSERS
from harvester.parsers.atom import Entry, files_of, read_feed
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.persons.privacy import Privacy
from harvester.reading.page import read_page
from harvester.reading.staged import PagePart, together
from harvester.runs.outcome import Ending, Mode, Status
from harvester.runs.owner import this_process
from harvester.runs.report import Report
from harvester.runs.scratch import ANYWHERE, Scratch, Spooled

NOT_MODIFIED = 304
KEYS_KEPT = 1000
"""Of each kind, how many keys a comparison names. All are counted."""


class Comparison(Struct, frozen=True):
    """What a run had stored against what its pages give now. ``missing``: it had stored them, and they do not come;
    ``extra``: they come, and it had not stored them. ``keys``: the source keys of what differs, by kind."""

    run: int
    portal: str
    pages: int = 0
    unreadable: int = 0
    same: int = 0
    different: int = 0
    missing: int = 0
    extra: int = 0
    keys: dict[str, tuple[str, ...]] = {}

    @property
    def identical(self) -> bool:
        """Whether every record is what the run had stored, byte for byte."""
        return not (self.unreadable or self.different or self.missing or self.extra)


def replay(
    archive: Archive,
    run: Run,
    portal: Portal,
    personal: PersonalData = PersonalData.ROLE_ONLY,
    scratch: str = "",
) -> Comparison:
    """Read a run again and compare; the archive is only read. ``personal``: as harvests keep it; ``scratch``: the
    folder for what is too large to be held. Raises ``ReplayRefused`` where the run goes on or its pages are no longer
    kept."""
    _check(archive, run)
    rooms = _rooms(scratch, run)
    with _throw_away(run, portal, rooms) as (copy, again):
        for batch in _batches(archive, run, portal, personal, rooms):
            light = tuple(replace(record, payload=b"") for record in batch.records)
            copy.add(again, replace(batch, records=light), run.started)
        read = copy.run(again.id)
        found = Comparison(run.id, run.portal, read.pages, read.failed_pages)
        return _with_missing(archive, copy, again.id, run, _compared(archive, copy, again.id, found))


def apply(
    archive: Archive,
    run: Run,
    portal: Portal,
    clock: Callable[[], datetime],
    personal: PersonalData = PersonalData.ROLE_ONLY,
    scratch: str = "",
) -> Report:
    """Store what a run's pages give now, as a run of its own that deletes nothing: only what differs is written. Raises
    ``ReplayRefused`` as ``replay`` and ``refuse_old`` do, ``RunInProgress``."""
    _check(archive, run)
    refuse_old(archive, run)
    again = archive.begin_run(portal, Start(Mode.REPLAY, f"replay of {run.id}", owner=this_process()), clock())
    for batch in _batches(archive, run, portal, personal, _rooms(scratch, run)):
        archive.add(again, replace(batch, records=tuple(map(_never_deleting, batch.records))), clock())
    return archive.finish(again, Ending.EXHAUSTED, clock())


def refuse_old(archive: Archive, run: Run) -> None:
    """Raises ``ReplayRefused`` where the portal was read later than in this run."""
    with connected(archive.engine) as connection:
        newest = replayed.newest_with_pages(connection, run.portal)
    if newest is not None and newest != run.id:
        raise ReplayRefused("replay-not-newest", run=run.id, newest=newest)


def _never_deleting(record: StagedRecord) -> StagedRecord:
    """What is to be left out goes with the next harvest."""
    return replace(record, fate=Fate.REJECTED) if record.fate is Fate.EXCLUDED else record


def _check(archive: Archive, run: Run) -> None:
    if run.status is Status.RUNNING:
        raise ReplayRefused("replay-running", run=run.id)
    if next(archive.pages(run.id), None) is None:
        raise ReplayRefused("replay-no-pages", run=run.id)


def _rooms(folder: str, run: Run) -> Scratch:
    scratch = Scratch(folder, f"replay-{run.id}")
    scratch.sweep()
    return scratch


@contextmanager
def _throw_away(run: Run, portal: Portal, scratch: Scratch) -> Iterator[tuple[Archive, Run]]:
    """An archive on disk for the time of a comparison, so that memory does not grow with the run."""
    with scratch.made() as folder:
        copy = Archive(f"sqlite:///{Path(folder) / 'archive.db'}")
        try:
            copy.create()
            yield copy, copy.begin_run(portal, Start(Mode.REPLAY), run.started)
        finally:
            copy.close()


# --- reading ----------------------------------------------------------------------------------------------------------


def _batches(
    archive: Archive, run: Run, portal: Portal, personal: PersonalData, scratch: Scratch = ANYWHERE
) -> Iterator[Batch]:
    """The run once more, a part of a page at a time."""
    privacy = privacy_of(archive, personal)
    complete = _with_feeds(archive, run, portal)
    last = _last_page(archive, run)
    for page in archive.pages(run.id):
        if page.number > 0:
            most = _taken(archive, run, page) if page.number == last else None
            with _answered(archive, page, portal, scratch) as fetched:
                yield from _batches_of(fetched, complete, run, privacy, most)


def _batches_of(fetched: Fetched, portal: Portal, run: Run, privacy: Privacy, most: int | None) -> Iterator[Batch]:
    try:
        parser, day = PARSERS[portal.protocol], run.started.date()
        read = read_page(fetched, portal, parser, day, privacy=privacy, most=most)
    except UnreadablePage as error:
        yield Batch(pages=1, failed_pages=1, findings=error.findings)
        return
    beginning = Batch(pages=1, findings=read.header.findings, more=read.header.more)
    for part in read.parts:
        yield _batch(beginning, part)
        beginning = Batch()


def _batch(beginning: Batch, part: PagePart) -> Batch:
    return replace(
        beginning,
        records=part.records,
        received=part.received,
        unidentified=part.unidentified,
        findings=(*beginning.findings, *part.findings),
        more=together(beginning.more, part.more),
    )


def _fetched(page: Page) -> Fetched:
    """The answer that a page was; one that said that nothing changed was read with the body that had come before."""
    status = 200 if page.status == NOT_MODIFIED else page.status
    return Fetched(page.url, page.body, status, page.headers, page.cut)


@contextmanager
def _answered(archive: Archive, page: Page, portal: Portal, scratch: Scratch) -> Iterator[Fetched]:
    """The same, for as long as its body is read: one too large to be held is in a file."""
    answer = _fetched(page)
    if not page.kept:
        yield answer
        return
    with Spooled.of(archive.body_parts(portal.id, page.kept), scratch) as spooled:
        answer = replace(answer, file=str(spooled.path))
        yield answer if portal.protocol in FROM_FILES else answer.held()


def _with_feeds(archive: Archive, run: Run, portal: Portal) -> Portal:
    """The portal with the files of its INSPIRE Atom feeds, which are kept under numbers below zero."""
    feeds: list[tuple[str, tuple[Entry, ...]]] = []
    for page in archive.pages(run.id):
        if page.number > 0:
            break
        feeds.append((page.url, read_feed(_fetched(page))))
    return replace(portal, files=files_of(dict(reversed(feeds)))) if feeds else portal


def _last_page(archive: Archive, run: Run) -> int | None:
    """The page in the middle of which a run may have stopped: at its limit, or killed. None for a walk to the end."""
    if run.checkpoint is None or run.checkpoint.ending is Ending.EXHAUSTED:
        return None
    return archive.last_page(run.id)


def _taken(archive: Archive, run: Run, page: Page) -> int | None:
    under_way = archive.page_under_way(run, page.number)
    return under_way.taken if under_way else None


# --- comparing --------------------------------------------------------------------------------------------------------


def _compared(archive: Archive, copy: Archive, again: int, found: Comparison) -> Comparison:
    counts, keys = {"same": 0, "different": 0, "extra": 0}, {"different": list[str](), "extra": list[str]()}
    for part in replayed.came(copy.engine, again):
        kept = [one for one in part if one.fate is Fate.KEPT]
        with connected(archive.engine) as connection:
            stored = replayed.stored_at(connection, found.run, [one.record_id for one in kept])
        for one in kept:
            before = stored.get(one.record_id)
            kind = "extra" if before is None else "same" if before == one.digest else "different"
            counts[kind] += 1
            if kind in keys and len(keys[kind]) < KEYS_KEPT:
                keys[kind].append(one.source_key)
    return replace(found, **counts, keys={kind: tuple(listed) for kind, listed in keys.items()})


def _with_missing(archive: Archive, copy: Archive, again: int, run: Run, found: Comparison) -> Comparison:
    """What the run had accepted and does not come tells how many are missing. Which ones the archive knows surely only
    of those that no later run saw."""
    missing = max(0, run.counts.accepted - found.same - found.different)
    keys = _keys_missing(archive, copy, again, run) if missing else ()
    return replace(found, missing=missing, keys={**found.keys, "missing": keys})


def _keys_missing(archive: Archive, copy: Archive, again: int, run: Run) -> tuple[str, ...]:
    keys: list[str] = []
    for part in replayed.stored_by(archive.engine, run.id, run.portal):
        with connected(copy.engine) as connection:
            come = replayed.kept_of(connection, again, list(part))
        keys.extend(key for record_id, key in part.items() if record_id not in come)
        if len(keys) >= KEYS_KEPT:
            break
    return tuple(keys[:KEYS_KEPT])
