"""udata's API v1: every page carries the address of the next (protocols.md §d)."""

from dcat.portal import Portal
from harvester.parsers import udata
from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.spiders.numbered import NumberedSpider

PAGE_SIZE = 100


class UdataSpider(NumberedSpider):
    """The list route, oldest first: a dataset that is created while we read comes at the end and shifts no row. What
    changed is asked for the last touched first, until a page ends before."""

    @classmethod
    def can_tell_changes(cls, portal: Portal) -> bool:
        del portal
        return True

    def first_url(self) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/1"
        sort = "-last_update" if self.since else "created"
        return f"{base.rstrip('/')}/datasets/?page=1&page_size={PAGE_SIZE}&sort={sort}"

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        touched = udata.last_touched(fetched) if self.since else None
        return "" if touched and self.since and touched < self.since.date() else header.next
