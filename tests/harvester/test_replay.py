"""A run once more from its archived pages: the same, or told which records are not."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

import harvester.replay
from dcat.model import Text
from dcat.portal import Portal, Protocol
from harvester.archive import Archive, Checkpoint, Page, Start
from harvester.errors import NotReplayable, RunInProgress
from harvester.outcome import Ending, Mode, Status
from harvester.parsers import dcat
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord
from harvester.reading import read_page
from harvester.replay import Replay, apply, replay
from harvester.run import start_run
from tests.harvester.sources import NOON, RENNES, rows, titles
from tests.harvester.spiders.catalogues import PREFIXES, turtle

PORTAL = replace(RENNES, protocol=Protocol.DCAT)
YEAR = timedelta(days=365)


def harvest(archive: Archive, *bodies: bytes, now: datetime = NOON, limit: int | None = None) -> int:
    """A run over pages of Turtle; gives its number."""
    run = start_run(archive, PORTAL, Start(), clock=lambda: now, limit=limit)
    for number, body in enumerate(bodies, 1):
        url = f"https://data.example.fr/{number}.ttl"
        fetched = Fetched(url, body, headers={"content-type": "text/turtle"})
        reading = read_page(fetched, PORTAL, dcat.parse, run.today, most=run.room)
        run.record_page(Page(number, url, 200, dict(fetched.headers), body, url), reading)
        run.commit(Checkpoint(url))
    run.finish(Ending.EXHAUSTED)
    assert run.run_id is not None
    return run.run_id


def again(archive: Archive, run: int) -> Replay:
    return replay(archive, archive.run(run), PORTAL)


def shouting(fetched: Fetched, portal: Portal) -> ParsedPage:
    """Another parser: the titles of the first two datasets are in capitals."""

    def louder(item: ParsedRecord) -> ParsedRecord:
        if item.record is None or not item.source_key.endswith(("/1", "/2")):
            return item
        (title,) = item.record.dataset.title
        dataset = replace(item.record.dataset, title=(Text(title.value.upper(), "fr"),))
        return replace(item, record=replace(item.record, dataset=dataset))

    page = dcat.parse(fetched, portal)
    return replace(page, records=[louder(item) for item in page.records])


def test_every_run_gives_what_it_had_stored(archive: Archive) -> None:
    first = harvest(archive, turtle([1, 2, 3]), turtle([4, 5]))
    second = harvest(archive, turtle([1, 2, 3]).replace(b"Jeu 2", b"Parc 2"), turtle([3, 4, 5, 6]), now=NOON + YEAR)
    for run, count in ((first, 5), (second, 6)):
        found = again(archive, run)
        assert (found.same, found.unlike, found.faithful) == (count, (), True)


def test_a_run_is_read_as_of_its_own_day(archive: Archive) -> None:
    late = (
        f'{PREFIXES}<https://data.example.fr/1> a dcat:Dataset ; dct:title "a" ; dct:modified "2026-06-01" .'.encode()
    )
    early = harvest(archive, late)
    later = harvest(archive, late, now=NOON + YEAR)
    assert [version.run for version in archive.history(next(archive.records()).id)] == [early, later]
    assert again(archive, early).faithful
    assert again(archive, later).faithful


def test_only_the_records_that_the_run_took_count(archive: Archive) -> None:
    found = again(archive, harvest(archive, turtle([1, 2, 3]), turtle([4, 5]), limit=4))
    assert (found.same, found.added) == (4, 0)


def test_what_differs_is_told_and_can_be_written(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    harvest(archive, turtle([7]))
    run = harvest(archive, turtle([1, 2, 3]), turtle([7]))
    monkeypatch.setattr(harvester.replay, "PARSERS", {Protocol.DCAT: shouting})
    found = again(archive, run)
    assert (found.same, found.different, found.missing, found.added) == (2, 2, 0, 0)
    assert {one.state for one in found.unlike} == {"different"}

    report = apply(archive, archive.run(run), PORTAL, lambda: NOON)

    assert (report.mode, report.status, report.complete) == (Mode.REPLAY, Status.OK, False)
    assert (report.counts.updated, report.counts.unchanged, report.counts.deleted) == (2, 2, 0)
    assert sorted(titles(archive).values()) == ["JEU 1", "JEU 2", "Jeu 3", "Jeu 7"]
    assert again(archive, run).different == 2  # what the run itself had stored stays as it was


def test_what_pages_no_longer_give_is_missing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    run = harvest(archive, turtle([1, 2, 3]))

    def lossy(fetched: Fetched, portal: Portal) -> ParsedPage:
        page = dcat.parse(fetched, portal)
        return replace(page, records=list(page.records)[1:])

    monkeypatch.setattr(harvester.replay, "PARSERS", {Protocol.DCAT: lossy})
    found = again(archive, run)
    assert (found.same, found.missing) == (2, 1)
    assert apply(archive, archive.run(run), PORTAL, lambda: NOON).counts.deleted == 0
    assert len(titles(archive)) == 3


def test_pages_that_are_not_kept_are_said_to_be_gone(archive: Archive) -> None:
    runs = [harvest(archive, turtle([number])) for number in range(5)]
    with pytest.raises(NotReplayable) as told:
        again(archive, runs[0])
    assert (told.value.code, told.value.values) == ("run-without-pages", {"run": runs[0]})


def test_only_the_newest_pages_may_be_written(archive: Archive) -> None:
    first, second = harvest(archive, turtle([1])), harvest(archive, turtle([1, 2]))
    before = rows(archive, ["runs"])
    with pytest.raises(NotReplayable) as told:
        apply(archive, archive.run(first), PORTAL, lambda: NOON)
    assert (told.value.code, told.value.values["newest"]) == ("replay-not-newest", second)
    assert rows(archive, ["runs"]) == before


def test_writing_does_not_push_out_pages(archive: Archive) -> None:
    runs = [harvest(archive, turtle([1, number])) for number in (2, 3, 4)]
    for _ in range(3):
        apply(archive, archive.run(runs[-1]), PORTAL, lambda: NOON)
    assert all(again(archive, run).faithful for run in runs)


def test_a_run_under_way_is_not_replayed(archive: Archive) -> None:
    run = archive.begin_run(PORTAL, Start(), NOON)
    with pytest.raises(RunInProgress):
        again(archive, run.id)
