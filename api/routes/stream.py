"""The stream of changes over HTTP: ``/feed`` and its nodes."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.feed import stream
from api.feed.coding import coded, coding, tagged
from api.feed.forms import accepted
from api.feed.stream import FORMS
from api.routes.feed import BRIEF, http_date, unchanged
from api.routes.wire import READ, Asked

router = APIRouter(include_in_schema=False)  # RDF: described by docs/feed.md and by itself

NUMBER = re.compile(r"[0-9]{1,12}")
IMMUTABLE = "public, max-age=31536000, immutable"


@router.api_route("/feed", methods=READ, summary="The stream of changes (LDES, DCAT-AP Feeds): where it begins")
def event_stream(request: Request, services: Asked) -> Response:
    """TriG, N-Quads or JSON-LD, as `Accept` asks. Follow `tree:view`, then each `tree:relation`."""
    return _written(request, stream.root(services), BRIEF, "0")


@router.api_route(
    "/feed/{number}", methods=READ, summary="A hundred changes, the oldest first; deletions are tombstones"
)
def event_node(request: Request, services: Asked, number: str) -> Response:
    """A node that is full never changes and may be kept for ever; the last one grows."""
    node = stream.node(services, int(number) if NUMBER.fullmatch(number) else 0)
    caching = IMMUTABLE if node.full else BRIEF
    if node.emptied:  # nobody knows when
        return _written(request, node.quads, caching, f"{node.number}-{node.last}-{node.emptied}")
    return _written(request, node.quads, caching, f"{node.number}-{node.last}", node.moment)


def _written(request: Request, quads: str, caching: str, version: str, moment: str = "") -> Response:
    name = accepted(request.headers.get("accept", ""), default="trig", forms=FORMS)
    form = FORMS.get(name, FORMS["trig"])
    squeezed = coding(request.headers.get("accept-encoding", ""))
    etag = tagged(f'"feed-{version}-{form.name}"', squeezed)
    headers = {"ETag": etag, "Cache-Control": caching, "Vary": "Accept, Accept-Encoding"}
    if moment:
        headers["Last-Modified"] = http_date(moment)
    if unchanged(request, etag, moment):
        return Response(status_code=304, headers=headers)
    if squeezed:
        headers["Content-Encoding"] = squeezed
    return Response(coded(stream.written(quads, form), squeezed), media_type=form.content_type, headers=headers)
