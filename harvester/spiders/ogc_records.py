"""OGC API – Records: the page links to the next (protocols.md §e)."""

import re
from urllib.parse import urlsplit

from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.walk import PortalSpider

LIMIT = 100
COLLECTION = "metadata:main"
"""pycsw's default; the endpoint may name another, ``…/collections/{id}/items``."""


EMPTY_PAGES = 5
"""So many pages without a record may follow each other: some servers link on for ever."""

_OFFSET = re.compile(r"(?<=[?&])(offset|startindex)=(\d+)", re.IGNORECASE)


class OgcRecordsSpider(PortalSpider):
    """The link is followed, never built; but past a page that is lost, and has told of none, its address is counted
    on."""

    remembered = (*PortalSpider.remembered, "_page_size", "_empty")
    _page_size = 0
    _empty = 0

    def first_url(self) -> str:
        endpoint = (self.portal.endpoint or self.portal.url).rstrip("/")
        if urlsplit(endpoint).query:
            return endpoint
        if not endpoint.endswith("/items"):
            endpoint += "/items" if "/collections/" in endpoint else f"/collections/{COLLECTION}/items"
        return f"{endpoint}?f=json&limit={LIMIT}"

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        del fetched
        self._page_size = self._page_size or counts.received
        self._empty = 0 if counts.received else self._empty + 1
        return header.next if self._empty <= EMPTY_PAGES and not (self._empty and self.all_came()) else ""

    def past_lost(self, url: str) -> str:
        place = _OFFSET.search(url)
        following = int(place[2]) + self._page_size if place else 0
        if place is None or self.declared is None or following >= self.declared:
            return ""
        return f"{url[: place.start(2)]}{following}{url[place.end(2) :]}"
