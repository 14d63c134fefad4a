"""The status of a run and the deletion gate, row by row (design §5 and §7)."""

import pytest

from harvester.runs.outcome import (
    Ending,
    Mode,
    Status,
    Tally,
    Walk,
    deletions_allowed,
    held,
    proven_complete,
    status_of,
)

FULL = Mode.FULL
ALL = Tally(received=10, accepted=10, live=10)
NOTHING = Tally(live=10, missing=10)


def missing(count: int, live: int = 10) -> Tally:
    return Tally(received=live - count, accepted=live - count, live=live, missing=count)


@pytest.mark.parametrize(
    ("walk", "tally", "status"),
    [
        (Walk(FULL, Ending.EXHAUSTED, declared=10), ALL, Status.OK),
        (Walk(FULL, Ending.EXHAUSTED), ALL, Status.OK),
        (Walk(FULL, Ending.EXHAUSTED, declared=0), Tally(), Status.OK),
        (Walk(FULL, Ending.EXHAUSTED, declared=11), ALL, Status.PARTIAL),
        (Walk(FULL, Ending.EXHAUSTED, declared=10, failed_pages=1), ALL, Status.PARTIAL),
        (Walk(FULL, Ending.CAPPED, declared=10), ALL, Status.PARTIAL),
        (Walk(FULL, Ending.INTERRUPTED), ALL, Status.PARTIAL),
        (Walk(FULL, Ending.FAILED), ALL, Status.PARTIAL),
        (Walk(FULL, Ending.FAILED), NOTHING, Status.FAILED),
        (Walk(FULL, Ending.EXHAUSTED, declared=10), NOTHING, Status.FAILED),
        (Walk(FULL, Ending.EXHAUSTED, failed_pages=1), NOTHING, Status.FAILED),
        (Walk(FULL, Ending.BLOCKED), NOTHING, Status.BLOCKED),
        (Walk(FULL, Ending.BLOCKED, declared=20), ALL, Status.BLOCKED),
        (Walk(FULL, Ending.LIMITED, declared=2000), ALL, Status.OK),
        (Walk(Mode.INCREMENTAL, Ending.EXHAUSTED), missing(9), Status.OK),
        (Walk(FULL, Ending.EXHAUSTED, declared=8), missing(2), Status.OK),
        (Walk(FULL, Ending.EXHAUSTED, declared=7), missing(3), Status.HELD),
        (Walk(FULL, Ending.EXHAUSTED, declared=0), NOTHING, Status.HELD),
    ],
)
def test_status(walk: Walk, tally: Tally, status: Status) -> None:
    assert status_of(walk, tally) is status


@pytest.mark.parametrize(
    "walk",
    [
        Walk(Mode.INCREMENTAL, Ending.EXHAUSTED),
        Walk(FULL, Ending.EXHAUSTED, declared=10),
        Walk(FULL, Ending.EXHAUSTED, failed_pages=1),
        *(Walk(FULL, ending) for ending in Ending if ending is not Ending.EXHAUSTED),
    ],
)
def test_only_a_proven_complete_full_run_deletes(walk: Walk) -> None:
    one_gone = missing(1)
    assert not proven_complete(walk, one_gone)
    assert not deletions_allowed(walk, one_gone)
    assert held(walk, one_gone) == 0


@pytest.mark.parametrize(
    ("gone", "live", "allowed"), [(1, 5, True), (1, 4, False), (20, 100, True), (21, 100, False), (1, 1, False)]
)
def test_the_gate_lets_a_fifth_through_and_never_the_last(gone: int, live: int, *, allowed: bool) -> None:
    walk = Walk(FULL, Ending.EXHAUSTED)
    assert deletions_allowed(walk, missing(gone, live)) is allowed
    assert held(walk, missing(gone, live)) == (0 if allowed else gone)


def test_repeated_records_do_not_count_towards_the_declared_total() -> None:
    tally = Tally(received=10, accepted=9, live=10, missing=1)
    assert tally.merged == 1
    assert not proven_complete(Walk(FULL, Ending.EXHAUSTED, declared=10), tally)
