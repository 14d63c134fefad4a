"""Bounding boxes from the four ways of writing them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.model import BoundingBox
from dcat.rdf.geometry import bounding_box, wkt

BOX = BoundingBox(1.0, 46.0, 3.0, 48.0)
GML = (
    '<gml:Envelope srsName="{}"><gml:lowerCorner>{}</gml:lowerCorner>'
    "<gml:upperCorner>{}</gml:upperCorner></gml:Envelope>"
)
EPSG = "http://www.opengis.net/def/crs/EPSG/0/4326"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

TEXTS = [
    "POLYGON((1 46,3 46,3 48,1 48,1 46))",
    "polygon ((1.0 46.0, 3.0 46.0, 3.0 48.0, 1.0 48.0, 1.0 46.0))",
    "MULTIPOLYGON(((1 46,3 46,3 48,1 46)))",
    "POLYGON Z ((1 46 0,3 46 0,3 48 0,1 46 0))",
    f"<{CRS84}> POLYGON((1 46,3 46,3 48,1 48,1 46))",
    f"<{EPSG}> POLYGON((46 1,46 3,48 3,48 1,46 1))",
    "ENVELOPE(1, 3, 48, 46)",
    GML.format(EPSG, "46 1", "48 3"),
    GML.format("urn:ogc:def:crs:EPSG::4326", "46 1", "48 3"),
    GML.format(CRS84, "1 46", "3 48"),
    '{"type":"Polygon","coordinates":[[[1,46],[3,46],[3,48],[1,48],[1,46]]]}',
    '{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,46],[3,48]]}}',
    '{"type":"MultiPoint","coordinates":[[1.0,46.0,12.5],[3.0,48.0,12.5]]}',
    "1,46,3,48",
]


@pytest.mark.parametrize("text", TEXTS)
def test_box(text: str) -> None:
    assert bounding_box(text) == BOX


NOT_BOXES = [
    "",
    "Rennes",
    "https://sws.geonames.org/2983990/",
    "POLYGON EMPTY",
    "POLYGON((1 46,",
    '{"type":"Polygon","coordinates":[[[4,45],[4,NaN],[4,46]]]}',
    '{"type":"Polygon"}',
    "<http://www.opengis.net/def/crs/EPSG/0/2154> POLYGON((350000 6789000,360000 6789000,350000 6789000))",
    "POLYGON((350000 6789000,360000 6789000,360000 6799000,350000 6789000))",
    "[" * 100_000,
    '{"coordinates":' + "[" * 100_000,
    "POLYGON((" + "1 46," * 200_000,
]


@pytest.mark.parametrize("text", NOT_BOXES, ids=range(len(NOT_BOXES)))
def test_no_box(text: str) -> None:
    assert bounding_box(text) is None


@given(st.floats(-179, 179), st.floats(-89, 89), st.floats(0, 1), st.floats(0, 1))
def test_written_box_reads_back(west: float, south: float, width: float, height: float) -> None:
    box = BoundingBox(west, south, west + width, south + height)
    assert bounding_box(wkt(box)) == box


@given(st.text(alphabet='POLYGN(){}[]"<>:, 0123456789.-eE', max_size=80))
def test_any_text_is_read_without_error(text: str) -> None:
    bounding_box(text)
