"""schema.org in pages: from the sitemap to every page that it announces, one by one (protocols.md §j)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from scrapy import Request

from dcat.findings import finding
from dcat.portal import Portal
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.page import Fetched
from harvester.parsers.sitemap import ROBOTS, Entry, is_listing, read_sitemap
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.runs.outcome import Ending
from harvester.spiders.refusals import REFUSALS, TOO_MANY
from harvester.spiders.walk import PortalSpider

MAP = "#map="
"""Marks the address of a sitemap that is read for its part of the walk."""

SITEMAPS = (".xml", ".xml.gz", ".txt")


class _Listed:
    """What sitemaps listed, as far as they are read: rebuilt from them whenever it is missing."""

    def __init__(self) -> None:
        self.parts: list[str] | None = None
        self.pages: list[str] | None = None
        self.gave_records: set[str] | None = None


class SchemaOrgSpider(PortalSpider):
    """The endpoint is the sitemap, or else what the addresses of datasets begin with (``https://x.fr/dataset/``), and
    the sitemap is where sites have it: ``/sitemap.xml``, or where robots.txt says. Pages that the sitemap dates
    before ``since`` are not read.

    The place in the walk is two numbers: the sitemap that is being read, among those of the index, and how many of its
    pages were asked for. A process that goes on with the walk reads both sitemaps again and goes on there; what a
    sitemap that changed in between hides comes with the next run.
    """

    most_pages = 500_000
    remembered = (*PortalSpider.remembered, "_part", "_position", "_indexed", "_by_robots")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._part = 0
        self._position = 0
        self._indexed = False
        self._by_robots = False
        self._mapping = True
        self._at_root = True
        self._listed = _Listed()

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """``lastmod`` may be a date alone."""
        del portal
        return timedelta(days=1)

    def first_url(self) -> str:
        if self._by_robots:
            return f"{self._site}{ROBOTS}"
        return self.portal.endpoint if self._names_sitemap else f"{self._site}/sitemap.xml"

    def request(self, url: str) -> Request:
        self._at_root = url.partition("#")[0] == self.first_url()
        self._mapping = self._at_root or MAP in url
        return super().request(url)

    def ask_otherwise(self, fetched: Fetched) -> str:
        """robots.txt in place of a sitemap that is not there; the next page in place of one that is no more."""
        if self._mapping:
            if self.pages or self._by_robots or (fetched.status < 400 and is_listing(fetched)):
                return ""
            self._by_robots = True
            return self.first_url()
        if not 400 <= fetched.status < 500 or fetched.status in (*REFUSALS, TOO_MANY):
            return ""
        self.recorder.note(finding("page-gone", place=fetched.url, value=f"HTTP {fetched.status}"))
        return self._following() or self._map(self.first_url())

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        del header
        if self._mapping and not self._read_map(fetched):
            return self.past_lost(fetched.url)
        if not (self._mapping or counts.received):
            self._doubt_page(fetched)
        if self._listed.parts is None and self._listed.pages is None:
            return self._map(self.first_url())
        return self._following()

    def _doubt_page(self, fetched: Fetched) -> None:
        """A page that shows no dataset where it showed one: nobody can tell whether the dataset is no more, or its
        page is a word of excuse with status 200."""
        if self._listed.gave_records is None:
            self._listed.gave_records = self.recorder.gave_records()
        if self._asked in self._listed.gave_records:
            self.lose_page(fetched.url, Ending.FAILED, finding("page-dataset-gone", place=fetched.url))

    def past_lost(self, url: str) -> str:
        """After a lost page the next one, after a lost sitemap the next one."""
        del url
        if self._mapping and not self._at_root:
            self._part, self._position = self._part + 1, 0
        return self._following()

    def _came_before(self, fetched: Fetched) -> bool:
        """Addresses are listed, so that nothing loops; many pages of a site may be the same to the byte."""
        del fetched
        return False

    def _following(self) -> str:
        """The next page of the sitemap under way, else the next sitemap; ``""`` at the end of the last."""
        listed = self._listed
        while listed.pages is not None and self._position < len(listed.pages):
            self._position += 1
            if (page := listed.pages[self._position - 1]) not in self._visited:
                return page
        if not self._indexed:
            return ""
        if listed.pages is not None:
            self._part, self._position, listed.pages = self._part + 1, 0, None
        if listed.parts is None:
            return self._map(self.first_url())
        return self._map(listed.parts[self._part]) if self._part < len(listed.parts) else ""

    def _map(self, address: str) -> str:
        return f"{address}{MAP}{self._part}.{self._position}"

    # --- what sitemaps list ------------------------------------------------------------------------------------------

    def _read_map(self, fetched: Fetched) -> bool:
        """Whether the answer was a sitemap; what is none is lost."""
        found = read_sitemap(fetched)
        if found is None or (found.index and not self._at_root):
            why = "no sitemap" if found is None else "an index in an index"
            self.lose_page(fetched.url, Ending.FAILED, finding("page-not-parseable", place=fetched.url, value=why))
            return False
        if found.index:
            self._indexed = True
            self._listed.parts = list(dict.fromkeys(self._own(fetched.url, found.entries)))
        else:
            self._listed.pages = list(dict.fromkeys(self._wanted(fetched.url, found.entries)))
            self._doubt(fetched)
        return True

    def _doubt(self, fetched: Fetched) -> None:
        """A sitemap of an index lists something, and something that no other has listed: else it counts as lost."""
        pages = self._listed.pages or ()
        if self._at_root or self._position or self.since:
            return
        if not pages:
            found = finding("page-not-parseable", place=fetched.url, value="no address")
            self.lose_page(fetched.url, Ending.FAILED, found)
        elif all(page in self._visited for page in pages):
            self.lose_page(fetched.url, Ending.CAPPED, finding("page-repeated", place=fetched.url, value=self._part))

    def _wanted(self, url: str, entries: Iterator[Entry]) -> Iterator[str]:
        """Pages that can be datasets, and have changed."""
        fresh = (
            one
            for one in entries
            if not (self.since and one.modified) or one.modified >= self.since[: len(one.modified)]
        )
        start = "" if self._names_sitemap else urlsplit(self.portal.endpoint).path
        return (page for page in self._own(url, fresh) if urlsplit(page).path.startswith(start))

    def _own(self, url: str, entries: Iterator[Entry]) -> Iterator[str]:
        """On the site itself, under whichever of its names: as the site answers."""
        own, source, elsewhere = own_hosts(self.portal, self.first_url()), urlsplit(self.first_url()), 0
        for entry in entries:
            try:
                parts = urlsplit(entry.address)
            except ValueError:
                continue
            if host_of(entry.address) in own:
                yield urlunsplit((source.scheme, source.netloc, parts.path, parts.query, ""))
            else:
                elsewhere += 1
        if elsewhere:
            self.recorder.note(finding("page-elsewhere", place=url, value=elsewhere))

    @property
    def _names_sitemap(self) -> bool:
        path = urlsplit(self.portal.endpoint).path.lower()
        return path.endswith(SITEMAPS) or "sitemap" in path

    @property
    def _site(self) -> str:
        return self.portal.url.rstrip("/")
