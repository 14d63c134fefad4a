"""Trying again as a good guest does: after the time that the portal names, else later each time; never for hours."""

import asyncio
import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harvester.politeness.firewall import challenge
from harvester.politeness.quota import LONGEST_WAIT as MOST
from harvester.politeness.quota import QuotaExhausted

LONGEST_WAIT = MOST.total_seconds()

FIRST_WAIT = "AIGUILLAGE_FIRST_WAIT"
"""Setting of the crawler: seconds before the first retry; doubled each time."""
DATA_LOST = "dataloss"
"""Scrapy's flag on an answer that is shorter than its server announced."""


class PatientRetry(RetryMiddleware):
    """Scrapy's retries (429, 5xx, broken connections) and cut bodies, with ``Retry-After`` (RFC 9110 §10.2.3) and
    back-off."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self._first_wait = settings.getfloat(FIRST_WAIT)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    async def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The answer, or the request again after a wait. Raises ``QuotaExhausted``."""
        cut = DATA_LOST in response.flags
        if (response.status not in self.retry_http_codes and not cut) or _is_challenge(response):
            return response
        asked = retry_after(response, datetime.now(UTC))
        if asked is not None and asked > LONGEST_WAIT:
            raise QuotaExhausted(f"HTTP {response.status}, Retry-After {asked:.0f} s")
        again = self._retry(request, "cut body" if cut else f"HTTP {response.status}")
        if again is None:
            return response
        await asyncio.sleep(self._wait(request) if asked is None else asked)
        return again

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]
        """A broken connection is tried again after a wait."""
        if not isinstance(exception, self.exceptions_to_retry):
            return None
        again = self._retry(request, exception)
        if again is not None:
            await asyncio.sleep(self._wait(request))
        return again

    def _wait(self, request: Request) -> float:
        """Shaken by half, so that harvesters which met the same breakdown do not come back as one."""
        tried: int = request.meta.get("retry_times", 0)
        shaken = random.uniform(0.5, 1.0)  # noqa: S311 - nothing secret
        return min(LONGEST_WAIT, self._first_wait * float(2**tried)) * shaken


def _is_challenge(response: Response) -> bool:
    """A firewall's page: asking again makes it worse."""
    headers = {str(name).lower(): str(value) for name, value in response.headers.to_unicode_dict().items()}
    return challenge(response.body, headers) is not None


def retry_after(response: Response, now: datetime) -> float | None:
    """Seconds to wait, from a number or an HTTP date; None where the header is absent or unreadable."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - now).total_seconds())
    except (ValueError, TypeError):
        return None
