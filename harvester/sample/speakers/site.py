"""What a browser and a polite robot find on a portal: robots.txt, a front page, a search page, pages of datasets."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from dcat.text import fold
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url

ROBOTS = "User-agent: *\nDisallow: /admin\nAllow: /\n"
SHOWN = 20
SCANNED = 2_000
"""How many records a search reads before it gives what it found."""

PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title}</title></head>
<body><p><strong>Données d'exemple</strong> – {portal}</p><h1>{title}</h1>{body}</body></html>"""


def speak(desk: Desk) -> list[BaseRoute]:
    """Pages that every portal has, under the paths of the common kinds of software."""

    async def front(request: Request) -> Response:
        return _results(request, "", desk)

    async def search(request: Request) -> Response:
        return _results(request, request.query_params.get("q", "") or request.query_params.get("query", ""), desk)

    async def dataset(request: Request) -> Response:
        record = desk.find(request.path_params["dataset"].strip("/"))
        return _dataset(record, desk) if record else HTMLResponse(_page("Page introuvable", desk, ""), 404)

    paths = (
        "/explore/dataset/{dataset}/",
        "/explore/dataset/{dataset}",
        "/dataset/{dataset}",
        "/datasets/{dataset}",
        "/geonetwork/srv/api/records/{dataset}",
    )
    return [
        Route("/robots.txt", robots),
        Route("/", front),
        Route("/explore/", search),
        Route("/dataset", search),
        Route("/search", search),
        *(Route(path, dataset) for path in paths),
    ]


async def robots(_request: Request) -> Response:
    """The same for the server and for each portal."""
    return PlainTextResponse(ROBOTS)


def _results(request: Request, words: str, desk: Desk) -> Response:
    wanted = fold(words).split()
    found: list[SampleRecord] = []
    for position in range(min(desk.total, SCANNED)):
        record = desk.catalogue.record(desk.sample.id, position)
        if all(word in fold(record.title) for word in wanted):
            found.append(record)
        if len(found) == SHOWN:
            break
    base = base_url(request, desk)
    links = "".join(f'<li><a href="{base}/dataset/{record.slug}">{escape(record.title)}</a></li>' for record in found)
    form = f'<form action="{base}/search"><input name="q" value="{escape(words)}"><button>Rechercher</button></form>'
    return HTMLResponse(_page(desk.sample.portal.title, desk, f"{form}<ul>{links}</ul>"))


def _dataset(record: SampleRecord, desk: Desk) -> Response:
    files = "".join(f"<li>{escape(file.title)} – {escape(file.url)}</li>" for file in record.files)
    body = f"<p>{escape(record.description)}</p><p>{escape(record.publisher.name)}</p><ul>{files}</ul>"
    return HTMLResponse(_page(record.title, desk, body))


def _page(title: str, desk: Desk, body: str) -> str:
    return PAGE.format(title=escape(title), portal=escape(desk.sample.portal.title), body=body)
