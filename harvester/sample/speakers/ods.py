"""Opendatasoft Explore API v2.1: at most 100 a page, nothing beyond row 10,000, a daily quota, federation markers."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from harvester.sample.copies import short_domain
from harvester.sample.identifiers import ods_uid
from harvester.sample.markup import as_html
from harvester.sample.paging import Rows
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url, integer
from harvester.sample.words import FREQUENCIES, LICENCES, THEMES

LARGEST_LIMIT = 100
WINDOW = 10_000
DAILY_CALLS = 10_000
MODIFIED_SINCE = re.compile(r"""^\s*(modified|metadata_processed|data_processed)\s*>=?\s*(?:date)?(['"])(.+?)\2\s*$""")
EITHER = re.compile(r"\s+or\s+", re.IGNORECASE)
FIELDS = {
    "modified": "modified",
    "metadata_processed": "processed",
    "data_processed": "processed",
    "dataset_id": "source_id",
    "title": "title",
}
"""Fields of ODSQL that are known here → fields of ``SampleRecord``."""
EXPORTS = ("csv", "json", "geojson", "xlsx", "dcat", "rdf", "ttl", "data.json", "rss")
STREAMED_AT_ONCE = 50


class OdsPortal:
    """One Opendatasoft portal; counts the calls of the day."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._calls: Counter[str] = Counter()

    def routes(self) -> list[BaseRoute]:
        """The catalogue part of Explore v2.1."""
        root = "/api/explore/v2.1/catalog"
        return [
            Route(f"{root}/datasets", self.datasets),
            Route(f"{root}/datasets/{{dataset_id}}", self.dataset),
            Route(f"{root}/exports", self.exports),
            Route(f"{root}/exports/json", self.export_json),
        ]

    async def datasets(self, request: Request) -> Response:
        """``{total_count, results}``; 400 beyond the limits, as the real API."""
        if refused := self._refused():
            return refused
        try:
            limit, offset = _window(request)
            page = self._desk.page(request, self._selected(request), offset, self._desk.at_most(limit))
        except ValueError as error:
            return self._answer({"error_code": _error_code(error), "message": str(error)}, 400)
        results = [dataset(record, self._desk) for record in page.records]
        return self._answer({"total_count": page.total, "results": results})

    async def dataset(self, request: Request) -> Response:
        """One dataset, or 404."""
        if refused := self._refused():
            return refused
        wanted = request.path_params["dataset_id"]
        record = self._desk.find(wanted)
        if record is None:
            return self._answer({"error_code": "UnknownDatasetError", "message": f"Unknown dataset: {wanted}."}, 404)
        return self._answer(dataset(record, self._desk))

    async def exports(self, request: Request) -> Response:
        """The list of catalogue exports."""
        here = f"{base_url(request, self._desk)}/api/explore/v2.1/catalog/exports"
        links = [{"href": here, "rel": "self"}, *({"href": f"{here}/{name}", "rel": name} for name in EXPORTS)]
        return self._answer({"links": links})

    async def export_json(self, request: Request) -> Response:
        """The whole catalogue as one array, without the window; made while it is sent."""
        if refused := self._refused():
            return refused
        limit, offset = integer(request, "limit", -1), integer(request, "offset", 0)
        end = self._desk.total if limit < 0 else min(self._desk.total, offset + limit)
        return StreamingResponse(
            self._array(offset, end), media_type="application/json; charset=utf-8", headers=self._headers()
        )

    async def _array(self, start: int, end: int) -> AsyncIterator[bytes]:
        yield b"["
        for at in range(start, end, STREAMED_AT_ONCE):
            records = self._desk.slice(at, min(STREAMED_AT_ONCE, end - at))
            rows = b",".join(msgspec.json.encode(dataset(record, self._desk)) for record in records)
            yield rows if at == start else b"," + rows
        yield b"]"

    def _selected(self, request: Request) -> Rows:
        """Only a query that filters or sorts reads the whole catalogue."""
        where, order = request.query_params.get("where", ""), request.query_params.get("order_by", "")
        rows = _ordered(self._desk, order)
        return _filtered(rows, where) if where else rows

    def _refused(self) -> Response | None:
        """429 once the day's calls are used up."""
        today = datetime.now(UTC).date().isoformat()
        if self._calls[today] >= DAILY_CALLS:
            body = {
                "errorcode": 10002,
                "reset_time": _midnight(),
                "limit_time_unit": "day",
                "call_limit": DAILY_CALLS,
                "error": "Too many requests on the domain. Please contact the domain administrator.",
            }
            return self._answer(body, 429)
        self._calls[today] += 1
        return None

    def _answer(self, content: object, status: int = 200) -> Response:
        body = msgspec.json.encode(content)
        return Response(body, status, self._headers(), "application/json; charset=utf-8")

    def _headers(self) -> dict[str, str]:
        used = self._calls[datetime.now(UTC).date().isoformat()]
        return {
            "X-RateLimit-Limit": str(DAILY_CALLS),
            "X-RateLimit-Remaining": str(max(0, DAILY_CALLS - used)),
            "X-RateLimit-Reset": _midnight(),
            "ODS-Explore-API-Deprecation": "2.0",
        }


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of an Opendatasoft portal."""
    return OdsPortal(desk).routes()


def dataset(record: SampleRecord, desk: Desk) -> dict[str, object]:
    """One dataset of Explore v2.1, metas in their templates."""
    return {
        "visibility": "domain",
        "dataset_id": record.source_id,
        "dataset_uid": ods_uid(record.portal, record.source_id),
        "has_records": True,
        "features": ["geo", "analyze"] if any(file.format == "GeoJSON" for file in record.files) else ["analyze"],
        "attachments": [],
        "alternative_exports": [
            _alternative(file.url, file.title, file.format) for file in record.files if not _export(file.url)
        ],
        "data_visible": True,
        "fields": [],
        "metas": {"default": default_metas(record, desk), "dcat": _dcat_metas(record), "custom": {}},
    }


def default_metas(record: SampleRecord, desk: Desk) -> dict[str, object]:
    """The ``default`` template, with the federation keys: null where the dataset is the portal's own."""
    licence = LICENCES.get(record.licence)
    words = THEMES.get(record.theme, ())
    return {
        "title": record.title,
        "description": as_html(record.description),
        "theme": [words[record.number % len(words)]] if words else [],
        "keyword": list(record.keywords),
        "license": licence.ods or None if licence else record.licence,
        "license_url": licence.url or None if licence else None,
        "language": record.language,
        "metadata_languages": ["fr"],
        "timezone": "Europe/Paris",
        "modified": record.modified or None,
        "modified_updates_on_metadata_change": True,
        "modified_updates_on_data_change": True,
        "data_processed": record.processed,
        "metadata_processed": record.processed,
        "geographic_reference": [_reference(record.territory)],
        "geographic_reference_auto": True,
        "territory": [record.territory_name] if record.territory_name else [],
        "geometry_types": None,
        "bbox": None,
        "publisher": record.publisher.name,
        "references": record.origin.remote_url if record.origin else None,
        "records_count": record.files[0].size // 200 if record.files else 0,
        "attributions": [record.origin_title] if record.origin else None,
        "update_frequency": record.frequency if record.frequency != "UNKNOWN" else None,
        **_federation(record, desk),
    }


def _federation(record: SampleRecord, desk: Desk) -> dict[str, object]:
    """Only what comes from another Opendatasoft portal is told as federated; the rest leaves ``references``."""
    origin = record.origin
    if origin is None or "/explore/dataset/" not in origin.uri:
        keys = ("source_domain", "source_domain_title", "source_domain_address", "source_dataset", "parent_domain")
        return {"federated": False, "shared_catalog": None, **dict.fromkeys(keys)}
    source = next((sample for sample in desk.catalogue.portals.values() if sample.host == origin.domain), None)
    return {
        "federated": True,
        "source_domain": short_domain(source) if source else origin.domain.split(".")[0],
        "source_domain_title": record.origin_title,
        "source_domain_address": origin.domain,
        "source_dataset": origin.remote_id,
        "parent_domain": None,
        "shared_catalog": None,
    }


def _dcat_metas(record: SampleRecord) -> dict[str, object]:
    return {
        "created": record.issued,
        "issued": record.issued,
        "creator": record.publisher.name,
        "accrualperiodicity": FREQUENCIES[record.frequency].french or None,
        "spatial": record.territory_name,
        "temporal": "/".join(record.temporal) if record.temporal[0] else None,
        "granularity": record.granularity or None,
    }


def _reference(territory: str) -> str:
    """Opendatasoft's geographic reference: ``fr_40_53`` for a région, ``fr_60_35`` for a département."""
    level, _, code = territory.partition(":")
    prefixes = {"region": "fr_40", "departement": "fr_60", "epci": "fr_70", "commune": "fr_80"}
    return f"{prefixes[level]}_{code}" if level in prefixes else "world_fr"


def _alternative(url: str, title: str, file_format: str) -> dict[str, str]:
    return {"url": url, "title": title, "id": file_format.lower(), "mimetype": "application/octet-stream"}


def _export(url: str) -> bool:
    return "/exports/" in url


def _window(request: Request) -> tuple[int, int]:
    limit, offset = integer(request, "limit", 10), integer(request, "offset", 0)
    if not -1 <= limit <= LARGEST_LIMIT:
        message = (
            f"Invalid value for limit API parameter: {limit} was found but -1 <= limit <= {LARGEST_LIMIT} is expected."
        )
        raise ValueError(message)
    limit = LARGEST_LIMIT if limit == -1 else limit
    if offset < 0 or offset + limit >= WINDOW:
        message = (
            f"Invalid value for offset + limit API parameter: {offset + limit} was found but < {WINDOW} is expected."
        )
        raise ValueError(message)
    return limit, offset


def _filtered(rows: Rows, where: str) -> Rows:
    asked = [MODIFIED_SINCE.match(clause) for clause in EITHER.split(where)]
    bounds = [(FIELDS[since[1]], since[3]) for since in asked if since is not None]
    if len(bounds) < len(asked):
        raise ValueError(f"ODSQL query is malformed: {where} Clause(s) containing the error(s): where.")
    return rows.where(lambda record: any(getattr(record, field) >= moment for field, moment in bounds))


def _ordered(desk: Desk, order: str) -> Rows:
    if not order:
        return desk.rows()
    key, _, direction = order.strip().partition(" ")
    if key not in FIELDS:
        raise ValueError(f"ODSQL query is malformed: {order} Clause(s) containing the error(s): order_by.")
    return desk.rows(FIELDS[key], descending=direction.strip().lower() == "desc")


def _error_code(error: ValueError) -> str:
    return "ODSQLError" if str(error).startswith("ODSQL") else "InvalidRESTParameterError"


def _midnight() -> str:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    return f"{tomorrow.isoformat()} 00:00:00+00:00"
