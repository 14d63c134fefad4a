"""Opendatasoft's Explore API v2.1 (protocols.md §b)."""

from urllib.parse import urlencode

from dcat.findings import finding
from harvester.outcome import Ending
from harvester.parsers import ods
from harvester.parsers.page import Fetched, ParsedPage
from harvester.run import PageCounts
from harvester.spiders.walk import PortalSpider

LIMIT = 100
WINDOW = 10_000
"""``offset + limit`` must stay below it."""


class OdsSpider(PortalSpider):
    """Pages by offset; a catalogue larger than the paging window is read whole from ``exports/json``, which has no
    window; a used-up daily quota ends the walk before the portal has to refuse."""

    parser = staticmethod(ods.parse)

    def first_url(self) -> str:
        return self._page(0)

    def next_url(self, fetched: Fetched, parsed: ParsedPage, counts: PageCounts) -> str:
        if self._exporting or counts.received == 0 or parsed.declared is None or self.received >= parsed.declared:
            return ""
        if parsed.declared > WINDOW - LIMIT:
            return self.quota(fetched, f"{self._catalog}/exports/json?limit=-1")
        return self.quota(fetched, self._page(self.received))

    def quota(self, fetched: Fetched, following: str) -> str:
        """``X-RateLimit-Remaining: 0`` with more to read: stop, and say until when."""
        if following and fetched.headers.get("x-ratelimit-remaining") == "0":
            reset = fetched.headers.get("x-ratelimit-reset", "")
            self.lose_page(following, Ending.CAPPED, finding("quota-exhausted", place=following, value=reset))
            return ""
        return following

    @property
    def _exporting(self) -> bool:
        return any("/exports/json" in url for url in self._visited)

    @property
    def _catalog(self) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/explore/v2.1"
        return f"{base.rstrip('/')}/catalog"

    def _page(self, offset: int) -> str:
        asked = {"limit": LIMIT, "offset": offset, "include_app_metas": "true"}
        return f"{self._catalog}/datasets?{urlencode(asked)}"
