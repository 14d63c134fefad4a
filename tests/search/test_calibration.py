"""What a score is worth: growing, between 0 and 1, and the line through the steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.calibration import calibrated, interpolated, steps


@pytest.mark.parametrize(("score", "value"), [(0.0, 0.2), (0.1, 0.2), (0.3, 0.4), (0.5, 0.6), (0.9, 0.6)])
def test_the_line_through_two_points(score: float, value: float) -> None:
    assert interpolated(((0.1, 0.2), (0.5, 0.6)), score) == pytest.approx(value)


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_score_is_never_less_probable(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= calibrated(low) <= calibrated(high) <= 1


def test_steps_grow() -> None:
    assert list(steps()) == sorted(steps())
    assert calibrated(0.0) == 0.0
    assert calibrated(1.0) == steps()[-1][1] < 1
