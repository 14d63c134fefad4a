"""Years and formats asked for."""

import re

from search.question.tokens import Token

YEAR = re.compile(r"(?:19|20)\d\d")
FORMATS = {
    "csv": "CSV", "json": "JSON", "geojson": "GEOJSON", "xml": "XML", "kml": "KML", "gml": "GML", "pdf": "PDF",
    "xlsx": "XLSX",
    "xls": "XLS", "excel": "XLSX", "ods": "ODS", "shp": "SHP", "shapefile": "SHP", "gpkg": "GPKG", "geopackage": "GPKG",
    "parquet": "PARQUET", "wms": "WMS_SRVC", "wfs": "WFS_SRVC", "wmts": "WMTS_SRVC",
    "rdf": "RDF", "turtle": "RDF_TURTLE",
}  # fmt: skip
"""Words for a format → EU file type."""


def read_period(tokens: tuple[Token, ...]) -> tuple[int, int] | None:
    """First and last year named."""
    years = [int(token.word) for token in tokens if YEAR.fullmatch(token.word)]
    return (min(years), max(years)) if years else None


def read_formats(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    """EU file types named, in order."""
    return tuple(dict.fromkeys(FORMATS[token.word] for token in tokens if token.word in FORMATS))


def is_detail(word: str) -> bool:
    """Whether a word only says when or in what format."""
    return word in FORMATS or bool(YEAR.fullmatch(word))
