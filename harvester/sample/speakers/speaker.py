"""What a protocol is to the sample server: the routes of one portal, below the portal's prefix."""

import hashlib
from array import array
from datetime import UTC, datetime
from email.utils import format_datetime
from operator import itemgetter
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from harvester.sample.network import SamplePortal
from harvester.sample.paging import FAULTS, Meeting, Page, Rows, Window, straight
from harvester.sample.record import Catalogue, SampleRecord


class Desk:
    """One portal with the catalogue that holds its records; ``prefix`` is where it is mounted, below the server.

    ``largest``: the portal gives no more records a page, whatever is asked for. Sorted positions are kept for the pages
    after the first.
    """

    def __init__(self, sample: SamplePortal, catalogue: Catalogue, prefix: str, largest: int | None = None) -> None:
        self.sample = sample
        self.catalogue = catalogue
        self.prefix = prefix
        self.largest = largest
        self._sorted: dict[str, array[int]] = {}

    @property
    def total(self) -> int:
        """How many records the portal holds."""
        return self.catalogue.size(self.sample.id)

    def slice(self, start: int, length: int) -> list[SampleRecord]:
        """The records from a position on, as many as there are up to ``length``."""
        return self.rows().slice(start, length)

    def find(self, source_id: str) -> SampleRecord | None:
        """The record of an id or slug."""
        return self.catalogue.find(self.sample.id, source_id)

    def rows(self, field: str = "number", *, descending: bool = False) -> Rows:
        """Every record, sorted by a field of ``SampleRecord``; ``number`` is the portal's own order, that of creation
        and of its ids."""
        if field == "number":
            positions = range(self.total)
            return self._rows(positions[::-1] if descending else positions)
        key = f"-{field}" if descending else field
        if key not in self._sorted:
            self._sorted[key] = self._sort(field, descending=descending)
        return self._rows(self._sorted[key])

    def at_most(self, size: int) -> int:
        """The page size that a client gets who asks for this one."""
        return size if self.largest is None else min(size, self.largest)

    def page(self, request: Request, rows: Rows, start: int, size: int, *, cursor: bool = False) -> Page:
        """One window over the rows, bent where a fault plan says so for this request."""
        met: Meeting | None = request.scope.get(FAULTS)
        bend = met.bend(start // max(1, size) + 1) if met else straight
        return bend(Window(rows, start, size, cursor))

    def whole(self, request: Request, rows: Rows) -> list[SampleRecord]:
        """All rows at once, for protocols that give one document."""
        return self.page(request, rows, 0, max(1, len(rows))).records

    def _sort(self, field: str, *, descending: bool) -> "array[int]":
        """Positions by a field; those that are equal, by their ids."""
        found = [(getattr(record, field), record.source_id, at) for at, record in enumerate(self.slice(0, self.total))]
        found.sort(key=itemgetter(1))
        found.sort(key=itemgetter(0), reverse=descending)
        return array("I", (at for _, _, at in found))

    def _rows(self, positions: "range | array[int]") -> Rows:
        return Rows(self.catalogue, self.sample.id, positions)


class Speaker(Protocol):
    """Gives the routes of one portal in one protocol. A later protocol is one more entry of ``server.SPEAKERS``."""

    def __call__(self, desk: Desk) -> list[BaseRoute]:
        """Routes below the portal's prefix."""


def base_url(request: Request, desk: Desk) -> str:
    """Where the portal answers here: the only addresses that are not the real portal's."""
    return f"{str(request.base_url).rstrip('/')}{desk.prefix}"


def integer(request: Request, name: str, default: int) -> int:
    """A whole number of the query; ``ValueError`` where it is none."""
    return int(request.query_params.get(name) or default)


def not_found(message: str) -> Response:
    """404 with a JSON message."""
    return JSONResponse({"message": message}, 404)


def conditional(request: Request, body: bytes, media_type: str, modified: str = "") -> Response:
    """The body with its ``ETag``, and ``Last-Modified`` where a date is known; 304 where the client has it already."""
    headers = {"ETag": f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'}
    if moment := _moment(modified):
        headers["Last-Modified"] = format_datetime(moment, usegmt=True)
    unchanged = request.headers.get("if-none-match") == headers["ETag"] or (
        "if-none-match" not in request.headers
        and request.headers.get("if-modified-since") == headers.get("Last-Modified", " ")
    )
    if unchanged:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
