"""udata's API v1: every page carries the address of the next (protocols.md §d)."""

from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.spiders.numbered import NumberedSpider

PAGE_SIZE = 100


class UdataSpider(NumberedSpider):
    """The list route, oldest first: a dataset that is created while we read comes at the end and shifts no row."""

    def first_url(self) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/1"
        return f"{base.rstrip('/')}/datasets/?page=1&page_size={PAGE_SIZE}&sort=created"

    def named(self, fetched: Fetched, header: PageHeader) -> str:  # noqa: ARG002 - its signature
        return header.next
