"""``Crawl-delay`` of robots.txt, which Scrapy reads and does not obey."""

from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler

LONGEST_DELAY = 30.0
"""Seconds: a longer one would make a harvest last for days; the portal file can ask for it."""


def obey_crawl_delay(crawler: Crawler, configured: float) -> None:
    """Slow the crawler down to what robots.txt asks, where that is slower than the portal file."""

    def on_robots(robotparser: Any, request: Request) -> None:
        del request
        agent = crawler.settings["USER_AGENT"]
        asked = robotparser.rp.crawl_delay(agent)
        if asked and asked > configured and crawler.engine is not None:
            for slot in crawler.engine.downloader.slots.values():
                slot.delay = min(float(asked), LONGEST_DELAY)
                slot.concurrency = 1

    crawler.signals.connect(on_robots, signals.robots_parsed, weak=False)
