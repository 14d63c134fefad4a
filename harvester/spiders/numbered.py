"""Walks whose pages name the next one, and have a number in their address."""

import re
from abc import abstractmethod
from typing import ClassVar

from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.walk import PortalSpider

_NUMBER = re.compile(r"(?<=[?&]page=)\d+")


class NumberedSpider(PortalSpider):
    """The page says where the next one is; of a page that is lost, the number in its address does (``page=3``), as
    long as the total that the source announced is not reached."""

    looks_ahead: ClassVar[bool] = True
    remembered = (*PortalSpider.remembered, "_page_size")
    _page_size = 0

    @abstractmethod
    def named(self, fetched: Fetched, header: PageHeader) -> str:
        """The next page, as the page itself names it."""

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        self._page_size = self._page_size or header.window or counts.received
        return self.named(fetched, header)

    def past_lost(self, url: str) -> str:
        number = _NUMBER.search(url)
        if number is None or self.declared is None or int(number[0]) * self._page_size >= self.declared:
            return ""
        return f"{url[: number.start()]}{int(number[0]) + 1}{url[number.end() :]}"
