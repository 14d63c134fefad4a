"""GeoNetwork's own search: v4's ``_search``, and v3's ``q`` where the former is not there (protocols.md §e)."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from scrapy import Request

from dcat.portal import Portal
from harvester.parsers import geonetwork
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.atom import AtomSpider

PAGE_SIZE = 100
WINDOW = 10_000
"""Of Elasticsearch: beyond it only ``search_after`` leads on."""

EMPTY_PAGES = 5
"""So many pages without a record may follow each other while the total says that there are more."""

ABSENT = (400, 404, 405, 500, 501)
WANTED = "+isTemplate:n -draft:y -resourceType:featureCatalog"
ORDER = [{"changeDate": "asc"}, {"uuid": {"order": "asc", "unmapped_type": "keyword"}}]
"""The oldest change first: what changes while we read comes again at the end, and nothing is skipped."""


class GeonetworkSpider(AtomSpider):
    """A page of v4 is named ``…/_search#from=0`` or ``…/_search#after=[…]``: what follows ``#`` makes the request."""

    remembered = (*AtomSpider.remembered, "_v3", "_page_size", "_skipped", "_empty")
    _page_size = 0
    _skipped = 0
    _empty = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._v3 = urlsplit(self.portal.endpoint).path.endswith("/q")

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """Version 3 cannot be asked."""
        return None if urlsplit(portal.endpoint).path.endswith("/q") else timedelta(hours=1)

    def first_url(self) -> str:
        return self._page_of_v3(1) if self._v3 else self._named("from=0")

    def request(self, url: str) -> Request:
        asked = super().request(url)
        if self._v3:
            return asked
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return asked.replace(method="POST", body=_body(dict(parse_qsl(urlsplit(url).fragment))), headers=headers)

    def ask_otherwise(self, fetched: Fetched) -> str:
        absent = fetched.status in ABSENT or fetched.body.lstrip().startswith(b"<")
        if self.pages or self._v3 or not absent:
            return ""
        self._v3 = True
        return self._page_of_v3(1)

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        self._page_size = self._page_size or counts.received
        self._empty = 0 if counts.received else self._empty + 1
        if not counts.received:
            self.forget_body(fetched)
            self._skipped += self._page_size
        if not self._more(header, counts):
            return ""
        if not self._v3 and (after := geonetwork.last_sort(fetched)):
            return self._named(f"after={quote(json.dumps(after))}")
        return self._page_at(self.received + self._skipped)

    def past_lost(self, url: str) -> str:  # noqa: ARG002 - its signature
        self._skipped += self._page_size
        reached = self.declared is not None and self.received + self._skipped >= self.declared
        return "" if reached else self._page_at(self.received + self._skipped)

    def _more(self, header: PageHeader, counts: PageCounts) -> bool:
        """A total that was passed is wrong: then full pages tell, as long as they bring what did not come before.
        Behind an empty page the total alone does."""
        reached = self.received + self._skipped
        if not counts.received:
            return header.declared is not None and reached < header.declared and self._empty <= EMPTY_PAGES
        if header.declared is None or reached < header.declared:
            return True
        return reached > header.declared and counts.received >= self._page_size and counts.received > counts.merged

    def _page_at(self, offset: int) -> str:
        """The page that begins with a row, ``""`` beyond the window of version 4."""
        if self._v3:
            return self._page_of_v3(offset + 1)
        if offset + PAGE_SIZE <= WINDOW:
            return self._named(f"from={offset}")
        self._stop_at("page-window-exceeded", self._search)
        return ""

    @property
    def _base(self) -> str:
        """The catalogue's address: what stands before ``/srv/`` in the endpoint."""
        before, found, _ = self.portal.endpoint.partition("/srv/")
        return before if found else self.portal.endpoint or f"{self.portal.url.rstrip('/')}/geonetwork"

    @property
    def _search(self) -> str:
        return f"{self._base.rstrip('/')}/srv/api/search/records/_search"

    def _named(self, place: str) -> str:
        return f"{self._search}#{place}{f'&since={self.since}' if self.since else ''}"

    def _page_of_v3(self, first: int) -> str:
        wanted = {
            "_content_type": "json",
            "fast": "index",
            "resultType": "details",
            "buildSummary": "true",
            "sortBy": "changeDate",
            "sortOrder": "reverse",
            "from": first,
            "to": first + PAGE_SIZE - 1,
        }
        return f"{self._base.rstrip('/')}/srv/fre/q?{urlencode(wanted)}"


def _body(place: dict[str, str]) -> bytes:
    """A search of Elasticsearch from ``from`` or ``after``, of what changed from ``since`` on."""
    query: dict[str, Any] = {"query_string": {"query": WANTED}}
    if "since" in place:
        query = {"bool": {"must": [query], "filter": [{"range": {"changeDate": {"gte": place["since"]}}}]}}
    search: dict[str, Any] = {"size": PAGE_SIZE, "sort": ORDER, "track_total_hits": True, "query": query}
    if "after" in place:
        search["search_after"] = json.loads(place["after"])
    else:
        search["from"] = int(place.get("from", "0"))
    return json.dumps(search).encode()
