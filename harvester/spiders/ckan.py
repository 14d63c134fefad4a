"""CKAN's action API: ``package_search``, advanced by the rows that came (protocols.md §c)."""

import json
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from scrapy import Request

from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.offset import OffsetSpider

POST_ONLY = (400, 405, 411, 415)
"""How a CKAN that wants a posted object refuses a question without one."""


class CkanSpider(OffsetSpider):
    """Sorted by id, so that a package that changes while we read shifts no row. A very old CKAN takes nothing but a
    posted object: its pages are named ``…/package_search?…#post``."""

    asked = 1000
    remembered = (*OffsetSpider.remembered, "_posting")
    _posting = False

    def request(self, url: str) -> Request:
        asked = super().request(url)
        if not self._posting:
            return asked
        address, _, query = url.partition("#")[0].partition("?")
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        body = json.dumps(dict(parse_qsl(query))).encode()
        return asked.replace(url=address, method="POST", body=body, headers=headers)

    def ask_otherwise(self, fetched: Fetched) -> str:
        if self.pages or self._posting or fetched.status not in POST_ONLY:
            return ""
        self._posting = True
        return self.page_at(0)

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        return self.page_at(self.offset) if self.more(fetched, header, counts) else ""

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        del portal
        return timedelta(hours=1)

    def page_at(self, offset: int) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/3/action"
        changed = f" +metadata_modified:[{self.since} TO *]" if self.since else ""
        wanted = {"q": "*:*", "fq": f"-type:harvest -type:showcase{changed}", "rows": self.asked, "start": offset}
        query = urlencode({**wanted, "sort": "id asc"})
        return f"{base.rstrip('/')}/package_search?{query}{'#post' if self._posting else ''}"
