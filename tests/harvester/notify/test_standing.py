"""When a run is worth a message."""

import pytest

from dcat.findings import Severity
from dcat.portal import Occasion
from harvester.notify.standing import Standing, Told, Turn, standing, turn
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import FindingCount
from tests.harvester.notify.examples import report

UNEXPECTED = FindingCount("count-unexpected", Severity.WARNING, 1)


@pytest.mark.parametrize(
    ("status", "stands"),
    [
        (Status.OK, Standing.WELL),
        (Status.HELD, Standing.HELD),
        (Status.PARTIAL, Standing.FAILED),
        (Status.FAILED, Standing.FAILED),
        (Status.BLOCKED, Standing.FAILED),
    ],
)
def test_a_status_says_how_a_portal_stands(status: Status, stands: Standing) -> None:
    assert standing(report(status), 100) is stands


@pytest.mark.parametrize(
    ("accepted", "baseline", "stands"),
    [(80, 100, Standing.WELL), (79, 100, Standing.FALL), (0, 0, Standing.WELL), (5, None, Standing.WELL)],
)
def test_a_fall_is_below_four_fifths_of_the_last_successful_run(
    accepted: int, baseline: int | None, stands: Standing
) -> None:
    assert standing(report(Status.OK, accepted), baseline) is stands


def test_a_number_out_of_what_is_expected_is_a_fall() -> None:
    assert standing(report(Status.OK, 100, UNEXPECTED), 100) is Standing.FALL


def test_an_incremental_run_is_never_a_fall() -> None:
    assert standing(report(Status.OK, 3, mode=Mode.INCREMENTAL), 100) is Standing.WELL
    assert standing(report(Status.OK, 3, UNEXPECTED, mode=Mode.INCREMENTAL), 100) is Standing.WELL


@pytest.mark.parametrize("stands", [Standing.FALL, Standing.HELD])
def test_what_is_missing_is_not_back_because_some_records_changed(stands: Standing) -> None:
    told = Told(stands, 41, baseline=100)
    waits = stands is Standing.HELD
    assert turn(report(Status.OK, 90, mode=Mode.INCREMENTAL), 100, told, waits=waits) is None
    assert turn(report(Status.OK, 90), 100, told, waits=waits) == Turn(stands, Standing.WELL, 100)


def test_a_held_run_that_was_approved_is_over() -> None:
    changes = report(Status.OK, 3, mode=Mode.INCREMENTAL)
    assert turn(changes, 100, Told(Standing.HELD, 41)) == Turn(Standing.HELD, Standing.WELL, 100)


def test_a_portal_that_answers_again_is_well_whatever_was_asked() -> None:
    answers = report(Status.OK, 3, mode=Mode.INCREMENTAL)
    assert turn(answers, 100, Told(Standing.FAILED, 41)) == Turn(Standing.FAILED, Standing.WELL, 100)


def test_what_is_worse_goes_before() -> None:
    assert standing(report(Status.HELD, 3, UNEXPECTED), 100) is Standing.HELD
    assert standing(report(Status.FAILED, 0, UNEXPECTED), 100) is Standing.FAILED


def test_a_first_run_that_is_well_is_no_news() -> None:
    assert turn(report(Status.OK), None, None) is None


def test_the_same_failure_is_told_once_and_its_end_once() -> None:
    first = turn(report(Status.FAILED), 100, None)
    assert first == Turn(Standing.WELL, Standing.FAILED, 100)
    told = Told(Standing.FAILED, 42)
    assert turn(report(Status.BLOCKED), 100, told) is None
    well = turn(report(Status.OK), 100, told)
    assert well == Turn(Standing.FAILED, Standing.WELL, 100)
    assert well.occasion is Occasion.FAILED
    assert turn(report(Status.OK), 100, Told(Standing.WELL, 43)) is None


def test_another_trouble_is_news() -> None:
    assert turn(report(Status.HELD), 100, Told(Standing.FAILED, 41)) == Turn(Standing.FAILED, Standing.HELD, 100)


def test_a_fall_lasts_until_the_records_are_back() -> None:
    """The night after, the last successful run is the fallen one: it is no measure."""
    told = Told(Standing.FALL, 41, baseline=100)
    assert turn(report(Status.OK, 50), 50, told) is None
    assert turn(report(Status.OK, 90), 50, told) == Turn(Standing.FALL, Standing.WELL, 100)
