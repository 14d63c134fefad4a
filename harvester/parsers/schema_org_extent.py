"""Where and when a dataset of schema.org is about. Its shapes give the latitude first."""

import math
import re
from collections.abc import Iterator

from dcat.iri import is_http
from dcat.model import BoundingBox, Period, Place, Text
from harvester.parsers.fields import Fields
from harvester.parsers.intervals import interval

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
MOST_NUMBERS = 20_000

Pairs = list[tuple[float, float]]


def places(row: Fields) -> Iterator[Place]:
    """Names, addresses, ``Place`` nodes with a shape or a point."""
    for name in ("spatialCoverage", "spatial", "contentLocation"):
        if row.value(name) is None:
            continue
        if not row.holds_objects(name):
            for text in row.texts(name):
                yield Place(iri=text) if is_http(text) else Place(label=(Text(text),))
        else:
            yield from filter(None, map(_place, row.members(name)))
        return


def _place(node: Fields) -> Place | None:
    iri = next(filter(is_http, (node.text("@id"), *node.texts("sameAs"), node.text("url"))), "")
    shapes = node.members("geo") if node.holds_objects("geo") else (node,)
    box, geometry = next((found for found in map(_shape, shapes) if found[0]), (None, ""))
    point = next(filter(None, map(_point, (*shapes, node))), "")
    found = Place(iri=iri, label=node.words("name"), bbox=box, geometry=geometry, centroid=point)
    return found if found != Place() else None


def _shape(shape: Fields) -> tuple[BoundingBox | None, str]:
    """``box`` is the corner south-west, then the corner north-east; ``polygon`` and ``line`` are positions. Each is
    latitude, then longitude, parted by blanks or commas."""
    for name in ("box", "polygon", "line"):
        positions = _positions(shape.text(name))
        if not positions:
            continue
        if box := _around(positions):
            return box, _polygon(positions) if name == "polygon" else ""
        shape.note("value-ill-typed", name, shape.text(name))
        if name == "box" and (box := _around([(east, north) for north, east in positions])):
            return box, ""
    return None, ""


def _positions(text: str) -> Pairs:
    numbers = [float(number) for number in _NUMBER.findall(text[: MOST_NUMBERS * 20])]
    if len(numbers) < 4 or len(numbers) % 2 or not all(map(math.isfinite, numbers)):
        return []
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _around(positions: Pairs) -> BoundingBox | None:
    """None where one of them is nowhere on Earth."""
    norths, easts = [one[0] for one in positions], [one[1] for one in positions]
    box = BoundingBox(min(easts), min(norths), max(easts), max(norths))
    return box if box.south >= -90 and box.north <= 90 and box.west >= -180 and box.east <= 180 else None


def _polygon(positions: Pairs) -> str:
    """As WKT, longitude first."""
    return f"POLYGON(({','.join(f'{east:.10g} {north:.10g}' for north, east in positions)}))"


def _point(node: Fields) -> str:
    north, east = node.number("latitude"), node.number("longitude")
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:
        return ""
    return f"POINT({east:.10g} {north:.10g})"


def periods(row: Fields) -> Iterator[Period]:
    """Intervals of ISO 8601, or nodes with a start and an end."""
    for name in ("temporalCoverage", "temporal"):
        if row.value(name) is None:
            continue
        if row.holds_objects(name):
            for node in row.members(name):
                start, end = node.text("startDate"), node.text("endDate")
                if start or end:
                    yield Period(start=start, end=end)
        else:
            yield from filter(None, map(interval, row.texts(name)))
        return
