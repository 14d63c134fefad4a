"""``/sitemap.xml``: the pages of all published datasets, for search engines (sitemaps.org 0.9)."""

from collections.abc import Iterator
from html import escape

from fastapi import APIRouter
from fastapi.responses import Response

from api.errors import NotFound
from api.feed.head import base_of
from api.messages import say
from api.routes.wire import READ, Asked
from api.services import Services
from dcat.publish.addresses import dataset_iri

router = APIRouter(include_in_schema=False)

PART = 10_000  # addresses; the protocol allows 50,000
XMLNS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@router.api_route("/sitemap.xml", methods=READ)
def index(services: Asked) -> Response:
    """The parts, each with when anything was last published."""
    snapshot = services.published.snapshot() if services.harvested else None
    total = services.published.count(snapshot.number) if snapshot else 0
    moment = snapshot.moment if snapshot else ""
    parts = ((f"{base_of(services)}/sitemap-{number}.xml", moment) for number in range(1, -(-total // PART) + 1))
    return _document("sitemapindex", "sitemap", parts)


@router.api_route("/sitemap-{number}.xml", methods=READ)
def part(services: Asked, number: int) -> Response:
    """Addresses of datasets, each with when its description last changed."""
    found = _identities(services, number)
    if not found:
        raise NotFound(say("fr", "feed_empty"), say("en", "feed_empty"))
    base = base_of(services)
    return _document("urlset", "url", ((dataset_iri(base, dataset), moment) for dataset, moment in found))


def _identities(services: Services, number: int) -> list[tuple[str, str]]:
    snapshot = services.published.snapshot() if services.harvested and number > 0 else None
    return services.published.identities(snapshot.number, (number - 1) * PART, PART) if snapshot else []


def _document(root: str, element: str, entries: Iterator[tuple[str, str]]) -> Response:
    lines = (f"<{element}><loc>{escape(loc)}</loc><lastmod>{at}</lastmod></{element}>" for loc, at in entries)
    body = "\n".join((f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{XMLNS}">', *lines, f"</{root}>\n"))
    return Response(body, media_type="application/xml", headers={"Cache-Control": "public, max-age=3600"})
