"""data.json as DKAN gives it: the whole catalogue in one document that is made once and served as a file."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.paging import Rows
from harvester.sample.record import SampleRecord
from harvester.sample.speakers import pod
from harvester.sample.speakers.speaker import Desk, conditional


def speak(desk: Desk) -> list[BaseRoute]:
    """The one route."""

    async def document(request: Request) -> Response:
        records = desk.whole(request, desk.rows())
        host = desk.sample.host
        body = msgspec.json.encode(pod.catalogue([pod.dataset(record, host) for record in records]))
        return conditional(request, body, "application/json", newest(records))

    return [Route("/data.json", document)]


def newest(records: "list[SampleRecord] | Rows") -> str:
    """The moment of the last change; ``""`` where there is no record."""
    found = records.slice(0, len(records)) if isinstance(records, Rows) else records
    return max((record.processed for record in found), default="")
