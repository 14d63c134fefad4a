"""ArcGIS Hub: its DCAT-US and DCAT-AP feeds, one document each, every dataset a layer of an item of ArcGIS Online."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.boxes import box_of
from harvester.sample.markup import as_html
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers import pod
from harvester.sample.speakers.data_json import newest
from harvester.sample.speakers.speaker import Desk, conditional
from harvester.sample.words import FORMATS, LICENCES

ITEM = re.compile(r"[0-9a-f]{32}_\d+")
DIV = '<div style="text-align:Left;">{}</div>'
EVERYTHING = "geospatial"
"""The theme of the feeds' default template."""

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
"""Of the DCAT-AP feed; ``ftype`` and ``lang`` are used, and not declared (datagouv/data.gouv.fr#1102)."""

Json = dict[str, Any]


def speak(desk: Desk) -> list[BaseRoute]:
    """The two feeds. The search API is not there."""
    return [
        Route("/api/feed/dcat-us/1.1.json", _feed(desk, dcat_us, pod.catalogue)),
        Route("/api/feed/dcat-ap/2.1.1.json", _feed(desk, dcat_ap, _dcat_ap_catalogue)),
    ]


def _feed(
    desk: Desk, write: Callable[[SampleRecord, str], Json], wrap: Callable[[list[Json]], Json]
) -> Callable[[Request], Any]:
    async def document(request: Request) -> Response:
        records = desk.whole(request, desk.rows())
        host = desk.sample.host
        body = msgspec.json.encode(wrap([write(record, host) for record in records]))
        return conditional(request, body, "application/json; charset=utf-8", newest(records))

    return document


def item_of(record: SampleRecord) -> tuple[str, str]:
    """The item of a record, 32 hexadecimal digits, and its layer. A record of another software's id gets an item."""
    if ITEM.fullmatch(record.source_id):
        item, _, layer = record.source_id.partition("_")
        return item, layer
    return hashlib.blake2b(record.source_id.encode(), digest_size=16).hexdigest(), "0"


def address_of(record: SampleRecord) -> str:
    """What the feeds give as identifier."""
    item, layer = item_of(record)
    return f"https://www.arcgis.com/home/item.html?id={item}&sublayer={layer}"


def dcat_us(record: SampleRecord, host: str) -> Json:
    """One dataset: HTML in texts and licence, a box as text, the page and the service among the distributions."""
    box = box_of(record.territory)
    item, layer = item_of(record)
    landing = {"title": "ArcGIS Hub Dataset", "format": "Web Page", "mediaType": "text/html", "accessURL": record.page}
    service = {
        "title": "ArcGIS GeoService",
        "format": "ArcGIS GeoServices REST API",
        "mediaType": "application/json",
        "accessURL": f"https://services.arcgis.com/{item[:16]}/arcgis/rest/services/{record.slug}/FeatureServer/{layer}",
    }
    files = [{"@type": "dcat:Distribution", **one} for one in (landing, service)]
    return {
        **pod.dataset(record, host),
        "identifier": address_of(record),
        "description": DIV.format(as_html(record.description)),
        "license": DIV.format(_licence(record)),
        "spatial": f"{box.west},{box.south},{box.east},{box.north}",
        "theme": [EVERYTHING],
        "distribution": [*files, *({**pod.distribution(file), "accessURL": file.url} for file in record.files)],
    }


def dcat_ap(record: SampleRecord, host: str) -> Json:
    """The same in DCAT-AP's terms."""
    identifier = address_of(record)
    return {
        "@type": "dcat:Dataset",
        "@id": identifier,
        "dct:identifier": identifier,
        "dct:title": record.title,
        "dct:description": DIV.format(as_html(record.description)),
        "dcat:contactPoint": {
            "@type": "vcard:Contact",
            "vcard:fn": record.publisher.name,
            "vcard:hasEmail": f"mailto:donnees@{host.removeprefix('www.')}",
        },
        "dct:publisher": {"foaf:name": record.publisher.name},
        "dcat:theme": EVERYTHING,
        "dcat:landingPage": record.page,
        "dct:accessRights": "public",
        "dcat:keyword": list(record.keywords),
        "dct:language": {"@id": "lang/FRE"} if record.language == "fr" else record.language,
        "dct:issued": record.issued,
        "dct:modified": record.modified,
        "dct:spatial": record.territory_name,
        "dct:license": _licence(record),
        "dcat:distribution": [_file(file) for file in record.files],
    }


def _dcat_ap_catalogue(datasets: list[Json]) -> Json:
    return {"@context": CONTEXT, "@type": "dcat:Catalog", "dcat:dataset": datasets}


def _file(file: File) -> Json:
    words = FORMATS.get(file.format)
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.title,
        "dct:format": {"@id": f"ftype/{words.code}"} if words else file.format,
        "dcat:accessUrl": file.url,
    }


def _licence(record: SampleRecord) -> str:
    licence = LICENCES.get(record.licence)
    if licence is None:
        return record.licence
    return f"{licence.title} {licence.url}".strip()
