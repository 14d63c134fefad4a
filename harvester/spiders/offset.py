"""Walks that advance by the rows received, for protocols that page by offset."""

from abc import abstractmethod
from typing import Any, ClassVar

from dcat.findings import finding
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.walk import PortalSpider

EMPTY_PAGES = 5
"""So many pages without a row may follow each other while the total says that there are more."""


class OffsetSpider(PortalSpider):
    """The server may clamp the page size without a word, and its total may be wrong: the walk goes on while rows are
    missing from the total or pages come full. An empty page is passed over as long as the total promises rows behind
    it."""

    looks_ahead: ClassVar[bool] = True
    asked: ClassVar[int]
    """Rows asked for a page."""
    remembered = (*PortalSpider.remembered, "_page_size", "_skipped", "_empty")

    _page_size = 0
    _skipped = 0
    _empty = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._foreseen: dict[str, int] = {}

    @abstractmethod
    def page_at(self, offset: int) -> str:
        """The address of the page that begins at a row."""

    @property
    def offset(self) -> int:
        """The rows that came, and those of lost pages."""
        return self.received + self._skipped

    def first_url(self) -> str:
        return self.page_at(0)

    def foreseen(self, asked: str, header: PageHeader) -> str:
        """By the page size, once the first page has told it, up to the total."""
        following = self._foreseen.pop(asked, self.offset) + self._page_size
        if not self._page_size or header.declared is None or following >= header.declared:
            return ""
        address = self.page_at(following)
        self._foreseen[address] = following
        return address

    def past_lost(self, url: str) -> str:  # noqa: ARG002 - its signature
        self._skipped += self._page_size or self.asked
        return self.page_at(self.offset) if self.declared is None or self.offset < self.declared else ""

    def more(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> bool:
        """Whether there may be rows after those of this page."""
        if counts.received == 0:
            self.forget_body(fetched)
            return self._behind_empty(header)
        self._empty = 0
        if self.pages == 1:
            self._page_size = self._first_page_size(fetched, header, counts.received)
        missing = header.declared is None or self.offset < header.declared
        return missing or self._overflowing(counts)

    def _overflowing(self, counts: PageCounts) -> bool:
        """Beyond the total only pages that are full, and of records that did not come before, lead on: a server that
        pages in a circle fills its pages for ever."""
        return counts.received >= self._page_size and counts.received > counts.merged

    def _behind_empty(self, header: PageHeader) -> bool:
        """Whether rows are promised behind an empty page, which is passed over."""
        self._empty += 1
        self._skipped += self._page_size or self.asked
        return header.declared is not None and self.offset < header.declared and self._empty <= EMPTY_PAGES

    def _first_page_size(self, fetched: Fetched, header: PageHeader, received: int) -> int:
        clamped = header.declared is not None and received < min(self.asked, header.declared)
        if clamped:
            self.recorder.note(finding("page-size-clamped", place=fetched.url, value=f"{received}/{self.asked}"))
        return received if clamped else self.asked
