"""ArcGIS Hub: the first of its feeds that answers, or the pages of its search API (protocols.md §f)."""

import re
from typing import Any

from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.refusals import TOO_MANY
from harvester.spiders.walk import PortalSpider

FEEDS = (
    "/api/feed/dcat-ap/2.1.1.json",
    "/api/feed/dcat-us/1.1.json",
    "/data.json",
    "/api/search/v1/collections/dataset/items?limit=100",
)
"""Best first: the owner may turn any of them off; old sites have the third alone."""

FEED = re.compile(r"/(?:api/.*|[^/]+\.json(?:\?.*)?)$")
"""What stands behind the site in the address of a feed."""

MARKS = (b'dataset"', b'"features"')


class ArcgisHubSpider(PortalSpider):
    """The endpoint may name a feed, or pages of the search API (``/api/search/…``): it is asked first. Only items that
    their owners made public are in any of them."""

    remembered = (*PortalSpider.remembered, "_feed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._feed = 0

    def first_url(self) -> str:
        return self._feeds()[0]

    def ask_otherwise(self, fetched: Fetched) -> str:
        """A feed that is turned off leads to the next; a site that has had enough is asked for nothing more."""
        speaks = fetched.status < 400 and (fetched.file or any(mark in fetched.body for mark in MARKS))
        if self.pages or speaks or fetched.status == TOO_MANY or self._feed + 1 >= len(self._feeds()):
            return ""
        self._feed += 1
        return self._feeds()[self._feed]

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        del fetched
        return header.next if counts.received else ""

    def _feeds(self) -> tuple[str, ...]:
        endpoint = (self.portal.endpoint or self.portal.url).rstrip("/")
        named = (endpoint,) if FEED.search(endpoint) else ()
        return tuple(dict.fromkeys((*named, *(f"{FEED.sub('', endpoint)}{path}" for path in FEEDS))))
