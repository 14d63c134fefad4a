"""A run once more, from its archived pages, without network: what it had stored, byte for byte, or not."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.archive import Archive, Batch, Run, Start
from harvester.archive.forgotten import privacy_of
from harvester.errors import NotReplayable, RunInProgress
from harvester.outcome import Ending, Mode, Status
from harvester.parsers import PARSERS
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.privacy import Privacy
from harvester.reading import PagePart, read_page
from harvester.report import Report
from harvester.staged import Fate, StagedRecord

LOOKED_UP_AT_ONCE = 1000


class Unlike(Struct, frozen=True):
    """A record that is not as the run had stored it. ``state``: ``different``; ``missing``: the run had stored it, its
    pages do not give it; ``added``: they do, and the run had not stored it."""

    record: str
    state: str


class Replay(Struct, frozen=True):
    """``same``: how many records are as the run had stored them."""

    run: int
    portal: str
    same: int
    different: int
    missing: int
    added: int
    unlike: tuple[Unlike, ...]

    @property
    def faithful(self) -> bool:
        """Whether nothing differs."""
        return not self.unlike


def replay(archive: Archive, run: Run, portal: Portal, *, personal: PersonalData = PersonalData.ROLE_ONLY) -> Replay:
    """Compare; some 200 bytes of memory a record. Raises ``NotReplayable`` where no page is kept, ``RunInProgress``."""
    if run.status is Status.RUNNING:
        until = run.lease_until.isoformat(timespec="seconds")
        raise RunInProgress("run-in-progress", portal=run.portal, run=run.id, until=until)
    came: dict[str, StagedRecord] = {}
    for record in (record for part in _parts(archive, run, portal, personal) for record in part.records):
        before = came.get(record.record_id)
        if before is None or record.fullness > before.fullness:
            came[record.record_id] = replace(record, payload=b"")
    kept = {record_id: one.digest for record_id, one in came.items() if one.fate is Fate.KEPT}
    unlike = sorted(_compared(archive, run, kept), key=lambda one: (one.state, one.record))
    count = {state: sum(one.state == state for one in unlike) for state in ("different", "missing", "added")}
    same = len(kept) - count["different"] - count["added"]
    return Replay(run.id, run.portal, same, unlike=tuple(unlike), **count)


def apply(
    archive: Archive,
    run: Run,
    portal: Portal,
    clock: Callable[[], datetime],
    *,
    personal: PersonalData = PersonalData.ROLE_ONLY,
) -> Report:
    """Write what the pages of the portal's newest run give today, as a run that deletes nothing. Raises
    ``NotReplayable``, ``RunInProgress``."""
    newest = archive.last_run_with_pages(portal.id)
    if newest is not None and newest != run.id:
        raise NotReplayable("replay-not-newest", run=run.id, newest=newest)
    parts = _parts(archive, run, portal, personal)
    new = archive.begin_run(portal, Start(Mode.REPLAY), clock())
    for part in parts:
        batch = Batch(part.records, part.received, part.unidentified, findings=part.findings)
        archive.add(new, batch, clock())
    return archive.finish(new, Ending.EXHAUSTED, clock())


def _parts(archive: Archive, run: Run, portal: Portal, personal: PersonalData) -> Iterator[PagePart]:
    """What the pages give, read as of the day of the run, as far as it had taken them, with what is kept of persons
    today."""
    numbers = archive.page_numbers(run.id)
    if not numbers:
        raise NotReplayable("run-without-pages", run=run.id)
    return _read(archive, run, portal, numbers, privacy_of(archive, personal))


def _read(archive: Archive, run: Run, portal: Portal, numbers: Iterable[int], privacy: Privacy) -> Iterator[PagePart]:
    for number in numbers:
        page = archive.page(run.id, number)
        if page is None:
            continue
        fetched = Fetched(page.url, page.body, page.status, page.headers, page.cut)
        day = run.started.date()
        try:
            reading = read_page(fetched, portal, PARSERS[portal.protocol], day, privacy=privacy, most=page.taken)
        except UnreadablePage:
            continue  # its records are missing, and that is told
        yield from reading.parts


def _compared(archive: Archive, run: Run, kept: dict[str, str]) -> Iterator[Unlike]:
    ids = list(kept)
    for start in range(0, len(ids), LOOKED_UP_AT_ONCE):
        some = ids[start : start + LOOKED_UP_AT_ONCE]
        stored = archive.digests_at(run.id, some)
        for record_id in some:
            if record_id not in stored:
                yield Unlike(record_id, "added")
            elif stored[record_id] != kept[record_id]:
                yield Unlike(record_id, "different")
    yield from (Unlike(record_id, "missing") for record_id in archive.changed_in(run.id) if record_id not in kept)
