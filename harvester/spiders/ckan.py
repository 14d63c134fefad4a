"""CKAN's action API: ``package_search``, advanced by the rows that came (protocols.md §c)."""

from urllib.parse import urlencode

from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.run import PageCounts
from harvester.spiders.offset import OffsetSpider


class CkanSpider(OffsetSpider):
    """Sorted by id, so that a package that changes while we read shifts no row."""

    asked = 1000

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        return self.page_at(self.offset) if self.more(fetched, header, counts) else ""

    def page_at(self, offset: int) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/3/action"
        wanted = {"q": "*:*", "fq": "-type:harvest -type:showcase", "rows": self.asked, "start": offset}
        return f"{base.rstrip('/')}/package_search?{urlencode({**wanted, 'sort': 'id asc'})}"
