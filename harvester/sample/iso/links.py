"""What a geographic catalogue links to: files, the services over them, the record's own page."""

from collections.abc import Iterator

from msgspec import Struct

from harvester.sample.record import SampleRecord
from harvester.sample.words import FORMATS, GEOGRAPHIC

WEB = "text/html"
LAYER = "Données au format {format}, projection Lambert 93"


class OnlineLink(Struct, frozen=True):
    """One ``CI_OnlineResource``; ``function`` is a code of ISO 19115."""

    address: str
    protocol: str
    name: str
    description: str
    media_type: str
    function: str


def links_of(record: SampleRecord, host: str) -> Iterator[OnlineLink]:
    """The files; for geographic data also a map and a feature service of its own; the page of the record."""
    for file in record.files:
        words = FORMATS.get(file.format)
        media_type = words.media_type if words else "application/octet-stream"
        description = "Format déduit, adresse fictive." if file.synthetic else LAYER.format(format=file.format)
        yield OnlineLink(file.url, "WWW:DOWNLOAD-1.0-http--download", file.title, description, media_type, "download")
    if any(file.format in GEOGRAPHIC for file in record.files):
        yield from _services(record, host)
    yield OnlineLink(
        record.page, "WWW:LINK-1.0-http--link", "Fiche du catalogue", "Fiche de métadonnées", WEB, "information"
    )


def _services(record: SampleRecord, host: str) -> Iterator[OnlineLink]:
    base = f"https://{host}/geoserver/{record.slug}"
    yield OnlineLink(
        f"{base}/wms?service=WMS&request=GetCapabilities", "OGC:WMS-1.3.0-http-get-capabilities", record.slug,
        "Service de visualisation", "application/vnd.ogc.wms_xml", "browsing",
    )  # fmt: skip
    yield OnlineLink(
        f"{base}/wfs?service=WFS&request=GetCapabilities", "OGC:WFS-2.0.0-http-get-capabilities", record.slug,
        "Service de téléchargement", "application/vnd.ogc.wfs_xml", "download",
    )  # fmt: skip
