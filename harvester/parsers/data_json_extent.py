"""Where and when a dataset of DCAT-US is about: texts most of the time, nodes where a feed follows DCAT-AP."""

import re
from collections.abc import Iterator

from dcat.iri import is_http
from dcat.model import Period, Place, Text
from dcat.rdf.geometry import bounding_box
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.intervals import interval

UNFILLED = re.compile(r"\{\{.*\}\}", re.DOTALL)
"""The place of a value in a template, where the portal had none to put (``{{extent:computeSpatialProperty}}``)."""

_NUMBERS = re.compile(r"[-+\d.eE,; ]+")
_CORNERS = 4


def places(row: Fields) -> Iterator[Place]:
    """``w,s,e,n``, GeoJSON, WKT, an address, a name; several of them; nodes."""
    value = row.value("spatial")
    if row.holds_objects("spatial"):
        if isinstance(value, dict) and ("coordinates" in value or "geometry" in value):
            yield Place(bbox=box_of(value), geometry=geometry_of(value))
            return
        yield from filter(None, map(_node, row.members("spatial")))
        return
    texts = row.texts("spatial") if not _is_numbers(value) else (",".join(map(str, value)),)
    for text in texts:
        if place := _place(text.strip(), row):
            yield place


def _is_numbers(value: object) -> bool:
    return isinstance(value, list) and len(value) == _CORNERS and all(isinstance(one, (int, float)) for one in value)


def _place(text: str, row: Fields) -> Place | None:
    if UNFILLED.search(text):
        row.note("value-ill-typed", "spatial", text)
        return None
    box = box_of(text) or bounding_box(text)
    if box or text.startswith("{"):
        return Place(bbox=box, geometry="" if _NUMBERS.fullmatch(text) else geometry_of(text))
    if _NUMBERS.fullmatch(text):
        row.note("value-ill-typed", "spatial", text)
        return None
    return Place(iri=text) if is_http(text) else Place(label=(Text(text),))


def _node(node: Fields) -> Place | None:
    iri, bbox, geometry = node.text("@id").strip(), node.text("bbox"), node.text("geometry", "asWKT")
    node.ignore("@type")
    found = Place(
        iri=iri if is_http(iri) else "",
        label=node.words("prefLabel", "label", "geographicName", "name"),
        bbox=bounding_box(bbox or geometry),
        geometry=geometry_of(geometry or bbox),
        centroid=geometry_of(node.text("centroid")),
    )
    return found if found != Place() else None


def periods(row: Fields) -> Iterator[Period]:
    """``2009-09-01/2010-05-31``, or nodes."""
    if row.holds_objects("temporal"):
        for node in row.members("temporal"):
            node.ignore("@type")
            start, end = node.text("startDate", "start"), node.text("endDate", "end")
            if start or end:
                yield Period(start=start, end=end)
        return
    for text in row.texts("temporal"):
        if UNFILLED.search(text):
            row.note("value-ill-typed", "temporal", text)
        elif found := interval(text):
            yield found
