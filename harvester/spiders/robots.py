"""robots.txt as RFC 9309 means it: an absent one allows everything, an unreachable one nothing."""

import re

from protego import Protego
from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from harvester.politeness.addresses import RefusedAddress
from harvester.politeness.limits import LimitExceeded
from harvester.politeness.quota import QuotaExhausted
from harvester.spiders.patience import DATA_LOST

MOST_ROBOTS = "AIGUILLAGE_MOST_ROBOTS"
"""Setting of the crawler: bytes of robots.txt that are read; what stands beyond is not (RFC 9309 §2.5)."""

LONGEST_DELAY = 30.0
"""Seconds: a longer one would make a harvest last for days; the portal file can ask for it."""

TOO_MANY = 429
"""Of the 4xx, the one that says "not now" and not "there is none"."""

_TOKEN = re.compile(r"[A-Za-z_-]+")


class RobotsRefused(Exception):
    """robots.txt forbids the address; the message is what to write there to allow it."""


class RobotsUnreachable(Exception):
    """robots.txt cannot be had, so that nothing may be asked (RFC 9309 §2.3.1.4)."""


class Unreachable(RobotParser):
    """Stands for a robots.txt that could not be read: whoever asks for its rules hears why."""

    def __init__(self, why: Exception | str) -> None:
        self.error = why if isinstance(why, QuotaExhausted) else RobotsUnreachable(_words(why))

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> "Unreachable":
        raise NotImplementedError  # made from what went wrong, never from a body

    def allowed(self, url: str | bytes, user_agent: str | bytes) -> bool:  # noqa: ARG002 - Scrapy's signature
        return False


def _words(why: Exception | str) -> str:
    return why if isinstance(why, str) else f"{type(why).__name__}: {why}"


class Robots(RobotsTxtMiddleware):
    """Scrapy's middleware with the three cases of RFC 9309 §2.3.1: unavailable (4xx, too many redirects, or an address
    that we do not ask) allows everything, unreachable (5xx, 429, no answer) nothing. ``Crawl-delay`` and
    ``Request-rate``, which the RFC leaves open, slow the crawler down."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._agent = product_token(crawler.settings["USER_AGENT"])
        self._most = crawler.settings.getint(MOST_ROBOTS)
        self._delay = crawler.settings.getfloat("DOWNLOAD_DELAY")

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Raises ``RobotsRefused``, ``RobotsUnreachable``, ``QuotaExhausted``."""
        if isinstance(rp, Unreachable):
            raise rp.error
        if rp is not None and not rp.allowed(request.url, self._agent):
            path = urlparse_cached(request).path or "/"
            raise RobotsRefused(f"User-agent: {self._agent}\nAllow: {path}")

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500 or response.status == TOO_MANY:
            self._settle(netloc, Unreachable(f"HTTP {response.status}"))
        elif DATA_LOST in response.flags:
            self._settle(netloc, Unreachable("the connection broke before its end"))
        elif response.status >= 300:
            self._settle(netloc, None)
        else:
            parser = ProtegoRobotParser(response.body[: self._most], self.crawler.spider)
            self._slow_down(parser.rp, urlparse_cached(request).hostname or "")
            self._settle(netloc, parser)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, LimitExceeded | RefusedAddress):
            self._settle(netloc, None)
        else:
            self._settle(netloc, Unreachable(exc))

    def _settle(self, netloc: str, parser: RobotParser | None) -> None:
        waiting = self._parsers[netloc]
        self._parsers[netloc] = parser
        waiting.callback(parser)  # type: ignore[union-attr]  # one that is still looked for is a Deferred

    def _slow_down(self, rules: Protego, host: str) -> None:
        """To what robots.txt asks, where that is slower than the portal file."""
        delay, rate = rules.crawl_delay(self._agent), rules.request_rate(self._agent)
        asked = max(float(delay or 0), rate.seconds / rate.requests if rate and rate.requests else 0.0)
        if asked > self._delay and self.crawler.engine is not None:
            slow_down(self.crawler.engine.downloader, host, asked)


def product_token(agent: str) -> str:
    """How robots.txt names us: the product before the version (RFC 9309 §2.2.1)."""
    found = _TOKEN.match(agent)
    return found[0] if found else agent


def slow_down(downloader: Downloader, host: str, asked: float) -> None:
    """One request at a time, so many seconds apart: in the slot that is, and in those that Scrapy makes after it has
    forgotten an idle one."""
    delay = min(asked, LONGEST_DELAY)
    downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
    slot = downloader.slots.get(host)
    if slot is not None:
        slot.delay, slot.concurrency, slot.jitter = delay, 1, 0.0
