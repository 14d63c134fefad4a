"""OGC API – Records: the page links to the next (protocols.md §e)."""

from urllib.parse import urlsplit

from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.run import PageCounts
from harvester.spiders.walk import PortalSpider

LIMIT = 100
COLLECTION = "metadata:main"
"""pycsw's default; the endpoint may name another, ``…/collections/{id}/items``."""


class OgcRecordsSpider(PortalSpider):
    """The link is followed, never built."""

    def first_url(self) -> str:
        endpoint = (self.portal.endpoint or self.portal.url).rstrip("/")
        if urlsplit(endpoint).query:
            return endpoint
        if not endpoint.endswith("/items"):
            endpoint += "/items" if "/collections/" in endpoint else f"/collections/{COLLECTION}/items"
        return f"{endpoint}?f=json&limit={LIMIT}"

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        del fetched
        return header.next if counts.received else ""
