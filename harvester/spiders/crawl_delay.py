"""``Crawl-delay`` of robots.txt, which Scrapy reads and does not obey."""

from typing import Any
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler

LONGEST_DELAY = 30.0
"""Seconds: a longer one would make a harvest last for days; the portal file can ask for it."""


def obey_crawl_delay(crawler: Crawler, configured: float) -> None:
    """Slow the crawler down to what robots.txt asks, where that is slower than the portal file."""

    def on_robots(robotparser: Any, request: Request) -> None:
        asked = robotparser.rp.crawl_delay(crawler.settings["USER_AGENT"])
        if asked and asked > configured and crawler.engine is not None:
            slow_down(crawler.engine.downloader, urlsplit(request.url).hostname or "", float(asked))

    crawler.signals.connect(on_robots, signals.robots_parsed, weak=False)


def slow_down(downloader: Downloader, host: str, asked: float) -> None:
    """One request at a time, so many seconds apart: in the slot that is, and in those that Scrapy makes after it has
    forgotten an idle one."""
    delay = min(asked, LONGEST_DELAY)
    downloader.per_slot_settings[host] = {"delay": delay, "concurrency": 1, "jitter": 0.0}
    slot = downloader.slots.get(host)
    if slot is not None:
        slot.delay, slot.concurrency, slot.jitter = delay, 1, 0.0
