"""Downloader middleware: every request of a run, robots.txt and retries too, is counted against the portal's quotas."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import Settings

from harvester.politeness.quota import LONGEST_WAIT, Meter
from harvester.spiders.patience import retry_after

TOO_MANY = 429


class MeteredCrawler(Crawler):
    """A crawler with the meter of its run."""

    def __init__(self, spider: type[Any], settings: Settings, meter: Meter) -> None:
        super().__init__(spider, settings)
        self.meter = meter


class Metering:
    """Stands next to the network. Raises ``QuotaExhausted`` in place of a request that would exceed a quota."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        if not isinstance(crawler, MeteredCrawler):
            raise TypeError("harvests need a MeteredCrawler")
        return cls(crawler.meter)

    async def process_request(self, request: Request) -> None:  # noqa: ARG002 - Scrapy's signature
        """Waits for a quota that begins anew within minutes."""
        await asyncio.sleep(self._meter.wait())
        self._meter.sent()

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002 - Scrapy's signature
        """Reads what is left."""
        self._meter.answered({str(name).lower(): value for name, value in response.headers.to_unicode_dict().items()})
        asked = retry_after(response, datetime.now(UTC)) if response.status == TOO_MANY else None
        if asked is not None and asked > LONGEST_WAIT.total_seconds():
            self._meter.refused(asked)
        return response
