"""Runs over a changing source: what is kept, what changes, what goes."""

from datetime import timedelta

import pytest

from harvester.archive import Archive, Start
from harvester.errors import ArchiveMixed, RunInProgress, RunLost, UnknownRun
from harvester.runs.outcome import Ending, Status
from tests.harvester.sources import (
    NOON,
    RENNES,
    ROUBAIX,
    catalogue,
    harvest,
    make_record,
    parsed,
    recorder,
    rejected,
    rows,
    take,
    titles,
)

TEN = [f"jeu-{number}" for number in range(10)]
LATER = NOON + timedelta(hours=1)
MUCH_LATER = NOON + timedelta(hours=13)


def test_a_first_run_keeps_every_record_as_it_came(archive: Archive) -> None:
    report = harvest(archive, catalogue(*TEN), declared=10)

    assert report.status is Status.OK
    assert report.complete
    assert (report.counts.received, report.counts.accepted, report.counts.added) == (10, 10, 10)
    assert list(archive.records()) == sorted((make_record(key) for key in TEN), key=lambda record: record.id)
    assert archive.record(make_record("jeu-3").id) == make_record("jeu-3")
    assert archive.counts_by_portal() == {"rennes": 10}


def test_a_second_run_over_an_unchanged_source_stores_nothing_but_its_row(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN), declared=10)
    before, last_change = rows(archive), archive.last_change()
    report = harvest(archive, catalogue(*TEN), declared=10)

    assert report.counts.unchanged == 10
    assert report.counts.added == report.counts.updated == report.counts.deleted == 0
    assert report.previous == 1
    assert rows(archive) == before
    assert archive.last_change() == last_change
    assert archive.count_runs() == 2


def test_a_changed_record_gets_a_version_and_a_change(archive: Archive) -> None:
    first = harvest(archive, catalogue(*TEN))
    seen = archive.last_change()
    second = harvest(archive, [parsed("jeu-0", "Bancs"), *catalogue(*TEN[1:])])

    assert (second.counts.updated, second.counts.unchanged) == (1, 9)
    record = make_record("jeu-0", "Bancs")
    assert [(change.record_id, change.record) for change in archive.changes(seen)] == [(record.id, record)]
    assert [version.run for version in archive.history(record.id)] == [first.run, second.run]


def test_a_record_that_changes_back_is_the_old_one_again(archive: Archive) -> None:
    for title in ("Arbres", "Bancs", "Arbres"):
        harvest(archive, [parsed("jeu-0", title)])
    assert titles(archive) == {"jeu-0": "Arbres"}
    assert len(archive.history(make_record("jeu-0").id)) == 3


def test_a_vanished_record_is_a_tombstone_that_can_come_back(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    seen = archive.last_change()
    gone = harvest(archive, catalogue(*TEN[1:]))

    record = make_record("jeu-0")
    assert gone.counts.deleted == 1
    assert archive.record(record.id) is None
    assert [(change.record_id, change.record) for change in archive.changes(seen)] == [(record.id, None)]

    back = harvest(archive, catalogue(*TEN))
    assert (back.counts.added, back.counts.unchanged) == (1, 9)
    assert archive.record(record.id) == record
    assert len(archive.history(record.id)) == 1


@pytest.mark.parametrize("left", [0, 1, 7])
def test_many_deletions_are_held_and_all_stays(archive: Archive, left: int) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, catalogue(*TEN[:left]))

    assert report.status is Status.HELD
    assert (report.counts.held, report.counts.deleted) == (10 - left, 0)
    assert len(titles(archive)) == 10
    assert "deletions-held" in {found.rule for found in report.findings}


def test_up_to_a_fifth_may_go(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, catalogue(*TEN[2:]))
    assert (report.status, report.counts.deleted) == (Status.OK, 2)


def test_a_lost_page_deletes_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    run = recorder(archive)
    take(run, 0, *catalogue(*TEN[:9]))
    run.page_failed(1, "https://data.example.fr/page/1")
    report = run.finish(Ending.EXHAUSTED)

    assert (report.status, report.complete, report.failed_pages) == (Status.PARTIAL, False, 1)
    assert (report.counts.deleted, report.counts.held) == (0, 0)
    assert len(titles(archive)) == 10


def test_less_than_declared_is_partial_and_deletes_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, catalogue(*TEN[:9]), declared=10)

    assert (report.status, report.complete) == (Status.PARTIAL, False)
    assert len(titles(archive)) == 10
    assert [(found.rule, found.count) for found in report.findings] == [("total-mismatch", 1)]


def test_a_repeated_record_may_hide_a_lost_one_so_nothing_is_deleted(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, catalogue(*TEN[:9], TEN[0]), declared=10)

    assert (report.counts.received, report.counts.merged, report.complete) == (10, 1, False)
    assert len(titles(archive)) == 10


@pytest.mark.parametrize("order", [("Bancs", "Bancs publics"), ("Bancs publics", "Bancs")])
def test_of_two_copies_the_fuller_stays(archive: Archive, order: tuple[str, str]) -> None:
    source = [parsed("jeu-0", order[0]), *catalogue("a", "b"), parsed("jeu-0", order[1])]
    first = harvest(archive, source)
    before = archive.last_change()
    second = harvest(archive, source)

    assert titles(archive)["jeu-0"] == "Bancs publics"
    assert (first.counts.received, first.counts.accepted, first.counts.merged) == (4, 3, 1)
    assert [found.record for found in archive.findings(1).results] == ["jeu-0"]
    assert (second.counts.unchanged, archive.last_change()) == (3, before)


def test_a_known_record_that_cannot_be_read_today_stays(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, [*catalogue(*TEN[1:]), rejected("jeu-0")], declared=10)

    assert (report.counts.accepted, report.counts.rejected, report.counts.deleted) == (9, 1, 0)
    assert report.status is Status.OK
    assert len(titles(archive)) == 10


def test_an_unreadable_record_without_a_key_may_be_any_so_deletions_wait(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, [*catalogue(*TEN[1:]), rejected()], declared=10)

    assert (report.status, report.counts.held, report.counts.rejected) == (Status.HELD, 1, 1)
    assert len(titles(archive)) == 10


def test_an_interrupted_run_keeps_what_came_and_deletes_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, [parsed("jeu-0", "Bancs")], ending=Ending.INTERRUPTED)

    assert (report.status, report.counts.updated) == (Status.PARTIAL, 1)
    assert len(titles(archive)) == 10


def test_a_refusing_portal_is_blocked_and_loses_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    report = harvest(archive, [], ending=Ending.BLOCKED)
    assert (report.status, len(titles(archive))) == (Status.BLOCKED, 10)


def test_one_run_at_a_time_per_portal(archive: Archive) -> None:
    run = archive.begin_run(RENNES, Start(), NOON)
    archive.begin_run(ROUBAIX, Start(), NOON)
    with pytest.raises(RunInProgress) as refused:
        archive.begin_run(RENNES, Start(), NOON + timedelta(minutes=4))
    assert f"exécution {run.id}" in refused.value.message("fr")
    assert f"run {run.id}" in refused.value.message("en")


def test_the_end_of_a_run_takes_nothing_from_another_under_way(archive: Archive) -> None:
    slow, quick = recorder(archive, ROUBAIX), recorder(archive)
    take(slow, 0, *catalogue("a", "b"))
    take(quick, 0, *catalogue("c"))
    quick.finish(Ending.EXHAUSTED)
    assert rows(archive, ["staged"]) == {"staged": 2}
    take(slow, 1, *catalogue("b", "d"))
    counts = slow.finish(Ending.EXHAUSTED).counts
    assert (counts.received, counts.merged, counts.added) == (4, 1, 3)
    assert set(titles(archive, ROUBAIX)) == {"a", "b", "d"}
    assert rows(archive, ["staged"]) == {"staged": 0}


def test_a_heartbeat_keeps_a_slow_run_alive(archive: Archive) -> None:
    run = archive.begin_run(RENNES, Start(), NOON)
    archive.heartbeat(run, NOON + timedelta(minutes=4))
    with pytest.raises(RunInProgress):
        archive.begin_run(RENNES, Start(), NOON + timedelta(minutes=8))


def test_the_run_of_a_dead_process_is_closed_with_what_it_brought(archive: Archive) -> None:
    dead = recorder(archive)
    take(dead, 0, *catalogue("a", "b"))
    silent = archive.begin_run(ROUBAIX, Start(), NOON)

    assert archive.close_abandoned(LATER) == ()  # they can still be gone on with
    closed = archive.close_abandoned(MUCH_LATER)

    assert {run.portal: run.status for run in closed} == {"rennes": Status.PARTIAL, "roubaix": Status.FAILED}
    assert archive.run(silent.id).finished == MUCH_LATER
    assert titles(archive) == {"a": "Arbres", "b": "Arbres"}
    assert [(one.rule, one.count) for one in archive.report(silent.id).findings] == [("run-interrupted", 1)]
    with pytest.raises(RunLost):
        take(dead, 1, *catalogue("c"))
    with pytest.raises(RunLost):
        dead.finish(Ending.EXHAUSTED)
    assert set(titles(archive)) == {"a", "b"}


def test_the_next_run_closes_the_dead_one_of_its_portal(archive: Archive) -> None:
    dead = archive.begin_run(RENNES, Start(), NOON)
    run = archive.begin_run(RENNES, Start(), MUCH_LATER)
    assert archive.run(dead.id).status is Status.FAILED
    assert run.previous == dead.id


def test_sample_and_real_portals_never_mix(database_url: str) -> None:
    sample = RENNES.__class__(
        **{name: getattr(RENNES, name) for name in RENNES.__struct_fields__ if name != "sample"}, sample=True
    )
    archive = Archive(database_url)
    archive.create()
    assert archive.sample() is None
    harvest(archive, catalogue("a"), portal=sample)
    assert archive.sample() is True
    with pytest.raises(ArchiveMixed) as refused:
        harvest(archive, catalogue("a", portal=ROUBAIX), portal=ROUBAIX)
    assert refused.value.code == "archive-sample"
    assert archive.count_runs() == 1
    archive.close()


def test_a_real_archive_refuses_the_sample(archive: Archive) -> None:
    harvest(archive, catalogue("a"))
    sample = ROUBAIX.__class__(
        **{name: getattr(ROUBAIX, name) for name in ROUBAIX.__struct_fields__ if name != "sample"}, sample=True
    )
    with pytest.raises(ArchiveMixed) as refused:
        archive.begin_run(sample, Start(), NOON)
    assert refused.value.code == "archive-real"


def test_an_unknown_run_is_said_to_be_unknown(archive: Archive) -> None:
    with pytest.raises(UnknownRun, match="99"):
        archive.report(99)


def test_last_runs_tells_attempted_from_successful(archive: Archive) -> None:
    good = harvest(archive, catalogue("a"))
    bad = harvest(archive, [], ending=Ending.FAILED)
    only_bad = harvest(archive, [], ending=Ending.FAILED, portal=ROUBAIX)
    last = archive.last_runs()

    assert (last["rennes"].attempted.id, last["rennes"].successful and last["rennes"].successful.id) == (
        bad.run,
        good.run,
    )
    assert (last["roubaix"].attempted.id, last["roubaix"].successful) == (only_bad.run, None)


def test_runs_are_listed_newest_first_by_page(archive: Archive) -> None:
    for _ in range(3):
        harvest(archive, catalogue("a"))
    harvest(archive, catalogue("a", portal=ROUBAIX), portal=ROUBAIX)
    assert [run.id for run in archive.runs(limit=2)] == [4, 3]
    assert [run.id for run in archive.runs("rennes", limit=2, offset=1)] == [2, 1]
    assert archive.count_runs("rennes") == 3


def test_create_may_be_called_again(archive: Archive) -> None:
    harvest(archive, catalogue("a"))
    archive.create()
    assert titles(archive) == {"a": "Arbres"}
