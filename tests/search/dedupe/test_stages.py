"""What is measured of a rebuild, and what is held back meanwhile."""

import gc

import pytest

from search.dedupe import stages
from search.dedupe.collecting import SELDOM, collecting_seldom
from search.dedupe.stages import Seconds, Stages


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stages:
    """Each look at the time is one second of the clock and half a second of the processor after the last."""
    seconds = iter(range(1_000))
    monkeypatch.setattr(stages, "_now", lambda: Seconds((second := next(seconds)) / 2, second))
    return Stages()


def test_what_a_stage_does_within_another_counts_once(watch: Stages) -> None:
    with watch.of("outer"), watch.of("inner"):
        pass
    assert watch.taken == {"outer": Seconds(1.0, 2), "inner": Seconds(0.5, 1)}


def test_items_count_for_who_makes_them(watch: Stages) -> None:
    with watch.of("use"):
        assert list(watch.each("make", "ab")) == ["a", "b"]
    assert watch.taken["make"].clock == 3  # two items, and the end


def test_cycles_are_looked_for_seldom_and_as_before_after_a_failure() -> None:
    before, seen = gc.get_threshold(), []

    def fail() -> None:
        with collecting_seldom():
            seen.append(gc.get_threshold()[0])
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert (seen, gc.get_threshold()) == ([SELDOM], before)


def test_what_was_taken_elsewhere_takes_none_of_our_clock(watch: Stages) -> None:
    with watch.of("decide"):
        pass
    watch.add({"decide": Seconds(2.0, 3.0), "read": Seconds(1.0, 1.0)})
    assert watch.taken == {"decide": Seconds(2.5, 1), "read": Seconds(1.0, 0.0)}
