"""Build ``dcat/tables/extents.csv``: the extents of régions and départements, for reading bounding boxes.

    python -m scripts.build_extents ZONES.csv.gz

ZONES has a row a territory: ``zone_id, level, …, bbox_west, bbox_south, bbox_east, bbox_north``, boxes around the
centres of member communes (INSEE, IGN and La Poste, Licence Ouverte). Such boxes are a little too small: they are
rounded outwards to the next twentieth of a degree. The same input gives the same bytes.
"""

import csv
import gzip
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

TARGET = Path(__file__).parents[1] / "dcat" / "tables" / "extents.csv"
STEPS = 20
"""To a degree."""
COLUMNS = ("code", "west", "south", "east", "north")


def main() -> int:
    """Write the table; 2 without exactly one argument."""
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with gzip.open(sys.argv[1], "rt", encoding="utf-8") as zones, TARGET.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(extents(zones))
    return 0


def extents(zones: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Code and box of every région and département that has one."""
    for row in csv.DictReader(zones):
        if row["level"] in {"region", "departement"} and row["bbox_west"]:
            west, south = (_rounded(row[name], math.floor) for name in ("bbox_west", "bbox_south"))
            east, north = (_rounded(row[name], math.ceil) for name in ("bbox_east", "bbox_north"))
            yield row["zone_id"].removeprefix("fr:"), west, south, east, north


def _rounded(degrees: str, outwards: Callable[[float], int]) -> str:
    return f"{outwards(float(degrees) * STEPS) / STEPS:.2f}"


if __name__ == "__main__":
    sys.exit(main())
