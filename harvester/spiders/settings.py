"""Scrapy's settings for one portal: polite, bounded, identified (design §7.7 and §7.8)."""

from typing import Any

from scrapy.settings import Settings
from scrapy.settings.default_settings import DOWNLOADER_MIDDLEWARES_BASE as SCRAPYS

from harvester.parsers import FROM_FILES
from harvester.runs.job import Job
from harvester.spiders.bounds import MOST_HEADERS, MOST_HELD, SILENCE
from harvester.spiders.patience import FIRST_WAIT
from harvester.spiders.robots import MOST_ROBOTS
from harvester.spiders.safety import ALLOW_PRIVATE, ALLOWED_HOSTS, PROXY

USED = frozenset(
    f"scrapy.downloadermiddlewares.{name}"
    for name in (
        *("downloadtimeout.DownloadTimeoutMiddleware", "defaultheaders.DefaultHeadersMiddleware"),
        *("useragent.UserAgentMiddleware", "httpproxy.HttpProxyMiddleware"),
    )
)
"""Of Scrapy's own. Ours stand for others, and a harvest has no use for the rest; what is only disabled is loaded."""
MIDDLEWARES = {
    "harvester.spiders.safety.SafeAddresses": 50,
    "harvester.spiders.robots.Robots": 100,
    "harvester.spiders.patience.PatientRetry": 550,
    "harvester.spiders.bounds.BoundedDecompression": 590,
    "harvester.spiders.bounds.BoundedRedirect": 600,
    "harvester.spiders.metering.Metering": 900,
}
HANDLERS = dict.fromkeys(("http", "https"), "harvester.spiders.bounds.BoundedHandler")


def settings_for(job: Job) -> Settings:
    """The settings of the crawler of one job."""
    return Settings({**_polite(job), **_bounded(job), **_safe(job)})


def _polite(job: Job) -> dict[str, Any]:
    politeness = job.portal.politeness
    return {
        "USER_AGENT": job.agent,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": politeness.delay,
        "CONCURRENT_REQUESTS": politeness.concurrency,
        "CONCURRENT_ITEMS": 2,
        "CONCURRENT_REQUESTS_PER_DOMAIN": politeness.concurrency,
        "RETRY_TIMES": 3,
        FIRST_WAIT: job.first_wait,
    }


def _bounded(job: Job) -> dict[str, Any]:
    limits = job.limits
    held = min(limits.held, limits.body)
    return {
        "DOWNLOAD_HANDLERS": HANDLERS,
        "DOWNLOAD_TIMEOUT": limits.seconds,
        "DOWNLOAD_MAXSIZE": limits.body if job.portal.protocol in FROM_FILES else held,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": False,
        "REDIRECT_MAX_TIMES": limits.redirects,
        MOST_HEADERS: limits.headers,
        MOST_HELD: held,
        MOST_ROBOTS: limits.robots,
        SILENCE: limits.silence,
    }


def _safe(job: Job) -> dict[str, Any]:
    """Everything that Scrapy would do beyond asking for a page is off: cookies, pages that send elsewhere, a proxy that
    the environment names, every extension (a console, feeds, a remote control: a fifth of a process's start), and what
    stands between a spider and the engine, which drops a next page with a long address without a word."""
    return {
        "HTTPERROR_ALLOW_ALL": True,
        "HTTPPROXY_ENABLED": bool(job.proxy),
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "LOG_ENABLED": False,
        "STATS_DUMP": False,
        "DOWNLOADER_MIDDLEWARES_BASE": {name: at for name, at in SCRAPYS.items() if name in USED},
        "DOWNLOADER_MIDDLEWARES": MIDDLEWARES,
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        ALLOWED_HOSTS: list(job.allowed_hosts),
        ALLOW_PRIVATE: job.allow_private,
        PROXY: job.proxy,
    }
