"""Runs read again from their archived pages: the same to the byte, or what differs, offline."""

import socket
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

import harvester.replay
import tests.harvester.toy
from dcat.findings import Finding
from dcat.model import Record, Text
from dcat.normalise import normalise
from dcat.personal import PersonalData
from dcat.portal import Portal, Protocol
from harvester.archive import Archive, Run, Start
from harvester.crawling.fleet import Fleet
from harvester.errors import ReplayRefused
from harvester.parsers import PARSERS
from harvester.reading.page import BATCH, Normalise, read_page
from harvester.registry import SPOKEN, Registry
from harvester.replay import Comparison, apply, replay
from harvester.runs.job import Job
from harvester.runs.outcome import Ending, Mode, Status
from harvester.sample.federation import SampleFederation
from tests.harvester.sources import NOON, RENNES
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.source import serving
from tests.harvester.toy import TOYS, Toy, ToyPage, ToyParser, empty, walk

DATASETS = 300
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def toy_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Toy pages are read by the toy's parser."""
    monkeypatch.setattr(harvester.replay, "PARSERS", {**PARSERS, Protocol.UNKNOWN: ToyParser()})


def no_socket(*_: object, **__: object) -> socket.socket:
    raise AssertionError("a replay opens no socket")


def reading_as(monkeypatch: pytest.MonkeyPatch, change: Callable[[Record], Record | None]) -> None:
    """From here on, normalising does one thing more."""

    def otherwise(
        record: Record, portal: Portal, *, today: date | None = None
    ) -> tuple[Record | None, tuple[Finding, ...]]:
        found, findings = normalise(record, portal, today=today)
        return change(found), findings

    made: Normalise = otherwise
    monkeypatch.setattr(harvester.replay, "read_page", partial(read_page, normalise=made))


def louder(record: Record) -> Record:
    title = tuple(Text(one.value.upper(), one.language) for one in record.dataset.title)
    return replace(record, dataset=replace(record.dataset, title=title))


def last(archive: Archive) -> Run:
    (run, *_) = archive.runs(limit=1)
    return run


def counted(found: Comparison) -> tuple[int, int, int, int]:
    return found.same, found.different, found.missing, found.extra


THREE = Toy(
    [ToyPage([("a", "Arbres"), ("b", "Bancs")]), ToyPage([("c", "Cantines"), ("a", "Arbres des rues")])], total=3
)


# --- the same ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Archive, list[Portal]]]:
    """The sample federation in every protocol, one record in twenty poisoned."""
    folder: Path = tmp_path_factory.mktemp("replay")
    url = f"sqlite:///{folder / 'archive.db'}"
    with SampleFederation(DATASETS, seed=11, poison=0.05, folder=folder) as federation, Fleet(1, 6) as fleet:
        portals = list(Registry.load(federation.portals_dir, builtin=False))
        hosts = ("{}:{}".format(*federation.host_port),)
        fleet.harvest(Job(portal, url, "Aiguillage-tests", allowed_hosts=hosts) for portal in portals)
    archive = Archive(url)
    yield archive, portals
    archive.close()


@pytest.mark.parametrize("protocol", sorted(SPOKEN))
def test_every_protocol_is_read_again_byte_for_byte(
    harvested: tuple[Archive, list[Portal]], protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, portals = harvested
    monkeypatch.setattr(socket, "socket", no_socket)
    spoken = [portal for portal in portals if portal.protocol == protocol]
    assert spoken
    for portal in spoken[:3]:
        (run,) = archive.runs(portal.id)
        found = replay(archive, run, portal)
        assert counted(found) == (run.counts.accepted, 0, 0, 0), (portal.id, found.keys)
        assert found.same > 0
        assert found.identical


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOYS)
def test_whatever_came_is_read_again_as_it_was(toy: Toy) -> None:
    with empty() as archive:
        walk(archive, toy)
        run = last(archive)
        if not run.pages:
            return
        found = replay(archive, run, RENNES)
        assert counted(found) == (run.counts.accepted, 0, 0, 0)


def test_the_fuller_of_two_copies_stays_and_the_archive_is_left_alone(archive: Archive) -> None:
    walk(archive, THREE)
    before = archive.last_change()
    found = replay(archive, last(archive), RENNES)
    assert (counted(found), found.pages) == ((3, 0, 0, 0), 2)
    assert archive.last_change() == before
    assert archive.count_runs() == 1


def test_an_earlier_run_is_compared_with_what_it_stored_itself(archive: Archive) -> None:
    walk(archive, THREE)
    first = last(archive)
    walk(archive, Toy([ToyPage([("a", "Arbres"), ("c", "Cantines"), ("d", "Digues")])], total=3), LATER)
    assert counted(replay(archive, first, RENNES)) == (3, 0, 0, 0)
    assert counted(replay(archive, last(archive), RENNES)) == (3, 0, 0, 0)


def test_an_unchanged_page_is_read_with_the_body_that_came_before(archive: Archive) -> None:
    toy = replace(THREE, tagged=True)
    walk(archive, toy)
    walk(archive, toy, LATER)
    assert {page.status for page in archive.pages(last(archive).id)} == {304}
    assert counted(replay(archive, last(archive), RENNES)) == (3, 0, 0, 0)


def test_a_limited_run_is_read_to_its_limit(tmp_path: Path) -> None:
    """A huge document, of which a run took a part: the rest is not extra."""
    with serving() as source:
        source.serve("/whole", turtle(range(BATCH * 3), total=BATCH * 3))
        portal = replace(RENNES, protocol=Protocol.DCAT, endpoint=f"{source.url}/whole")
        url = f"sqlite:///{tmp_path / 'archive.db'}"
        with Fleet(1, 1) as fleet:
            jobs = [Job(portal, url, "Aiguillage-tests", limit=limit, allowed_hosts=(source.host,))
                    for limit in (BATCH + 7, None)]  # fmt: skip
            for job in jobs:
                fleet.harvest([job])
    archive = Archive(url)
    whole, limited = archive.runs()
    assert counted(replay(archive, limited, portal)) == (BATCH + 7, 0, 0, 0)
    assert counted(replay(archive, whole, portal)) == (BATCH * 3, 0, 0, 0)
    sizes = [len(batch.records) for batch in harvester.replay._batches(archive, whole, portal, PersonalData.ROLE_ONLY)]
    assert max(sizes) == BATCH  # a document is taken part by part
    archive.close()


# --- what differs -----------------------------------------------------------------------------------------------------


def test_what_another_table_makes_of_it_is_told_and_applied(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(archive, THREE)
    run = last(archive)
    reading_as(monkeypatch, louder)
    found = replay(archive, run, RENNES)
    assert counted(found) == (0, 3, 0, 0)
    assert sorted(found.keys["different"]) == ["a", "b", "c"]
    assert not found.identical
    report = apply(archive, run, RENNES, lambda: LATER)
    assert (report.mode, report.status, report.complete) == (Mode.REPLAY, Status.OK, False)
    assert (report.counts.updated, report.counts.unchanged, report.counts.deleted) == (3, 0, 0)
    assert {record.dataset.title[0].value for record in archive.records()} == {"ARBRES DES RUES", "BANCS", "CANTINES"}


def test_only_what_differs_is_written(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(archive, THREE)
    reading_as(monkeypatch, lambda record: louder(record) if record.source_key == "b" else record)
    report = apply(archive, last(archive), RENNES, lambda: LATER)
    assert (report.counts.updated, report.counts.unchanged) == (1, 2)


def test_records_that_come_no_more_are_missing_and_stay(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(archive, THREE)
    reading_as(monkeypatch, lambda record: None if record.source_key == "b" else record)
    found = replay(archive, last(archive), RENNES)
    assert (counted(found), found.keys["missing"]) == ((2, 0, 1, 0), ("b",))
    assert apply(archive, last(archive), RENNES, lambda: LATER).counts.deleted == 0
    assert len(list(archive.records())) == 3


def test_records_that_had_been_left_out_are_extra(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tests.harvester.toy, "RENNES", replace(RENNES, exclude=("b",)))
    walk(archive, THREE)
    run = last(archive)
    assert counted(replay(archive, run, replace(RENNES, exclude=("b",)))) == (2, 0, 0, 0)
    found = replay(archive, run, RENNES)
    assert (counted(found), found.keys["extra"]) == ((2, 0, 0, 1), ("b",))
    assert apply(archive, run, RENNES, lambda: LATER).counts.added == 1


def test_what_is_left_out_now_is_missing_and_stays_until_the_next_harvest(archive: Archive) -> None:
    walk(archive, THREE)
    asked = replace(RENNES, exclude=("b",))
    found = replay(archive, last(archive), asked)
    assert (counted(found), found.keys["missing"]) == ((2, 0, 1, 0), ("b",))
    assert apply(archive, last(archive), asked, lambda: LATER).counts.deleted == 0


def test_a_page_that_cannot_be_read_any_more_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    walk(archive, THREE)
    monkeypatch.setattr(harvester.replay, "PARSERS", {**PARSERS, Protocol.UNKNOWN: PARSERS[Protocol.CSW]})
    found = replay(archive, last(archive), RENNES)
    assert (counted(found), found.unreadable, found.identical) == ((0, 0, 3, 0), 2, False)


# --- what a replay is not ---------------------------------------------------------------------------------------------


def test_a_replay_is_no_harvest(archive: Archive) -> None:
    """Neither the last run of the portal, nor one to compare with, nor one to ask from; and it pushes no page out."""
    walk(archive, THREE)
    run = last(archive)
    for _ in range(4):
        apply(archive, run, RENNES, lambda: LATER)
    runs = archive.last_runs()[RENNES.id]
    assert runs.attempted.id == run.id
    assert runs.successful is not None
    assert runs.successful.id == run.id
    found = archive.last_successful(RENNES.id, "toy", Mode.FULL, Mode.INCREMENTAL)
    assert found is not None
    assert found.id == run.id
    assert len(list(archive.pages(run.id))) == 2
    assert walk(archive, THREE, LATER).previous == run.id


def test_only_the_newest_run_is_applied(archive: Archive) -> None:
    walk(archive, THREE)
    first = last(archive)
    walk(archive, THREE, LATER)
    with pytest.raises(ReplayRefused) as refused:
        apply(archive, first, RENNES, lambda: LATER)
    assert refused.value.code == "replay-not-newest"
    assert archive.count_runs() == 2


def test_what_goes_on_or_has_no_pages_is_refused(archive: Archive) -> None:
    running = archive.begin_run(RENNES, Start(), NOON)
    with pytest.raises(ReplayRefused) as refused:
        replay(archive, running, RENNES)
    assert refused.value.code == "replay-running"
    archive.finish(running, Ending.FAILED, NOON)
    with pytest.raises(ReplayRefused) as refused:
        replay(archive, archive.run(running.id), RENNES)
    assert refused.value.code == "replay-no-pages"
    for language in ("fr", "en"):
        assert str(running.id) in refused.value.message(language)
