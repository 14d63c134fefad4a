"""The bounding box of a geometry text: WKT, GML, GeoJSON, or four numbers. Degrees only, longitude and latitude told
apart by the reference system that the text names."""

import re
from collections.abc import Iterator

import msgspec

from dcat.model import BoundingBox

# A polygon longer than this is kept as text only.
MAX_LENGTH = 500_000

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NUMBERS = re.compile(_NUMBER)
_CRS = re.compile(r"""<([^<>\s]*(?:crs|epsg|srs)[^<>\s]*)>|srsName\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_ENVELOPE = re.compile(r"(?:ENVELOPE|BBOX)\s*\(([^()]*)\)", re.IGNORECASE)
_WKT = re.compile(
    r"\b(?:MULTI)?(?:POLYGON|POINT|LINESTRING|SURFACE)\s*(Z\s*|M\s*|ZM\s*)?\(([-+\d.,eE\s()]*)\)", re.IGNORECASE
)
_GML_COORDINATES = re.compile(
    r"<(?:\w+:)?(?:lowerCorner|upperCorner|posList|pos|coordinates)\b[^>]*>([^<]*)</", re.IGNORECASE
)
_BOX_TEXT = re.compile(rf"\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*[,; ]\s*({_NUMBER})\s*")

Points = list[tuple[float, float]]


def bounding_box(text: str) -> BoundingBox | None:
    """None where the text is no geometry, is in another reference system than WGS 84, or lies outside the Earth."""
    if len(text) > MAX_LENGTH:
        return None
    order = _axis_order(text)
    points = _points(text) if order else []
    if order == "yx":
        points = [(y, x) for x, y in points]
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    box = BoundingBox(min(xs), min(ys), max(xs), max(ys))
    return box if box.west >= -180 and box.east <= 180 and box.south >= -90 and box.north <= 90 else None


def wkt(box: BoundingBox) -> str:
    """The box as a WKT polygon, as DCAT-AP wants it."""
    west, south, east, north = (_shortest(number) for number in (box.west, box.south, box.east, box.north))
    return f"POLYGON(({west} {south},{east} {south},{east} {north},{west} {north},{west} {south}))"


def _shortest(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def _axis_order(text: str) -> str:
    """``xy`` (longitude first), ``yx`` (the EPSG register's order for 4326), ``""`` for a system in other units."""
    found = _CRS.search(text)
    if found is None:
        return "xy"
    name = (found.group(1) or found.group(2)).upper()
    if "CRS84" in name or "CRS:84" in name or name == "EPSG:4326" or name.endswith("EPSG.XML#4326"):
        return "xy"
    return "yx" if re.search(r"(?:4326|4258|4171)$", name) else ""


def _points(text: str) -> Points:
    for read in (_geojson, _gml, _wkt, _box):
        points = read(text)
        if points:
            return points
    return []


def _geojson(text: str) -> Points:
    """A geometry, feature or collection; none of it where a number is missing (NaN)."""
    if not text.lstrip().startswith("{"):
        return []
    try:
        return list(_positions(msgspec.json.decode(text.encode("utf-8", "replace"))))
    except (msgspec.DecodeError, RecursionError):
        return []


def _positions(node: object) -> Iterator[tuple[float, float]]:
    if isinstance(node, dict):
        for name in ("coordinates", "geometry", "geometries", "features"):
            yield from _positions(node.get(name))
    elif isinstance(node, list):
        match node:
            case [int() | float() as x, int() | float() as y, *_]:
                yield float(x), float(y)
            case _:
                for inner in node:
                    yield from _positions(inner)


def _gml(text: str) -> Points:
    numbers = [float(n) for part in _GML_COORDINATES.findall(text) for n in _NUMBERS.findall(part)]
    return list(zip(numbers[::2], numbers[1::2], strict=True)) if len(numbers) % 2 == 0 else []


def _wkt(text: str) -> Points:
    envelope = _ENVELOPE.search(text)
    if envelope:
        numbers = [float(n) for n in _NUMBERS.findall(envelope.group(1))]
        # OGC: ENVELOPE(west, east, north, south).
        return [(numbers[0], numbers[3]), (numbers[1], numbers[2])] if len(numbers) == 4 else []
    shape = _WKT.search(text)
    if not shape:
        return []
    pairs = (_NUMBERS.findall(position) for position in re.split(r"[(),]+", shape.group(2)))
    return [(float(pair[0]), float(pair[1])) for pair in pairs if len(pair) >= 2]


def _box(text: str) -> Points:
    """``west,south,east,north``."""
    found = _BOX_TEXT.fullmatch(text)
    if not found:
        return []
    west, south, east, north = map(float, found.groups())
    return [(west, south), (east, north)]
