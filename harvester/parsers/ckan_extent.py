"""Where and when a package's data are about."""

from collections.abc import Iterator

from dcat.model import BoundingBox, Period, Place
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of

SIDES = ("west-long", "south-lat", "east-long", "north-lat")


def places(meta: Fields) -> Iterator[Place]:
    """``spatial_coverage`` of ckanext-dcat, else the extras of ckanext-spatial."""
    if meta.holds_objects("spatial_coverage"):
        yield from map(_covered, meta.members("spatial_coverage"))
        return
    label = meta.words("spatial-text", "spatial_text", "spatial_name", "territory", "spatial_coverage")
    iri, spatial = meta.text("spatial_uri").strip(), meta.value("spatial")
    box, geometry = box_of(spatial) or _box(meta), geometry_of(spatial)
    if geometry and not geometry.startswith("{") and not label and " " not in geometry.rstrip():
        label, geometry = meta.words("spatial"), ""
    if label or iri or box or geometry:
        yield Place(iri=iri, label=label, bbox=box, geometry=geometry)


def periods(meta: Fields) -> Iterator[Period]:
    """``temporal_coverage`` of ckanext-dcat, else ``temporal_start`` and ``temporal_end``."""
    if meta.holds_objects("temporal_coverage"):
        for covered in meta.members("temporal_coverage"):
            yield Period(start=covered.text("start"), end=covered.text("end"))
        return
    start = meta.text("temporal_start", "temporal-extent-begin", "temporal_coverage_from", "temporal_coverage-from")
    end = meta.text("temporal_end", "temporal-extent-end", "temporal_coverage_to", "temporal_coverage-to")
    if start or end:
        yield Period(start=start, end=end)


def _covered(covered: Fields) -> Place:
    bbox = covered.value("bbox")
    return Place(
        iri=covered.text("uri").strip(),
        label=covered.words("text"),
        bbox=box_of(bbox),
        geometry=geometry_of(covered.value("geom")),
        centroid=geometry_of(covered.value("centroid")),
    )


def _box(meta: Fields) -> BoundingBox | None:
    west, south, east, north = (meta.number(f"bbox-{side}") for side in SIDES)
    if west is None or south is None or east is None or north is None:
        return None
    return BoundingBox(west, south, east, north)
