"""CKAN's action API: ``package_search``, advanced by the rows that came (protocols.md §c)."""

from datetime import timedelta
from urllib.parse import urlencode

from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.run import PageCounts
from harvester.spiders.offset import OffsetSpider


class CkanSpider(OffsetSpider):
    """Sorted by id, so that a package that changes while we read shifts no row."""

    asked = 1000

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
        return f"{base.rstrip('/')}/package_search?{urlencode({**wanted, 'sort': 'id asc'})}"
