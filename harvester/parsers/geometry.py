"""GeoJSON as JSON sources hold it: an object, a feature around it, or a text of either."""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from dcat.model import BoundingBox

# A geometry of more characters is a map, not the extent of a dataset: its box is kept.
LONGEST_GEOMETRY = 100_000


def geometry_of(value: Any) -> str:
    """The GeoJSON text of a geometry; a text that is none as it is; ``""`` where there is none."""
    found = _geometry(value)
    if found is not None:
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        return text if len(text) <= LONGEST_GEOMETRY else ""
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST_GEOMETRY else ""


def box_of(value: Any) -> BoundingBox | None:
    """The smallest box around a geometry's positions; None where one of them is nowhere on Earth."""
    found = _geometry(value)
    positions = list(_positions(found)) if found is not None else []
    if not positions:
        return None
    easts, norths = [one[0] for one in positions], [one[1] for one in positions]
    west, east, south, north = min(easts), max(easts), min(norths), max(norths)
    return (
        BoundingBox(west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None
    )


def _geometry(value: Any) -> dict[str, Any] | None:
    """The geometry in a feature, or the object that has coordinates or geometries."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = msgspec.json.decode(value)
        except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
            return None
    if isinstance(value, dict) and isinstance(value.get("geometry"), dict):
        value = value["geometry"]
    return value if isinstance(value, dict) and ("coordinates" in value or "geometries" in value) else None


def _positions(geometry: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Walked without recursion: a source may nest as deep as it likes."""
    waiting: list[Any] = [geometry.get("coordinates"), geometry.get("geometries")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [value.get("coordinates"), value.get("geometries")]
        elif isinstance(value, list) and len(value) >= 2 and all(_is_degree(one) for one in value[:2]):
            yield float(value[0]), float(value[1])
        elif isinstance(value, list):
            waiting += value


def _is_degree(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
