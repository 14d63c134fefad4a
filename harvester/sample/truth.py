"""``truth.csv``: what is really so of every served record (design §6)."""

import csv
from collections.abc import Iterable
from pathlib import Path

import msgspec

from harvester.sample.record import TruthRow

COLUMNS = TruthRow.__struct_fields__


def write_truth(rows: Iterable[TruthRow], path: Path) -> None:
    """Row by row; the finished file takes the place of an older one at once."""
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(msgspec.structs.astuple(row) for row in rows)
    unfinished.replace(path)
