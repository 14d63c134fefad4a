"""data.json: the whole catalogue in one document (protocols.md §g)."""

from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.walk import PortalSpider


class DataJsonSpider(PortalSpider):
    """One request; nothing follows."""

    def first_url(self) -> str:
        return self.portal.endpoint or f"{self.portal.url.rstrip('/')}/data.json"

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        del fetched, header, counts
        return ""
