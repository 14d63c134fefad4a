"""From a score between 0 and 1 to how often routes of that score are acceptable.

``tables/calibration.csv`` is written by ``scripts/calibrate_routing.py`` from questions that the program had not seen.
"""

import csv
from bisect import bisect_right
from functools import cache
from importlib.resources import files


@cache
def steps() -> tuple[tuple[float, float], ...]:
    """(score, probability), both growing."""
    text = files("search.tables").joinpath("calibration.csv").read_text(encoding="utf-8")
    return tuple((float(row["score"]), float(row["probability"])) for row in csv.DictReader(text.splitlines()))


def calibrated(score: float) -> float:
    """The probability, on the straight line between two steps (the first begins at 0, the last ends at 1); more score
    is never less of it."""
    return interpolated(((0.0, 0.0), *steps(), (1.0, steps()[-1][1])), score)


def interpolated(points: tuple[tuple[float, float], ...], score: float) -> float:
    """On the line through points in order, level outside of them."""
    after = bisect_right(points, score, key=lambda point: point[0])
    if after in (0, len(points)):
        return points[min(after, len(points) - 1)][1]
    (low, first), (high, second) = points[after - 1 : after + 1]
    return first + (second - first) * (score - low) / (high - low)
