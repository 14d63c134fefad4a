"""INSPIRE Atom feeds of a portal, read before its catalogue (protocols.md §i)."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

from msgspec.structs import replace
from scrapy import Request
from scrapy.http import Response

from dcat.findings import finding
from harvester.errors import HarvestError
from harvester.parsers.atom import Entry, files_of, read_feed
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.spiders.bounds import MAXSIZE, MOST_HELD
from harvester.spiders.refusals import refusal
from harvester.spiders.spool import SCRATCH
from harvester.spiders.walk import PortalSpider

MOST_FEEDS = 5_000
GONE = (404, 410)


class AtomSpider(PortalSpider):
    """A walk over a catalogue whose portal file names ``atom`` feeds.

    Files hang on datasets by an identifier that only the record has, so they must be known when it is read: the feeds
    come first, and what they hold goes to the parser with the portal. So a page is still read from its bytes and the
    portal alone, no record has to be written twice, and a walk that goes on in another process begins by reading the
    feeds again. Following each feed as a record links to it would cost a request a record in the middle of the walk.

    Feeds are kept beside the pages, under numbers below zero. One that cannot be read costs its files and makes the
    run partial; one that is no more is told.
    """

    async def start(self) -> AsyncIterator[Request]:
        if self.portal.atom:
            try:
                self.portal = replace(self.portal, files=files_of(await self._feeds()))
            except HarvestError as error:
                self.broken = error
                return
        async for request in super().start():
            yield request

    async def _feeds(self) -> dict[str, tuple[Entry, ...]]:
        """The service feeds, then those that their entries lead to, by address."""
        feeds: dict[str, tuple[Entry, ...]] = {}
        waiting = dict.fromkeys(self.portal.atom)
        while waiting and len(feeds) < MOST_FEEDS:
            address = next(iter(waiting))
            del waiting[address]
            feeds[address] = entries = await self._feed(address, len(feeds) + 1)
            if address in self.portal.atom:
                waiting |= dict.fromkeys(one for one in self._followed(address, entries) if one not in feeds)
        if waiting:
            self.recorder.note(finding("page-cap-reached", place=next(iter(waiting)), value=len(feeds)))
        return feeds

    def _followed(self, address: str, entries: tuple[Entry, ...]) -> list[str]:
        """The datasets' own feeds, on the hosts of the portal or of its service."""
        own = own_hosts(self.portal, address)
        found = dict.fromkeys(one for entry in entries for one in entry.feeds)
        elsewhere = [one for one in found if host_of(one) not in own]
        if elsewhere:
            self.recorder.note(finding("page-elsewhere", place=address, value=len(elsewhere)))
        return [one for one in found if one not in elsewhere]

    async def _feed(self, address: str, number: int) -> tuple[Entry, ...]:
        """One feed; none of its entries where it cannot be had."""
        try:
            fetched = await self._download(address)
            if fetched.status in GONE:
                self.recorder.note(finding("page-gone", place=address, value=f"HTTP {fetched.status}"))
                return ()
            entries = read_feed(_sound(fetched))
        except HarvestError:
            raise
        except UnreadablePage as error:
            self.recorder.page_failed(-number, address, *error.findings)
        except Exception as error:  # noqa: BLE001 - the edge of one feed: whatever comes of it costs its files alone
            self.recorder.page_failed(-number, address, refusal(error, address)[1])
        else:
            self.recorder.keep_page(-number, fetched)
            return entries
        return ()

    async def _download(self, address: str) -> Fetched:
        """As every other page: robots.txt, pace, retries, refused addresses."""
        engine: Any = self.crawler.engine
        meta = {SCRATCH: self._scratch, MAXSIZE: self.crawler.settings.getint(MOST_HELD)}
        response: Response = await engine.download_async(Request(address, dont_filter=True, meta=meta))
        with ExitStack() as files:
            return self._allowed(replace(self._answer(response, files).held(), url=address))


def _sound(fetched: Fetched) -> Fetched:
    """Raises ``OSError`` on the status of an error."""
    if fetched.status >= 300:
        raise OSError(f"HTTP {fetched.status}")
    return fetched
