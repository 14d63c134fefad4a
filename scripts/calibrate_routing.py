"""Writes search/tables/calibration.csv from tests/gold/first-run.csv, and prints the calibration error out of fold.

Isotonic regression (pool adjacent violators) on groups of answers of like score. The answers are those of the first run
on questions that nobody had tuned on: those of later runs would promise too much.
"""

import csv
import random
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from benchmarks.routing import calibration_error
from search.calibration import interpolated

ROOT = Path(__file__).parents[1]
GROUPS, FOLDS, SEED = 10, 5, 1
PRIOR, PRIOR_WEIGHT = 0.97, 2.0
"""What a group is worth before it is looked at: none is right or wrong for certain."""

Pair = tuple[float, bool]


def steps(pairs: Sequence[Pair]) -> tuple[tuple[float, float], ...]:
    """(mean score, share acceptable) of each pooled group, growing."""
    ordered = sorted(pairs)
    bounds = [round(len(ordered) * number / GROUPS) for number in range(GROUPS + 1)]
    pooled: list[list[Pair]] = []
    for low, high in pairwise(bounds):
        pooled.append(ordered[low:high])
        while len(pooled) > 1 and _share(pooled[-2]) >= _share(pooled[-1]):
            last = pooled.pop()
            pooled[-1] = pooled[-1] + last
    return tuple((sum(score for score, _ in group) / len(group), _share(group)) for group in pooled)


def _share(group: Sequence[Pair]) -> float:
    return (sum(right for _, right in group) + PRIOR * PRIOR_WEIGHT) / (len(group) + PRIOR_WEIGHT)


def out_of_fold(pairs: Sequence[Pair]) -> float:
    """The calibration error of steps that were made without the answers that they are tried on."""
    shuffled = random.Random(SEED).sample(pairs, len(pairs))  # noqa: S311 - folds, no secret
    tried: list[Pair] = []
    for fold in range(FOLDS):
        others = [pair for position, pair in enumerate(shuffled) if position % FOLDS != fold]
        line = ((0.0, 0.0), *steps(others))
        tried += [(interpolated(line, score), right) for score, right in shuffled[fold::FOLDS]]
    return calibration_error(tried)


def main() -> None:
    """Write the table."""
    with (ROOT / "tests" / "gold" / "first-run.csv").open(encoding="utf-8") as lines:
        pairs = [(float(row["confidence"]), row["acceptable"] == "yes") for row in csv.DictReader(lines)]
    rows = "".join(f"{score:.4f},{share:.4f}\n" for score, share in steps(pairs))
    (ROOT / "search" / "tables" / "calibration.csv").write_text(f"score,probability\n{rows}", encoding="utf-8")
    print(f"calibration error as it is {calibration_error(pairs)}, out of fold {out_of_fold(pairs)}")


if __name__ == "__main__":
    main()
