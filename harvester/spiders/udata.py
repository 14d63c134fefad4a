"""udata's API v1: every page carries the address of the next (protocols.md §d)."""

from datetime import timedelta

from dcat.portal import Portal
from harvester.parsers import udata
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.spiders.numbered import NumberedSpider

PAGE_SIZE = 100


class UdataSpider(NumberedSpider):
    """The list route, oldest first: a dataset that is created while we read comes at the end and shifts no row.

    There is no filter by date: an incremental walk goes from the last change back, to the first page that holds nothing
    of interest.
    """

    counts_changes = False

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        del portal
        return timedelta(hours=1)

    def first_url(self) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/1"
        sort = "-last_update" if self.since else "created"
        return f"{base.rstrip('/')}/datasets/?page=1&page_size={PAGE_SIZE}&sort={sort}"

    def ignores_since(self, fetched: Fetched, header: PageHeader) -> bool:
        """Whether the order is not the one that was asked for."""
        del header
        changes = [] if self.pages else udata.last_changes(fetched)
        return not all(changes) or changes != sorted(changes, reverse=True)

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        if self.since and all(change < self.since.rstrip("Z") for change in udata.last_changes(fetched)):
            return ""
        return header.next
