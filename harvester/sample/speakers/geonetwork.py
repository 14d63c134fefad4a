"""GeoNetwork 4's ``_search``: a piece of Elasticsearch with its window, its ``search_after`` and its bounded totals."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.paging import Rows
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.geonetwork_v4 import milliseconds, source
from harvester.sample.speakers.speaker import Desk

SEARCH = "/geonetwork/srv/api/search/records/_search"
WINDOW = 10_000
DEFAULT_SIZE = 10
SINCE = re.compile(r"changeDate:\[\s*\"?([^\"\s]+)\"?\s+TO\s+\*\s*\]")

Json = dict[str, Any]


class Sorting(Struct, frozen=True):
    """A field of the index that can be sorted by: the field of ``SampleRecord``, and what Elasticsearch makes of it."""

    field: str
    value: Callable[[SampleRecord], Any]


SORTS: Mapping[str, Sorting] = {
    "changeDate": Sorting("processed", milliseconds),
    "dateStamp": Sorting("processed", milliseconds),
    "uuid": Sorting("source_id", lambda record: record.source_id),
    "resourceTitleObject.default.sort": Sorting("title", lambda record: record.title.lower()),
}


class SearchError(Exception):
    """Elasticsearch's refusal, as GeoNetwork passes it on."""


class Search(Struct):
    """The body of a request, as far as it is understood here."""

    size: int = DEFAULT_SIZE
    start: int = msgspec.field(default=0, name="from")
    sort: list[Any] = msgspec.field(default_factory=list)
    search_after: list[Any] | None = None
    track_total_hits: Any = False
    query: Json = msgspec.field(default_factory=dict)

    def sorts(self) -> Iterator[tuple[Sorting, bool]]:
        """Each field with its direction: ``"changeDate"``, ``{"changeDate": "desc"}``, ``{"uuid": {"order": "asc"}}``.
        Raises ``SearchError``."""
        for one in self.sort:
            name, how = next(iter(one.items())) if isinstance(one, dict) else (str(one), "asc")
            if name not in SORTS:
                raise SearchError(f"No mapping found for [{name}] in order to sort on")
            direction = how.get("order", "asc") if isinstance(how, dict) else how
            yield SORTS[name], direction == "desc"


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a catalogue of version 4."""

    async def search(request: Request) -> Response:
        try:
            asked = msgspec.json.decode(await request.body() or b"{}", type=Search)
            return _json(_answer(request, desk, asked))
        except (msgspec.DecodeError, SearchError) as error:
            problem = {"type": "search_phase_execution_exception", "reason": str(error)}
            return _json({"error": {"root_cause": [problem], **problem}, "status": 400}, 400)

    return [Route(SEARCH, search, methods=["POST"])]


def _answer(request: Request, desk: Desk, asked: Search) -> Json:
    """One page of hits. Raises ``SearchError``."""
    sorts = list(asked.sorts())
    rows = _selected(desk, asked, sorts)
    size = desk.at_most(asked.size)
    if asked.search_after is not None:
        start = _after(rows, sorts, asked.search_after)
    else:
        start = asked.start
        if start + asked.size > WINDOW:
            words = f"Result window is too large, from + size must be less than or equal to: [{WINDOW}]"
            raise SearchError(f"{words} but was [{start + asked.size}]")
    page = desk.page(request, rows, start, size, cursor=asked.search_after is not None)
    exact = asked.track_total_hits is True or page.total <= WINDOW
    return {
        "took": 3,
        "timed_out": False,
        "_shards": {"total": 1, "successful": 1, "skipped": 0, "failed": 0},
        "hits": {
            "total": {"value": page.total if exact else WINDOW, "relation": "eq" if exact else "gte"},
            "max_score": None,
            "hits": [_hit(record, desk, sorts) for record in page.records],
        },
    }


def _selected(desk: Desk, asked: Search, sorts: list[tuple[Sorting, bool]]) -> Rows:
    """Everything is public, published and a dataset here: only a change date filters."""
    rows = desk.rows(sorts[0][0].field, descending=sorts[0][1]) if sorts else desk.rows()
    since = next(_sinces(asked.query), "").removesuffix("Z")
    return rows.where(lambda record: record.processed >= since) if since else rows


def _sinces(query: Any) -> Iterator[str]:
    """``{"range": {"changeDate": {"gte": …}}}`` wherever it stands in a query, or the same in a ``query_string``."""
    if isinstance(query, list):
        for one in query:
            yield from _sinces(one)
    elif isinstance(query, dict):
        bounds = query.get("range", {}).get("changeDate", {})
        yield from (str(bounds[name]) for name in ("gte", "gt") if name in bounds)
        for one in query.values():
            yield from _sinces(one)
    elif isinstance(query, str):
        yield from (found[1] for found in SINCE.finditer(query))


def _after(rows: Rows, sorts: list[tuple[Sorting, bool]], after: list[Any]) -> int:
    """The place of the first row after a hit that had these sort values."""
    if not sorts or len(sorts) != len(after):
        raise SearchError(f"search_after has {len(after)} value(s) but sort has {len(sorts)}.")
    if sorts[0][1]:
        return bisect_right(range(len(rows)), _turned(after), key=lambda at: _turned(_values(_at(rows, at), sorts)))
    return bisect_right(range(len(rows)), after, key=lambda at: _values(_at(rows, at), sorts))


def _at(rows: Rows, place: int) -> SampleRecord:
    return next(islice(rows.slice(place, 1), 1))


def _turned(values: list[Any]) -> list[Any]:
    """Values of a walk downwards, to be compared upwards; only numbers are walked so."""
    return [-values[0], *values[1:]] if isinstance(values[0], int) else values


def _values(record: SampleRecord, sorts: list[tuple[Sorting, bool]]) -> list[Any]:
    return [sorting.value(record) for sorting, _ in sorts]


def _hit(record: SampleRecord, desk: Desk, sorts: list[tuple[Sorting, bool]]) -> Json:
    hit: Json = {
        "_index": "gn-records",
        "_id": record.source_id,
        "_score": None,
        "_source": source(record, desk.sample.host),
        "edit": False,
        "isPublishedToAll": True,
        "view": True,
        "download": True,
        "selected": False,
    }
    return {**hit, "sort": _values(record, sorts)} if sorts else hit


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json;charset=utf-8")
