"""Extents of régions and départements, and which of them a bounding box means.

``tables/extents.csv`` is built by ``scripts/build_extents.py``, which says from what. A box is compared with
rectangles, not with borders: what it tells is a probability, and the evidence says how it was told.
"""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

from dcat.model import BoundingBox
from dcat.territory import NATIONAL, gazetteer

SAME = 0.75
"""Share of common area from which two boxes are one."""
LIKE = 0.5
BOX, WITHIN_BOX = "box", "within-box"
BOXED = frozenset((BOX, WITHIN_BOX))
"""Evidence of a place that was read from a bounding box alone."""
OVERSEAS = frozenset({"01", "02", "03", "04", "06"})


class Extent(BoundingBox, frozen=True, array_like=True, gc=False):
    """A box in degrees."""

    @property
    def area(self) -> float:
        """In square degrees; at least that of a hundredth of a degree, so that points have one."""
        return max(self.east - self.west, 0.01) * max(self.north - self.south, 0.01)


def territory_of_box(box: BoundingBox) -> tuple[str, float, str]:
    """Code, confidence and evidence: the territory whose extent is the box, else the one that the box lies in;
    empty where none is, or several are."""
    return _territory(Extent(box.west, box.south, box.east, box.north))


@lru_cache(maxsize=4_096)
def _territory(box: Extent) -> tuple[str, float, str]:
    shares = sorted(((_shared(box, extent), code) for code, extent in extents().items()), reverse=True)
    share, code = shares[0]
    if share >= SAME or (share >= LIKE and share > 1.2 * shares[1][0]):
        return code, round(0.5 + 0.4 * share, 2), BOX
    within = [code for code, extent in extents().items() if _holds(extent, box) and code.startswith("departement:")]
    return (within[0], 0.5, WITHIN_BOX) if len(within) == 1 else ("", 0.0, "")


@cache
def extents() -> Mapping[str, Extent]:
    """By code: metropolitan France as a whole, then régions and départements. An overseas région and its département
    have the same; the région stands for both."""
    text = files("dcat").joinpath("tables", "extents.csv").read_text(encoding="utf-8")
    rows = {row["code"]: _extent(row) for row in csv.DictReader(text.splitlines())}
    regions = [code for code in rows if code.startswith("region:") and code.partition(":")[2] not in OVERSEAS]
    boxes = [rows[code] for code in regions]
    whole = Extent(
        min(box.west for box in boxes),
        min(box.south for box in boxes),
        max(box.east for box in boxes),
        max(box.north for box in boxes),
    )
    kept = {code: box for code, box in rows.items() if code.startswith("region:") or not _is_overseas(code)}
    return {NATIONAL: whole, **kept}


def _is_overseas(code: str) -> bool:
    place = gazetteer().get(code)
    return place is not None and place.region.partition(":")[2] in OVERSEAS


def _extent(row: Mapping[str, str]) -> Extent:
    return Extent(*(float(row[name]) for name in ("west", "south", "east", "north")))


def _shared(one: Extent, other: Extent) -> float:
    """Area in common, as a share of the area of both together."""
    width = min(one.east, other.east) - max(one.west, other.west)
    height = min(one.north, other.north) - max(one.south, other.south)
    if width <= 0 or height <= 0:
        return 0.0
    common = width * height
    return common / (one.area + other.area - common)


def _holds(outer: Extent, inner: Extent) -> bool:
    return (
        outer.west <= inner.west
        and outer.south <= inner.south
        and inner.east <= outer.east
        and inner.north <= outer.north
    )
