"""What a protocol is to the sample server: the routes of one portal, below the portal's prefix."""

from array import array
from typing import Protocol

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute

from harvester.sample.network import SamplePortal
from harvester.sample.record import Catalogue, SampleRecord


class Desk(Struct, frozen=True):
    """One portal with the catalogue that holds its records; ``prefix`` is where it is mounted, below the server."""

    sample: SamplePortal
    catalogue: Catalogue
    prefix: str

    @property
    def total(self) -> int:
        """How many records the portal holds."""
        return self.catalogue.size(self.sample.id)

    def slice(self, start: int, length: int) -> list[SampleRecord]:
        """The records from a position on, as many as there are up to ``length``."""
        return [self.catalogue.record(self.sample.id, at) for at in range(start, min(start + length, self.total))]

    def find(self, source_id: str) -> SampleRecord | None:
        """The record of an id or slug."""
        return self.catalogue.find(self.sample.id, source_id)


class Order:
    """The positions of a portal's records sorted by one of their values, kept for the pages after the first.

    A portal's own order is that of creation, which is also that of its ids.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sorted: dict[str, array[int]] = {}

    def slice(self, field: str, start: int, length: int, *, descending: bool) -> list[SampleRecord]:
        """As ``Desk.slice``, sorted by a field of ``SampleRecord``; ``number`` is the portal's own order."""
        record, portal = self._desk.catalogue.record, self._desk.sample.id
        if field == "number":
            total = self._desk.total
            positions = range(start, min(start + length, total))
            return [record(portal, total - 1 - at if descending else at) for at in positions]
        key = f"-{field}" if descending else field
        if key not in self._sorted:
            positions = range(self._desk.total)
            values = [getattr(record(portal, at), field) for at in positions]
            self._sorted[key] = array("I", sorted(positions, key=values.__getitem__, reverse=descending))
        return [record(portal, at) for at in self._sorted[key][start : start + length]]


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
