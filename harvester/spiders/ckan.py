"""CKAN's action API: ``package_search``, advanced by the rows that came (protocols.md §c)."""

from urllib.parse import urlencode

from dcat.findings import finding
from harvester.parsers import ckan
from harvester.parsers.page import Fetched, ParsedPage
from harvester.run import PageCounts
from harvester.spiders.walk import PortalSpider

ROWS = 1000


class CkanSpider(PortalSpider):
    """The server clamps ``rows`` without a word: the next page starts after the rows received, and an empty page
    ends the walk."""

    parser = staticmethod(ckan.parse)

    def first_url(self) -> str:
        return self._page(0)

    def next_url(self, fetched: Fetched, parsed: ParsedPage, counts: PageCounts) -> str:
        if counts.received == 0 or parsed.declared is None or self.received >= parsed.declared:
            return ""
        if self.pages == 1 and counts.received < ROWS:
            self.recorder.note(finding("page-size-clamped", place=fetched.url, value=f"{counts.received}/{ROWS}"))
        return self._page(self.received)

    def _page(self, start: int) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/3/action"
        asked = {"q": "*:*", "fq": "-type:harvest -type:showcase", "rows": ROWS, "start": start, "sort": "id asc"}
        return f"{base.rstrip('/')}/package_search?{urlencode(asked)}"
