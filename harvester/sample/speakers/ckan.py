"""CKAN action API: rows clamped without a word, 200 with ``success: false`` never sent for a good call, harvest
extras."""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dcat.text import fold
from harvester.sample.content import file_id
from harvester.sample.paging import Rows
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.speaker import Desk
from harvester.sample.words import FORMATS, FREQUENCIES, LICENCES, THEMES

ROWS_MAX = 1_000
DEFAULT_ROWS = 10
LIST_MAX = 1_000
SINCE = re.compile(r"metadata_modified:\[\s*(\S+)\s+TO\s+\*\s*\]")
SORTS = {
    f"{word} {direction}": (field, direction == "desc")
    for word, field in {
        "id": "number", "metadata_created": "number", "score": "number", "metadata_modified": "processed",
        "title_string": "title", "name": "slug",
    }.items()
    for direction in ("asc", "desc")
}  # fmt: skip
"""``sort`` → field of ``SampleRecord``, and whether it goes down; ids are in the order of creation here."""

IGNORED_FILTER = re.compile(r"-(?:type|dataset_type):\S+")

Json = dict[str, Any]


class ActionError(Exception):
    """A refused call: HTTP status and CKAN's error object."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"__type": kind, "message": message}


class CkanPortal:
    """One CKAN portal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._actions: dict[str, Callable[[Json, Request], object]] = {
            "package_search": self.package_search,
            "package_show": self.package_show,
            "package_list": self.package_list,
            "current_package_list_with_resources": self.current_package_list,
            "status_show": self.status_show,
        }

    async def call(self, request: Request) -> Response:
        """Any action, by GET or POST."""
        name = request.path_params["action"]
        if name not in self._actions:
            return PlainTextResponse(f'"Bad request - Action name not known: {name}"', 400)
        parameters: Json = dict(request.query_params)
        if request.method == "POST":
            parameters |= msgspec.json.decode(await request.body() or b"{}")
        try:
            result = self._actions[name](parameters, request)
        except ActionError as refused:
            return self._answer(name, {"success": False, "error": refused.error}, refused.status)
        return self._answer(name, {"success": True, "result": result})

    def package_search(self, parameters: Json, request: Request) -> Json:
        """``count`` and a page; ``rows`` above ``rows_max`` is clamped without a word."""
        start, rows = _whole(parameters, "start", 0), _whole(parameters, "rows", DEFAULT_ROWS)
        size = self._desk.at_most(min(max(rows, 0), ROWS_MAX))
        sort = str(parameters.get("sort", "") or "id asc")
        if sort not in SORTS:
            raise ActionError(409, "Search Query Error", f"Cannot sort by {sort}")
        found = self._selected(str(parameters.get("fq", "")), str(parameters.get("q", "")), *SORTS[sort])
        page = self._desk.page(request, found, start, size)
        results = [package(record, self._desk) for record in page.records]
        return {"count": page.total, "sort": parameters.get("sort", "score desc"), "facets": {}, "results": results,
                "search_facets": {}}  # fmt: skip

    def package_show(self, parameters: Json, _request: Request) -> Json:
        """One package by id or name."""
        record = self._desk.find(str(parameters.get("id", "")))
        if record is None:
            raise ActionError(404, "Not Found Error", "Not found")
        return package(record, self._desk)

    def package_list(self, parameters: Json, _request: Request) -> list[str]:
        """Names, at most a thousand."""
        start, limit = _whole(parameters, "offset", 0), _whole(parameters, "limit", LIST_MAX)
        return [record.slug for record in self._desk.slice(start, min(limit, LIST_MAX))]

    def current_package_list(self, parameters: Json, _request: Request) -> list[Json]:
        """Whole packages from ``offset`` on, newest or not."""
        start, limit = _whole(parameters, "offset", 0), _whole(parameters, "limit", DEFAULT_ROWS)
        return [package(record, self._desk) for record in self._desk.slice(start, min(limit, ROWS_MAX))]

    def status_show(self, _parameters: Json, _request: Request) -> Json:
        """What the portal is."""
        return {"site_title": self._desk.sample.portal.title, "site_url": self._desk.sample.portal.url,
                "ckan_version": "2.10.4", "extensions": ["harvest", "spatial"]}  # fmt: skip

    def _selected(self, fq: str, q: str, field: str, descending: bool) -> Rows:
        """Only a query that filters reads the whole catalogue; ``-type:`` filters exclude nothing here."""
        since = SINCE.search(fq)
        rest = IGNORED_FILTER.sub("", SINCE.sub("", fq)).strip()
        if rest and rest != "type:dataset":
            raise ActionError(400, "Search Query Error", f"Search Query is invalid: {rest}")
        words, after = "" if q in ("", "*:*") else fold(q), since[1].removesuffix("Z") if since else ""
        rows = self._desk.rows(field, descending=descending)
        if not after and not words:
            return rows
        return rows.where(lambda record: record.processed >= after and words in fold(record.title))

    def _answer(self, action: str, content: Json, status: int = 200) -> Response:
        help_url = f"{self._desk.sample.portal.url}/api/3/action/help_show?name={action}"
        return Response(
            msgspec.json.encode({"help": help_url, **content}), status, media_type="application/json;charset=utf-8"
        )


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a CKAN portal; its ``/catalog.ttl`` is turned off, as it often is."""
    portal = CkanPortal(desk)
    return [
        Route("/api/3/action/{action}", portal.call, methods=["GET", "POST"]),
        Route("/api/action/{action}", portal.call, methods=["GET", "POST"]),
    ]


def package(record: SampleRecord, desk: Desk) -> Json:
    """One package as ``package_show`` gives it."""
    licence = LICENCES.get(record.licence)
    host = desk.sample.host
    return {
        "id": record.source_id,
        "name": record.slug,
        "title": record.title,
        "notes": record.description,
        "url": record.origin.remote_url if record.origin else "",
        "author": record.publisher.name,
        "author_email": "",
        "maintainer": "",
        "maintainer_email": f"opendata@{host.removeprefix('www.')}",
        "license_id": licence.udata if licence else "other-open",
        "license_title": licence.title if licence else record.licence,
        "license_url": licence.url if licence else "",
        "metadata_created": record.issued.removesuffix("+00:00") + ".000000",
        "metadata_modified": record.processed.removesuffix("+00:00") + "000",
        "state": "active",
        "type": "dataset",
        "private": False,
        "isopen": True,
        "version": "",
        "organization": _organization(record),
        "groups": [_group(record.theme)] if record.theme else [],
        "tags": [_tag(word) for word in record.keywords],
        "num_tags": len(record.keywords),
        "extras": [{"key": key, "value": value} for key, value in _extras(record, desk).items() if value],
        "resources": [_resource(file, position, record) for position, file in enumerate(record.files)],
        "num_resources": len(record.files),
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }


def _extras(record: SampleRecord, desk: Desk) -> dict[str, str]:
    """What the package says besides: dates and place of the data, and where it was harvested."""
    extras = {
        "frequency": FREQUENCIES[record.frequency].french,
        "issued": record.issued,
        "modified": record.modified,
        "language": record.language,
        "spatial-text": record.territory_name,
        "granularity": record.granularity,
        "temporal_start": record.temporal[0],
        "temporal_end": record.temporal[1],
        "publisher_name": record.publisher.name,
        "publisher_identifier": record.publisher.siren,
        "identifier": record.identifier,
    }
    if record.origin is None:
        return extras
    source = file_id("harvest-source", desk.sample.id, record.origin.domain)
    return extras | {
        "harvest_source_id": source,
        "harvest_source_title": record.origin_title,
        "harvest_source_url": f"https://{record.origin.domain}",
        "harvest_object_id": file_id("harvest-object", record.source_id),
        "guid": record.origin.remote_id,
        "uri": record.origin.uri,
    }


def _organization(record: SampleRecord) -> Json:
    name = "-".join(fold(record.publisher.name).split())
    return {"id": file_id("organization", name), "name": name, "title": record.publisher.name, "type": "organization",
            "description": "", "is_organization": True, "state": "active", "approval_status": "approved"}  # fmt: skip


def _group(theme: str) -> Json:
    title = THEMES[theme][0]
    return {"id": file_id("group", theme), "name": "-".join(fold(title).split()), "title": title, "display_name": title}


def _tag(word: str) -> Json:
    return {"id": file_id("tag", word), "name": word, "display_name": word, "state": "active", "vocabulary_id": None}


def _resource(file: File, position: int, record: SampleRecord) -> Json:
    return {
        "id": file.identifier,
        "package_id": record.source_id,
        "name": file.title,
        "description": "Format déduit, adresse fictive." if file.synthetic else "",
        "format": file.format,
        "mimetype": FORMATS[file.format].media_type if file.format in FORMATS else None,
        "url": file.url,
        "size": file.size or None,
        "position": position,
        "created": record.issued.removesuffix("+00:00"),
        "last_modified": record.modified.removesuffix("+00:00") or None,
        "state": "active",
    }


def _whole(parameters: Json, name: str, default: int) -> int:
    try:
        return int(parameters.get(name, default))
    except (TypeError, ValueError):
        raise ActionError(409, "Validation Error", f"{name}: Invalid integer") from None
