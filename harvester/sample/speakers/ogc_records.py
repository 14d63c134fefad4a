"""OGC API – Records as pycsw gives it: features with links, ``next`` to be followed, at most a thousand a page."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dcat.text import fold
from harvester.sample.boxes import box_of
from harvester.sample.paging import Page, Rows
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url, integer
from harvester.sample.words import FORMATS, LICENCES

COLLECTION = "metadata:main"
DEFAULT_LIMIT = 10
LARGEST_LIMIT = 1_000
JSON = "application/json"
GEO_JSON = "application/geo+json"
SORTS = {"recordUpdated": "processed", "updated": "modified", "title": "title"}
SPDX = {"lov2": "etalab-2.0", "odc-odbl": "ODbL-1.0", "cc-by": "CC-BY-4.0"}
THEME = "http://publications.europa.eu/resource/authority/data-theme"

Json = dict[str, Any]


class RecordsPortal:
    """One catalogue with one collection."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """Landing page, collection, items."""
        collection = f"/collections/{COLLECTION}"
        return [
            Route("/collections", self.collections),
            Route(collection, self.collection),
            Route(f"{collection}/items", self.items),
            Route(f"{collection}/items/{{record:path}}", self.item),
        ]

    async def collections(self, request: Request) -> Response:
        """The only one."""
        return _json({"collections": [self._collection(request)], "links": []})

    async def collection(self, request: Request) -> Response:
        """What it is and where its records are."""
        return _json(self._collection(request))

    async def items(self, request: Request) -> Response:
        """A page of records; 400 on a parameter that cannot be read."""
        try:
            limit, offset = integer(request, "limit", DEFAULT_LIMIT), integer(request, "offset", 0)
            rows = self._selected(request)
        except ValueError as error:
            return _refused(str(error))
        if limit < 1 or offset < 0:
            return _refused("limit value should be strictly positive")
        page = self._desk.page(request, rows, offset, self._desk.at_most(min(limit, LARGEST_LIMIT)))
        features = [feature(record, self._desk) for record in page.records]
        answer = {
            "type": "FeatureCollection",
            "itemType": "record",
            "numberMatched": page.total,
            "numberReturned": len(features),
            "features": features,
            "links": self._links(request, page),
        }
        return _json(answer, GEO_JSON)

    async def item(self, request: Request) -> Response:
        """One record, or 404."""
        record = self._desk.find(request.path_params["record"])
        if record is None:
            return _json({"code": "InvalidParameterValue", "description": "item not found"}, JSON, 404)
        return _json(feature(record, self._desk), GEO_JSON)

    def _selected(self, request: Request) -> Rows:
        """``sortby``, ``q`` and ``datetime`` (an interval that may be open); nothing else filters here."""
        sort = request.query_params.get("sortby", "")
        if sort and sort.lstrip("+-") not in SORTS:
            raise ValueError(f"Invalid sortby property {sort}")
        rows = self._desk.rows(SORTS.get(sort.lstrip("+-"), "number"), descending=sort.startswith("-"))
        since = request.query_params.get("datetime", "").partition("/")[0].strip(".").removesuffix("Z")
        words = fold(request.query_params.get("q", ""))
        if not since and not words:
            return rows
        return rows.where(lambda record: record.processed >= since and words in fold(record.title))

    def _links(self, request: Request, page: Page) -> list[Json]:
        here = f"{base_url(request, self._desk)}/collections/{COLLECTION}"
        asked = dict(request.query_params)
        links = [
            {"rel": "self", "type": GEO_JSON, "href": f"{here}/items?{urlencode(asked)}"},
            {"rel": "alternate", "type": "text/html", "href": f"{here}/items?{urlencode({**asked, 'f': 'html'})}"},
            {"rel": "collection", "type": JSON, "href": here},
        ]
        if page.next is not None:
            following = {**asked, "offset": page.next}
            for kind, name in (("text/html", "html"), (GEO_JSON, "json")):
                href = f"{here}/items?{urlencode({**following, 'f': name})}"
                links.append({"rel": "next", "type": kind, "title": "items (next)", "href": href})
        return links

    def _collection(self, request: Request) -> Json:
        here = f"{base_url(request, self._desk)}/collections/{COLLECTION}"
        links = [{"rel": "items", "type": GEO_JSON, "href": f"{here}/items"}]
        title = self._desk.sample.portal.title
        return {"id": COLLECTION, "itemType": "record", "title": title, "type": "catalog", "links": links}


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a catalogue."""
    return RecordsPortal(desk).routes()


def feature(record: SampleRecord, desk: Desk) -> Json:
    """One record as a GeoJSON feature."""
    interval = list(record.temporal) if record.temporal[0] else None
    return {
        "id": record.source_id,
        "type": "Feature",
        "conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/req/record-core"],
        "geometry": {"type": "Polygon", "coordinates": [box_of(record.territory).ring]},
        "time": {"interval": interval} if interval else None,
        "properties": _properties(record, desk),
        "links": [*_own_links(record), *map(_file_link, record.files)],
    }


def _properties(record: SampleRecord, desk: Desk) -> Json:
    licence = LICENCES.get(record.licence)
    return {
        "type": "dataset",
        "created": record.issued,
        "updated": record.modified,
        "recordUpdated": record.processed,
        "title": record.title,
        "description": record.description,
        "keywords": list(record.keywords),
        "language": {"code": record.language, "name": "français"},
        "externalIds": [{"value": one} for one in dict.fromkeys((record.iri, record.identifier))],
        "license": SPDX.get(record.licence, licence.title if licence else record.licence),
        "contacts": [_contact(record, desk.sample.host)],
        "themes": _themes(record),
        "formats": [{"name": file.format} for file in record.files],
    }


def _contact(record: SampleRecord, host: str) -> Json:
    return {
        "organization": record.publisher.name,
        "emails": [{"value": f"donnees@{host.removeprefix('www.')}"}],
        "addresses": [{"city": record.territory_name, "country": "France"}],
        "roles": ["publisher", "pointOfContact"],
        "links": [{"rel": "about", "type": "text/html", "href": f"https://{host}"}],
    }


def _themes(record: SampleRecord) -> list[Json]:
    if not record.theme:
        return []
    return [{"scheme": THEME, "concepts": [{"id": record.theme, "url": f"{THEME}/{record.theme}"}]}]


def _own_links(record: SampleRecord) -> list[dict[str, str]]:
    links = [{"rel": "alternate", "type": "text/html", "href": record.page, "title": record.title}]
    if record.origin:
        links.append({"rel": "canonical", "type": "text/html", "href": record.origin.remote_url})
    licence = LICENCES.get(record.licence)
    if licence and licence.url:
        links.append({"rel": "license", "type": "text/html", "href": licence.url, "title": licence.title})
    return links


def _file_link(file: File) -> Mapping[str, str]:
    words = FORMATS.get(file.format)
    media_type = words.media_type if words else "application/octet-stream"
    return {"rel": "enclosure", "type": media_type, "href": file.url, "title": file.title}


def _refused(words: str) -> Response:
    return _json({"code": "InvalidParameterValue", "description": words}, JSON, 400)


def _json(content: object, media_type: str = JSON, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type=media_type)
