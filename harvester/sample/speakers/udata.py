"""udata API v1: ``page`` and ``page_size``, ``harvest`` blocks, metrics; and the site's RDF catalogue."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dcat.text import fold
from harvester.sample.content import file_id
from harvester.sample.identifiers import object_id
from harvester.sample.markup import as_markdown
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.dcat import feed
from harvester.sample.speakers.speaker import Desk, base_url, integer, not_found
from harvester.sample.words import FORMATS, FREQUENCIES, LICENCES

DEFAULT_PAGE_SIZE = 20
LARGEST_PAGE_SIZE = 1_000
"""Ours: no limit is documented, and a page is made in memory."""

FIELDS = re.compile(r"data\{([^{}]*)\}")
SORTS = {"": "number", "created": "number", "last_update": "processed", "title": "title"}
"""``sort``, without its sign → field of ``SampleRecord``."""

BACKENDS = {"/explore/dataset/": "DCAT", "/id/dataset/": "DCAT", "/dataset/": "CKAN", "/datasets/": "DCAT"}
"""Part of the origin's address → the harvester that the national portal uses for it."""

Json = dict[str, Any]


class UdataPortal:
    """One udata portal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def datasets(self, request: Request) -> Response:
        """A page of datasets; 404 beyond the last."""
        try:
            page, size = integer(request, "page", 1), integer(request, "page_size", DEFAULT_PAGE_SIZE)
        except ValueError as error:
            return _json({"message": str(error)}, 400)
        sort = request.query_params.get("sort", "")
        if sort.removeprefix("-") not in SORTS:
            return _json({"message": f"sort: {sort} is not one of {', '.join(filter(None, SORTS))}"}, 400)
        if page < 1 or size < 1:
            return not_found("Not Found")
        size = self._desk.at_most(min(size, LARGEST_PAGE_SIZE))
        rows = self._desk.rows(SORTS[sort.removeprefix("-")], descending=sort.startswith("-"))
        given = self._desk.page(request, rows, (page - 1) * size, size)
        if given.beyond:
            return not_found("Not Found")
        return _json({
            "data": [_masked(dataset(record, self._desk), request) for record in given.records],
            "page": page,
            "page_size": size,
            "total": given.total,
            "next_page": self._address(request, given.next, size),
            "previous_page": self._address(request, given.start - size if page > 1 else None, size),
        })  # fmt: skip

    async def dataset(self, request: Request) -> Response:
        """One dataset by id or slug."""
        record = self._desk.find(request.path_params["dataset"])
        return _json(dataset(record, self._desk)) if record else not_found("Dataset not found")

    def _address(self, request: Request, start: int | None, size: int) -> str | None:
        if start is None:
            return None
        asked = request.query_params.multi_items()
        kept = [(name, value) for name, value in asked if name not in ("page", "page_size")]
        query = urlencode([*kept, ("page", start // size + 1), ("page_size", size)])
        return f"{base_url(request, self._desk)}/api/1/datasets/?{query}"


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a udata portal."""
    portal = UdataPortal(desk)
    catalogue = feed(desk)
    return [
        Route("/api/1/datasets/", portal.datasets),
        Route("/api/1/datasets/{dataset}/", portal.dataset),
        Route("/api/1/site/catalog.{extension}", catalogue),
        Route("/catalog.{extension}", catalogue),
    ]


def dataset(record: SampleRecord, desk: Desk) -> Json:
    """One dataset of the API v1."""
    zone = "country:fr" if record.territory == "national" else f"fr:{record.territory}"
    zones = [zone] if record.territory else []
    modified = record.modified or None
    return {
        "id": record.source_id,
        "title": record.title,
        "acronym": None,
        "slug": record.slug,
        "description": as_markdown(record.description),
        "created_at": record.issued,
        "last_modified": modified,
        "last_update": modified,
        "created_at_internal": datetime.fromtimestamp(int(record.source_id[:8], 16), UTC).isoformat(),
        "last_modified_internal": record.processed,
        "deleted": None,
        "archived": record.processed if record.archived else None,
        "private": False,
        "featured": False,
        "tags": _tags(record),
        "badges": [],
        "license": _licence(record),
        "frequency": FREQUENCIES[record.frequency].udata,
        "frequency_date": None,
        "extras": {},
        "spatial": {"geom": None, "granularity": record.granularity or "other", "zones": zones},
        "temporal_coverage": {"start": record.temporal[0], "end": record.temporal[1]} if record.temporal[0] else None,
        "owner": None,
        "organization": _organization(record),
        "contact_points": [],
        "metrics": {"discussions": 0, "followers": record.followers, "reuses": record.reuses, "views": record.views,
                    "resources_downloads": record.views // 4},
        "quality": {"score": 0.6},
        "schema": None,
        "page": record.page,
        "uri": f"https://{desk.sample.host}/api/1/datasets/{record.slug}/",
        "harvest": _harvest(record, desk),
        "resources": [_resource(file, record) for file in record.files],
    }  # fmt: skip


def _harvest(record: SampleRecord, desk: Desk) -> Json | None:
    origin = record.origin
    if origin is None:
        return None
    backend = next((name for part, name in BACKENDS.items() if part in origin.uri), "DCAT")
    block = {
        "backend": backend,
        "domain": origin.domain,
        "source_id": object_id(len(origin.domain), sum(origin.domain.encode())),
        "remote_id": origin.remote_id,
        "remote_url": origin.remote_url,
        "uri": origin.uri,
        "dct_identifier": record.identifier,
        "created_at": record.issued,
        "modified_at": record.modified or None,
        "last_update": record.processed,
    }
    if backend == "CKAN":
        block |= {"ckan_name": origin.remote_url.rsplit("/", 1)[-1], "ckan_source": f"https://{origin.domain}"}
    del desk
    return block


def _licence(record: SampleRecord) -> str:
    licence = LICENCES.get(record.licence)
    return licence.udata if licence else record.licence


def _tags(record: SampleRecord) -> list[str]:
    """udata spells tags in small letters with hyphens, sorted."""
    return sorted({"-".join(fold(word).split()) for word in record.keywords})


def _organization(record: SampleRecord) -> Json:
    slug = "-".join(fold(record.publisher.name).split())
    siren = record.publisher.siren
    return {
        "id": file_id("organization", slug).replace("-", "")[:24],
        "name": record.publisher.name,
        "slug": slug,
        "acronym": None,
        "badges": [{"kind": "public-service"}],
        "business_number_id": _siret(siren) if siren else None,
    }


def _siret(siren: str) -> str:
    """The first establishment of a body: its last digit makes the number pass Luhn's check."""
    number = f"{siren}0001"
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[::-2])
    return f"{number}{-(sum(doubled) + sum(map(int, number[-2::-2]))) % 10}"


def _resource(file: File, record: SampleRecord) -> Json:
    words = FORMATS.get(file.format)
    return {
        "id": file.identifier,
        "title": file.title,
        "description": "Format déduit, adresse fictive." if file.synthetic else "",
        "type": "main",
        "filetype": "remote" if record.origin else "file",
        "format": file.format.lower(),
        "mime": words.media_type if words else None,
        "filesize": file.size or None,
        "url": file.url,
        "latest": f"https://www.data.gouv.fr/api/1/datasets/r/{file.identifier}",
        "checksum": None,
        "created_at": record.issued,
        "last_modified": record.modified or None,
        "harvest": {"uri": file.url} if record.origin else None,
        "extras": {},
    }


def _masked(item: Json, request: Request) -> Json:
    """Only the fields that ``X-Fields`` asks for."""
    asked = FIELDS.search(request.headers.get("x-fields", ""))
    if asked is None:
        return item
    return {name: item[name] for name in asked[1].replace(" ", "").split(",") if name in item}


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")
