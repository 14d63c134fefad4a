"""The walk that every protocol shares: one page leads to the next, every guard holds, nothing raised is lost."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin, urlsplit, urlunsplit

from msgspec import Struct
from scrapy import Request, Spider
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from twisted.python.failure import Failure

from dcat.codec import digest
from dcat.findings import Finding, finding
from dcat.portal import Portal
from harvester.errors import HarvestError
from harvester.outcome import Ending
from harvester.parsers.page import Fetched, ParsedPage, Parser, UnreadablePage
from harvester.run import PageCounts, RunRecorder
from harvester.spiders.patience import QuotaExhausted
from harvester.spiders.safety import RefusedAddress

MAX_PAGES = 20_000
REFUSALS = (401, 403, 407, 451)


class Progress(Struct, frozen=True):
    """How far a walk is."""

    pages: int
    received: int
    declared: int | None


class PortalSpider(Spider):
    """Walks one portal from ``first_url`` to the end, page after page.

    A protocol gives ``first_url`` and ``next_url``. Guards (lessons.md rows 14 and 26, protocols.md §a): an address is
    visited once, a body that came before ends the walk, pages are capped, another host is never followed. The ending is
    told to the recorder by whoever runs the spider, from ``ending``.
    """

    name = "portal"
    parser: ClassVar[Parser]
    custom_settings: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]  # Scrapy's own annotation is wider

    def __init__(
        self, portal: Portal, recorder: RunRecorder, tell: Callable[[Progress], None] = lambda _: None, **kwargs: Any
    ) -> None:
        super().__init__(name=portal.id, **kwargs)
        self.portal = portal
        self.recorder = recorder
        self.tell = tell
        self.ending = Ending.INTERRUPTED
        self.broken: HarvestError | None = None
        self.pages = 0
        self.received = 0
        self.declared: int | None = None
        self._visited: set[str] = set()
        self._bodies: set[str] = set()

    @abstractmethod
    def first_url(self) -> str:
        """Where the walk begins."""

    @abstractmethod
    def next_url(self, fetched: Fetched, parsed: ParsedPage, counts: PageCounts) -> str:
        """The address of the page after this one, ``""`` where the source says that there is none."""

    async def start(self) -> AsyncIterator[Request]:
        yield self.request(self.first_url())

    def request(self, url: str) -> Request:
        """A page to fetch; each address once (``_visited`` keeps track, retries pass)."""
        self._visited.add(url)
        return Request(url, callback=self.parse, errback=self.unfetched, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        """One page: archive it with its records, then go on."""
        try:
            following = self._take(Fetched(response.url, response.body, response.status, _headers(response)))
        except HarvestError as error:
            self.broken = error
            raise CloseSpider("archive") from error
        if following:
            yield self.request(following)

    def unfetched(self, failure: Failure) -> None:
        """A page that did not come, after every retry; also what a callback let through."""
        url = failure.request.url if hasattr(failure, "request") else self.first_url()
        ending, found = _refusal(failure.value or RuntimeError("unknown failure"), url)
        try:
            self.lose_page(url, ending, found)
        except HarvestError as error:
            self.broken = error

    def lose_page(self, url: str, ending: Ending, *findings: Finding) -> None:
        """The page is lost, and with it the way on: say so, and how the walk ended."""
        self.recorder.page_failed(self.pages + 1, url, *findings)
        self.ending = ending

    def _take(self, fetched: Fetched) -> str:
        refused = _refused_status(fetched)
        if refused is not None:
            self.lose_page(fetched.url, *refused)
            return ""
        if self._came_before(fetched):
            return ""
        try:
            parsed = type(self).parser(fetched, self.portal)
        except UnreadablePage as error:
            return self.unreadable(fetched, error)
        return self._record(fetched, parsed)

    def unreadable(self, fetched: Fetched, error: UnreadablePage) -> str:
        """A page that cannot be read at all; a protocol that knows the way on may go on."""
        self.lose_page(fetched.url, Ending.FAILED, *error.findings)
        return ""

    def _record(self, fetched: Fetched, parsed: ParsedPage) -> str:
        self.pages += 1
        counts = self.recorder.record_page(self.pages, fetched, parsed)
        self.received += counts.received
        if parsed.declared is not None:
            self.declared = max(self.declared or 0, parsed.declared)
        self.tell(Progress(self.pages, self.received, self.declared))
        if self.recorder.full:
            self.ending = Ending.LIMITED
            return ""
        following = self.next_url(fetched, parsed, counts)
        return self._guarded(following) if following else self._exhausted(fetched)

    def _exhausted(self, fetched: Fetched) -> str:
        self.ending = Ending.EXHAUSTED
        return self.quota(fetched, "")

    def quota(self, fetched: Fetched, following: str) -> str:
        """A protocol with a daily quota stops here before it is used up."""
        del fetched
        return following

    def _guarded(self, url: str) -> str:
        """The address to follow, or ``""`` where the walk must end."""
        url = self._on_source(url)
        if url in self._visited:
            self.recorder.note(finding("page-repeated", place=url))
            self.ending = Ending.EXHAUSTED if self._all_came() else Ending.CAPPED
            return ""
        if self.pages >= MAX_PAGES:
            self.recorder.note(finding("page-cap-reached", place=url, value=self.pages))
            self.ending = Ending.CAPPED
            return ""
        return url

    def _came_before(self, fetched: Fetched) -> bool:
        """A body seen before under another address: the paging loops, or the server ignores its parameters."""
        seen = digest(fetched.body)
        if seen not in self._bodies:
            self._bodies.add(seen)
            return False
        self.recorder.note(finding("page-repeated", place=fetched.url))
        self.ending = Ending.EXHAUSTED if self._all_came() else Ending.CAPPED
        return True

    def _all_came(self) -> bool:
        return self.declared is not None and self.received >= self.declared

    def _on_source(self, url: str) -> str:
        """The next page on the source's own scheme and host: behind a proxy, portals give their inner address
        (geosolutions-it/ckanext-dcatapit#37). What was changed is a finding."""
        url = urljoin(self.first_url(), url)
        source, target = urlsplit(self.first_url()), urlsplit(url)
        if (source.scheme, source.netloc) == (target.scheme, target.netloc):
            return url
        self.recorder.note(finding("page-next-rewritten", place=url, value=source.netloc))
        return urlunsplit((source.scheme, source.netloc, target.path, target.query, ""))


def _headers(response: Response) -> dict[str, str]:
    headers = response.headers.to_unicode_dict()
    return {str(name).lower(): str(value) for name, value in headers.items()}


def _refused_status(fetched: Fetched) -> tuple[Ending, Finding] | None:
    if fetched.status in REFUSALS:
        return Ending.BLOCKED, finding("page-unreachable", place=fetched.url, value=f"HTTP {fetched.status}")
    if fetched.status >= 400:
        return Ending.FAILED, finding("page-unreachable", place=fetched.url, value=f"HTTP {fetched.status}")
    return None


def _refusal(error: BaseException, url: str) -> tuple[Ending, Finding]:
    if isinstance(error, QuotaExhausted):
        return Ending.CAPPED, finding("quota-exhausted", place=url, value=error)
    if isinstance(error, RefusedAddress):
        return Ending.FAILED, finding("address-refused", place=url, value=error)
    if isinstance(error, IgnoreRequest):
        return Ending.BLOCKED, finding("robots-refused", place=url, value=error)
    return Ending.FAILED, finding("page-unreachable", place=url, value=f"{type(error).__name__}: {error}")
