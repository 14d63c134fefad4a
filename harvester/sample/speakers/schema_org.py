"""Pages with schema.org's ``Dataset`` in JSON-LD, found by an index of sitemaps."""

from html import escape
from typing import Any
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from harvester.sample.boxes import box_of
from harvester.sample.iso.template import xml
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.data_json import newest
from harvester.sample.speakers.speaker import Desk, base_url, conditional, not_found
from harvester.sample.words import FORMATS, LICENCES

LARGEST_SITEMAP = 1_000
"""The standard allows 50,000 addresses; sites make smaller ones."""

XML = "application/xml; charset=utf-8"
INDEX = '<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</sitemapindex>\n'
SITEMAP = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</urlset>\n'
PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{title} – {portal}</title>
<script type="application/ld+json">{organisation}</script>
<script type="application/ld+json">{dataset}</script></head>
<body><h1>{title}</h1><p>{description}</p><ul>{files}</ul></body></html>
"""

Json = dict[str, Any]


class DatasetSite:
    """One site."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[BaseRoute]:
        """The index, its sitemaps, the pages."""
        return [
            Route("/sitemap.xml", self.index),
            Route("/sitemap-{part:int}.xml", self.sitemap),
            Route("/dataset/{dataset}", self.page),
        ]

    @property
    def _size(self) -> int:
        return self._desk.at_most(LARGEST_SITEMAP)

    async def index(self, request: Request) -> Response:
        """One entry a sitemap."""
        base, parts = base_url(request, self._desk), range(1, max(1, -(-self._desk.total // self._size)) + 1)
        entries = (f"<sitemap><loc>{xml(base)}/sitemap-{part}.xml</loc></sitemap>\n" for part in parts)
        return conditional(request, INDEX.format("".join(entries)).encode(), XML)

    async def sitemap(self, request: Request) -> Response:
        """The pages of one part, and when they changed; 404 beyond the last."""
        start = (request.path_params["part"] - 1) * self._size
        if start < 0 or start >= max(1, self._desk.total):
            return not_found("no such sitemap")
        records = self._desk.page(request, self._desk.rows(), start, self._size).records
        base = base_url(request, self._desk)
        entries = (
            f"<url><loc>{xml(base)}/dataset/{quote(record.slug)}</loc><lastmod>{record.processed}</lastmod></url>\n"
            for record in records
        )
        return conditional(request, SITEMAP.format("".join(entries)).encode(), XML, newest(records))

    async def page(self, request: Request) -> Response:
        """One dataset, or 404."""
        record = self._desk.find(request.path_params["dataset"])
        if record is None:
            return HTMLResponse("<html><body><h1>Page introuvable</h1></body></html>", 404)
        sample = self._desk.sample
        files = "".join(f'<li><a href="{escape(file.url)}">{escape(file.title)}</a></li>' for file in record.files)
        organisation = {"@context": "https://schema.org", "@type": "Organization", "name": sample.portal.title}
        body = PAGE.format(
            title=escape(record.title),
            portal=escape(sample.portal.title),
            organisation=_script(organisation),
            dataset=_script(dataset(record, sample.portal.url)),
            description=escape(record.description),
            files=files,
        )
        return HTMLResponse(body)


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a site."""
    return DatasetSite(desk).routes()


def dataset(record: SampleRecord, site: str) -> Json:
    """The ``Dataset`` of a page; nothing that is empty."""
    box = box_of(record.territory)
    licence = LICENCES.get(record.licence)
    written = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": record.iri,
        "identifier": record.identifier,
        "url": record.page,
        "name": record.title,
        "description": record.description,
        "keywords": list(record.keywords),
        "inLanguage": record.language,
        "isAccessibleForFree": True,
        "license": (licence.url or licence.title) if licence else record.licence,
        "publisher": {"@type": "Organization", "name": record.publisher.name},
        "creator": {"@type": "Organization", "name": record.publisher.name},
        "datePublished": record.issued,
        "dateModified": record.modified,
        "temporalCoverage": "/".join(record.temporal) if record.temporal[0] else "",
        "spatialCoverage": {
            "@type": "Place",
            "name": record.territory_name,
            "geo": {"@type": "GeoShape", "box": f"{box.south} {box.west} {box.north} {box.east}"},
        },
        "includedInDataCatalog": {"@type": "DataCatalog", "url": site},
        "sameAs": record.origin.remote_url if record.origin else "",
        "distribution": [_download(file) for file in record.files],
    }
    return {name: value for name, value in written.items() if value}


def _download(file: File) -> Json:
    words = FORMATS.get(file.format)
    return {
        "@type": "DataDownload",
        "name": file.title,
        "encodingFormat": words.media_type if words else file.format,
        "contentUrl": file.url,
    }


def _script(content: Json) -> str:
    """JSON that does not end the script that it stands in."""
    return msgspec.json.encode(content).decode().replace("</", "<\\/")
