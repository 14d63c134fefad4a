"""The walk that every protocol shares: one page leads to the next, every guard holds, nothing raised is lost."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar, Self
from urllib.parse import urljoin, urlsplit, urlunsplit

from msgspec import Struct
from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from dcat.codec import digest
from dcat.findings import Finding, finding
from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.archive import Checkpoint, Page, UnderWay, Validators
from harvester.archive.forgotten import forgotten_values
from harvester.errors import HarvestError
from harvester.memory import Reader
from harvester.outcome import Ending
from harvester.parsers.page import Fetched, Parser, UnreadablePage
from harvester.privacy import Privacy
from harvester.reading import PageHeader, PageReading
from harvester.run import PageCounts, RunRecorder
from harvester.spiders.patience import DATA_LOST
from harvester.spiders.refusals import refusal, refused_status

MAX_PAGES = 20_000
MOST_LOST = 2
"""So many lost pages may follow each other before the walk gives up: the portal is down, not a page of it."""
NOT_MODIFIED = 304
NEVER_CAME = Validators(0, 0)
LOST_REMEMBERED = 100
"""Addresses of lost pages that a walk takes along when another process goes on with it."""


class Progress(Struct, frozen=True):
    """How far a walk is."""

    pages: int
    received: int
    declared: int | None


class PortalSpider(Spider):
    """Walks one portal from ``first_url`` to the end, page after page.

    A protocol gives ``first_url`` and ``next_url``. Guards (lessons.md rows 14 and 26, protocols.md §a): an address is
    visited once, a body that came before ends the walk, pages are capped, another host is never followed. The ending is
    told to the recorder by whoever runs the spider, from ``ending``; ``broken`` is the archive's failure that stopped
    the walk. ``conditional``: a page that came before is asked for only if it changed since.

    Each answer is one step: what it brings is written at once, with the next address and the attributes named in
    ``remembered`` (in JSON's types), so that another process can go on from there. A protocol adds its own to them.
    """

    name = "portal"
    parser: ClassVar[Parser]
    agent = ""
    """How the portal knows us."""
    remembered: ClassVar[tuple[str, ...]] = (
        "pages",
        "received",
        "declared",
        "_origin",
        "_lost",
        "_lost_urls",
        "_fresh_from",
    )
    custom_settings: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # Scrapy's own annotation is wider

    def __init__(
        self,
        portal: Portal,
        recorder: RunRecorder,
        tell: Callable[[Progress], None] = lambda _: None,
        *,
        conditional: bool = True,
        personal: PersonalData = PersonalData.ROLE_ONLY,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=portal.id, **kwargs)
        self.portal = portal
        self.recorder = recorder
        self.tell = tell
        self._privacy = Privacy(personal)
        self._reader = self._new_reader()
        self._validators = recorder.validators() if conditional else {}
        self.ending = Ending.INTERRUPTED
        self.broken: HarvestError | None = None
        self.pages = 0
        self.received = 0
        self.declared: int | None = None
        self._asked = ""
        self._visited: set[str] = set()
        self._bodies: set[str] = set()
        self._fresh_from = 0
        self._origin = ""
        self._lost = 0
        self._lost_urls: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.agent = str(crawler.settings["USER_AGENT"])
        return spider

    @abstractmethod
    def first_url(self) -> str:
        """Where the walk begins."""

    @abstractmethod
    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        """The address of the page after this one, ``""`` where the source says that there is none."""

    async def start(self) -> AsyncIterator[Request]:
        checkpoint = self.recorder.checkpoint
        for request in self._step(self.first_url) if checkpoint is None else self._resume(checkpoint):
            yield request

    def request(self, url: str) -> Request:
        """A page to fetch; each address once (``_visited`` keeps track, retries pass)."""
        self._asked = url
        self._visited.add(url)
        headers = _conditions(self._validators.get(url, NEVER_CAME))
        return Request(url, headers=headers, callback=self.parse, errback=self.unfetched, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """One page: archive it with its records, then go on."""
        cut = DATA_LOST in response.flags
        headers = _headers(response)

        def take() -> str:
            self._heed_the_forgotten()
            fetched = Fetched(response.url, self._privacy.body(response.body), response.status, headers, cut)
            return self._take(*self._unchanged(fetched))

        yield from self._step(take)

    def unfetched(self, failure: Failure) -> Iterator[Request]:
        """A page that did not come, after every retry."""
        url = failure.request.url if hasattr(failure, "request") else self.first_url()
        ending, found = refusal(failure.value or RuntimeError("unknown failure"), url)

        def lose() -> str:
            if found.rule == "quota-exhausted" and self.all_came():  # it was only asked whether there is more
                self.ending = Ending.EXHAUSTED
                return ""
            self.lose_page(url, ending, found)
            return self._past(url) if found.rule == "page-unreachable" else ""

        yield from self._step(lose)

    def _heed_the_forgotten(self) -> None:
        """Somebody may have asked to be forgotten since the last page."""
        known = forgotten_values(self.recorder.writer.archive)
        if known.values != self._privacy.forgotten:
            self._privacy = Privacy(self._privacy.personal, known.values, known.key)
            self._reader = self._new_reader()

    def _new_reader(self) -> Reader:
        recorder = self.recorder
        return Reader(self.portal, type(self).parser, recorder.today, recorder.writer.archive, self._privacy)

    def ask_otherwise(self, fetched: Fetched) -> str:
        """Another way to ask for the page, for a protocol that has several; ``""``: the answer stands."""
        del fetched
        return ""

    def lose_page(self, url: str, ending: Ending, *findings: Finding) -> None:
        """The page is lost: say so, and how the walk ended if nothing leads past it."""
        self.recorder.page_failed(self.pages + 1, url, *findings)
        self.ending = ending

    def past_lost(self, url: str) -> str:
        """The page after one that was lost; ``""``: nothing tells, for pages that only name each other."""
        del url
        return ""

    def all_came(self) -> bool:
        """Whether as many records came as the source announced."""
        return self.declared is not None and self.received >= self.declared

    def forget_bodies(self) -> None:
        """From here on, the same bodies may come once more."""
        self._bodies.clear()
        self._fresh_from = self.pages

    def _step(self, take: Callable[[], str]) -> Iterator[Request]:
        """Take an answer, write what it brought, ask for what follows (``""``: nothing)."""
        pages = self.pages
        try:
            following = take()
            state = {name: getattr(self, name) for name in self.remembered}
            self.recorder.commit(Checkpoint(following, self.ending, state))
        except HarvestError as error:
            self.broken = error
            return
        if self.pages > pages:
            self._tell()
        if following:
            yield self.request(following)

    def _resume(self, checkpoint: Checkpoint) -> Iterator[Request]:
        """Go on where a process that died had come to."""
        self.ending = checkpoint.ending
        for name, value in checkpoint.state.items():
            setattr(self, name, value)
        walked = self.recorder.writer.walked(self._fresh_from)
        self._visited = set(walked.asked).union(self._lost_urls)
        self._bodies = set(walked.bodies)
        if not checkpoint.next:
            return
        request = self.request(checkpoint.next)
        under_way = self.recorder.writer.page_under_way(self.pages + 1)
        if under_way is None:
            yield request
        else:
            yield from self._step(lambda: self._take_rest(under_way))

    def _take_rest(self, under_way: UnderWay) -> str:
        """The records that were still missing of a page, from its archived body."""
        page = under_way.page
        fetched = Fetched(page.url, page.body, page.status, page.headers, page.cut)
        self._origin = self._origin or fetched.url
        reading = self._read(fetched, skip=under_way.taken)
        if reading is None:
            return self._past(fetched.url)
        return self._record(fetched, reading.header, self.recorder.record_rest(under_way, reading, self._tell))

    def _unchanged(self, fetched: Fetched) -> tuple[Fetched, int | None]:
        """An answer that says that nothing changed (304) with the body that came before, and the run it came in."""
        before = self._validators.get(self._asked)
        if fetched.status != NOT_MODIFIED or before is None:
            return fetched, None
        page = self.recorder.writer.archive.page(before.run, before.number)
        if page is None:
            return fetched, None
        headers = {**page.headers, **fetched.headers, "content-type": page.headers.get("content-type", "")}
        return Fetched(fetched.url, page.body, NOT_MODIFIED, headers), page.body_run

    def _take(self, fetched: Fetched, body_run: int | None = None) -> str:
        """The address of the next page, ``""`` where the walk ends."""
        if again := self.ask_otherwise(fetched):
            return again
        refused = None if body_run else refused_status(fetched, self.agent)
        if refused is not None:
            self.lose_page(fetched.url, *refused)
            return self._past(fetched.url) if fetched.status >= 500 else ""
        if self._came_before(fetched):
            return ""
        self._origin = self._origin or fetched.url
        reading = self._read(fetched)
        if reading is not None:
            number, headers = self.pages + 1, dict(fetched.headers)
            page = Page(number, fetched.url, fetched.status, headers, fetched.body, self._asked, fetched.cut, body_run)
            return self._record(fetched, reading.header, self.recorder.record_page(page, reading, self._tell))
        self._bodies.discard(digest(fetched.body))  # an error page is the same for every address
        return self._past(fetched.url)

    def _past(self, url: str) -> str:
        """Past a lost page: one bad page never costs those after it. A first page that is lost tells of no other."""
        self._lost += 1
        self._lost_urls = [*self._lost_urls, self._asked][-LOST_REMEMBERED:]
        if not self.pages or self._lost > MOST_LOST:
            return ""
        following = self.past_lost(url)
        return self._guarded(following) if following else ""

    def _read(self, fetched: Fetched, skip: int = 0) -> PageReading | None:
        """What can be read of a page; None where that is nothing."""
        try:
            return self._reader.read(fetched, skip=skip, room=self.recorder.room)
        except UnreadablePage as error:
            self.lose_page(fetched.url, Ending.FAILED, *error.findings)
            return None

    def _tell(self, more: int = 0) -> None:
        """How far the walk is, with so many records of the page under way."""
        self.tell(Progress(self.pages, self.received + more, self.declared))

    def _record(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        """A page was recorded: where to go on."""
        self.pages += 1
        self._lost = 0
        self.received += counts.received
        if header.declared is not None:
            self.declared = max(self.declared or 0, header.declared)
        if self.recorder.full:
            self.ending = Ending.LIMITED
            return ""
        self.ending = Ending.EXHAUSTED
        following = self.next_url(fetched, header, counts)
        return self._guarded(following) if following else ""

    def _guarded(self, url: str) -> str:
        """The address to follow, ``""`` where the walk must end: until the page has come, it is interrupted."""
        try:
            url = self._on_source(url)
        except ValueError as error:
            self.lose_page(url, Ending.FAILED, finding("page-unreachable", place=url, value=error))
            return ""
        if url in self._visited:
            self._stop_at("page-repeated", url)
            return ""
        if self.pages >= MAX_PAGES:
            self._stop_at("page-cap-reached", url)
            return ""
        self.ending = Ending.INTERRUPTED
        return url

    def _came_before(self, fetched: Fetched) -> bool:
        """A body seen before under another address: the paging loops, or the server ignores its parameters."""
        seen = digest(fetched.body)
        if seen in self._bodies:
            self._stop_at("page-repeated", fetched.url)
            return True
        self._bodies.add(seen)
        return False

    def _stop_at(self, rule: str, url: str) -> None:
        """End here: complete only where everything that was announced has come."""
        self.recorder.note(finding(rule, place=url, value=self.pages))
        self.ending = Ending.EXHAUSTED if self.all_came() else Ending.CAPPED

    def _on_source(self, url: str) -> str:
        """The next page on the source's own scheme and host: behind a proxy, portals give their inner address
        (geosolutions-it/ckanext-dcatapit#37). What was changed is a finding. Raises ``ValueError``.

        The source is where the walk began, and where a redirect led it from there.
        """
        url = urljoin(self._origin, url)
        target, source = urlsplit(url), urlsplit(self._origin)
        if any(_host(url) == _host(known) for known in (self._origin, self.first_url())):
            return url
        self.recorder.note(finding("page-next-rewritten", place=url, value=source.netloc))
        return urlunsplit((source.scheme, source.netloc, target.path, target.query, ""))


def _host(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _conditions(before: Validators) -> dict[str, str]:
    """A conditional request (RFC 9110 §13), for an answer that had something to ask about."""
    asked = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
    return {name: value for name, value in asked.items() if value}


def _headers(response: Response) -> dict[str, str]:
    headers = response.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in headers.items()}
