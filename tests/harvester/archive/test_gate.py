"""Deletions that wait, are approved, or turn out to be other identifiers."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.archive import Archive, Change
from harvester.errors import NotHeld, UnknownRun
from harvester.parsers.page import ParsedRecord
from harvester.runs.outcome import Ending, Status
from harvester.runs.report import Report
from tests.harvester.sources import NOON, ROUBAIX, catalogue, harvest, make_record, parsed, rejected, titles
from tests.harvester.toy import empty

TEN = tuple(f"jeu-{number}" for number in range(10))
LATER = NOON + timedelta(days=1)


def approve(archive: Archive, report: Report) -> Report:
    assert report.run is not None
    return archive.approve(report.run, "Camille", LATER)


def test_what_was_held_goes_once_it_is_approved(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    harvest(archive, catalogue("a", "b", portal=ROUBAIX), portal=ROUBAIX)
    held = harvest(archive, catalogue(*TEN[:4]))
    seen = archive.last_change()
    assert (held.status, held.counts.held) == (Status.HELD, 6)

    report = approve(archive, held)

    assert (report.status, report.counts.held, report.counts.deleted) == (Status.OK, 0, 6)
    assert set(titles(archive)) == set(TEN[:4])
    assert len(titles(archive, ROUBAIX)) == 2
    gone = sorted(make_record(key).id for key in TEN[4:])
    assert [(change.record_id, change.record) for change in archive.changes(seen)] == [
        (record, None) for record in gone
    ]
    assert held.run is not None
    run = archive.run(held.run)
    assert (run.approved, run.approved_by) == (LATER, "Camille")


def test_approved_twice_is_approved_once(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    held = harvest(archive, catalogue(*TEN[:4]))
    first = approve(archive, held)
    seen = archive.last_change()
    assert held.run is not None
    assert archive.approve(held.run, "Dominique", LATER) == first
    assert archive.last_change() == seen
    assert archive.run(held.run).approved_by == "Camille"


def test_what_came_back_meanwhile_stays(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    held = harvest(archive, catalogue(*TEN[:4]))
    harvest(archive, catalogue(*TEN[:4], TEN[9]), ending=Ending.CAPPED)
    report = approve(archive, held)
    assert report.counts.deleted == 5
    assert set(titles(archive)) == {*TEN[:4], TEN[9]}


def test_an_approved_record_can_come_back(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    approve(archive, harvest(archive, catalogue(*TEN[:4])))
    report = harvest(archive, catalogue(*TEN))
    assert (report.counts.added, report.counts.unchanged) == (6, 4)
    assert set(titles(archive)) == set(TEN)
    assert len(archive.history(make_record(TEN[9]).id)) == 1


def test_a_run_that_is_not_held_is_refused(archive: Archive) -> None:
    report = harvest(archive, catalogue(*TEN))
    with pytest.raises(NotHeld) as refused:
        approve(archive, report)
    assert refused.value.code == "run-not-held"
    assert "(ok)" not in refused.value.message("fr")
    with pytest.raises(UnknownRun):
        archive.approve(99, "Camille", LATER)
    assert len(titles(archive)) == 10


def test_a_newer_whole_reading_counts_instead(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    held = harvest(archive, catalogue(*TEN[:4]))
    newer = harvest(archive, catalogue(*TEN[:5]))
    with pytest.raises(NotHeld) as refused:
        approve(archive, held)
    assert (refused.value.code, refused.value.values["newer"]) == ("run-superseded", newer.run)
    assert len(titles(archive)) == 10
    assert approve(archive, newer).counts.deleted == 5


# --- other identifiers -----------------------------------------------------------------------------------------------


def named(prefix: str, *numbers: int, title: str = "Jeu") -> list[ParsedRecord]:
    return [parsed(f"{prefix}-{number}", f"{title} {number}") for number in numbers]


def test_other_identifiers_are_known_again_by_title(archive: Archive) -> None:
    harvest(archive, named("ancien", *range(10)))
    seen = archive.last_change()
    report = harvest(archive, named("nouveau", *range(10)))

    assert (report.status, report.counts.added, report.counts.deleted, report.counts.held) == (Status.OK, 10, 10, 0)
    assert [(one.rule, one.count) for one in report.findings] == [("identifiers-changed", 1)]
    assert report.run is not None
    assert archive.findings(report.run, "identifiers-changed").results[0].value == "10/10"
    assert set(titles(archive)) == {f"nouveau-{number}" for number in range(10)}
    changes = list(archive.changes(seen))
    successor = {make_record(f"ancien-{n}").id: make_record(f"nouveau-{n}").id for n in range(10)}
    assert {change.record_id: change.successor for change in changes[:10]} == successor
    assert all(change.record is None for change in changes[:10])
    assert all(change.record is not None for change in changes[10:])


def test_what_is_found_again_goes_and_the_rest_is_held(archive: Archive) -> None:
    harvest(archive, named("ancien", *range(10)))
    report = harvest(archive, named("nouveau", *range(8)))
    # Two of ten have really gone: within the gate.
    assert (report.status, report.counts.deleted, report.counts.held) == (Status.OK, 10, 0)
    assert len(titles(archive)) == 8


def budgets(prefix: str) -> list[ParsedRecord]:
    return [parsed(f"{prefix}-{number}", "Budget") for number in range(10)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(named("a", *range(4)), named("b", *range(4)), id="few"),
        pytest.param(named("a", *range(10)), named("b", *range(7)), id="a third is not found again"),
        pytest.param(named("a", *range(10)), named("b", *range(10), title="Autre"), id="other titles"),
        pytest.param(budgets("a"), budgets("b"), id="same titles"),
        pytest.param(named("a", *range(10)), [*named("b", *range(10)), rejected()], id="one without a key"),
    ],
)
def test_doubt_is_held(archive: Archive, before: list[ParsedRecord], after: list[ParsedRecord]) -> None:
    harvest(archive, before)
    report = harvest(archive, after)
    assert (report.status, report.counts.deleted) == (Status.HELD, 0)
    assert report.counts.held == len(before)


def test_a_partial_reading_tells_nothing_of_identifiers(archive: Archive) -> None:
    harvest(archive, named("a", *range(10)))
    report = harvest(archive, named("b", *range(10)), ending=Ending.CAPPED)
    assert (report.counts.deleted, len(titles(archive))) == (0, 20)


def test_a_successor_that_leaves_again_is_forgotten(archive: Archive) -> None:
    harvest(archive, named("a", *range(10)))
    harvest(archive, named("b", *range(10)))
    seen = archive.last_change()
    report = harvest(archive, named("a", *range(10)))
    assert (report.status, report.counts.added, report.counts.deleted) == (Status.OK, 10, 10)
    last: dict[str, Change] = {change.record_id: change for change in archive.changes(seen)}
    assert last[make_record("b-3").id].successor == make_record("a-3").id
    assert last[make_record("a-3").id].successor == ""
    assert last[make_record("a-3").id].record is not None


# --- laws ------------------------------------------------------------------------------------------------------------

KEYS = st.lists(st.integers(0, 14), unique=True, max_size=15)
SOURCES = st.tuples(st.sampled_from("ab"), KEYS, st.sampled_from([Ending.EXHAUSTED, Ending.EXHAUSTED, *Ending]))


@settings(max_examples=40, deadline=None)
@given(st.lists(SOURCES, min_size=1, max_size=5))
def test_a_dry_run_says_the_same_whatever_the_identifiers(sources: list[tuple[str, list[int], Ending]]) -> None:
    with empty() as archive:
        for prefix, numbers, ending in sources:
            before = len(titles(archive))
            dry = harvest(archive, named(prefix, *numbers), ending=ending, dry_run=True)
            report = harvest(archive, named(prefix, *numbers), ending=ending)
            counts, found = report.counts, {one.rule for one in report.findings}
            assert (dry.status, dry.counts) == (report.status, counts)
            assert len(titles(archive)) == before + counts.added - counts.deleted
            assert not counts.deleted or report.complete
            # Beyond the gate only what lives on under another identifier goes.
            assert counts.deleted <= before * 0.2 or "identifiers-changed" in found
            assert len(titles(archive)) >= before * 0.8


@settings(max_examples=40, deadline=None)
@given(st.lists(SOURCES, min_size=2, max_size=5), st.data())
def test_an_approval_deletes_what_was_not_seen_since_and_nothing_else(
    sources: list[tuple[str, list[int], Ending]], data: st.DataObject
) -> None:
    with empty() as archive:
        came: list[set[str]] = []
        for prefix, numbers, ending in sources:
            harvest(archive, named(prefix, *numbers), ending=ending)
            came.append({f"{prefix}-{number}" for number in numbers})
        run = data.draw(st.integers(1, len(sources)))
        before = set(titles(archive))
        try:
            archive.approve(run, "Camille", LATER)
        except NotHeld:
            assert set(titles(archive)) == before
        else:
            seen = set().union(*came[run - 1 :])
            assert set(titles(archive)) == before & seen
