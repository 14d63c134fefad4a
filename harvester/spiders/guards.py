"""What keeps a walk from going round for ever, or away from its portal."""

from typing import ClassVar
from urllib.parse import urljoin, urlsplit, urlunsplit

from dcat.findings import Finding, finding
from harvester.parsers.page import Fetched
from harvester.recording.run import RunRecorder
from harvester.runs.outcome import Ending

MAX_PAGES = 20_000
MOST_AHEAD = 3
"""So many pages may be under way at once: one recorded, the others read or fetched."""


class Guards:
    """The part of a walk that decides where it may go on (lessons.md rows 14 and 26, protocols.md §a): an address is
    visited once, a body that came before ends the walk, pages are capped, another host is never followed."""

    most_pages: ClassVar[int] = MAX_PAGES
    recorder: RunRecorder
    ending: Ending
    pages: int
    received: int
    declared: int | None
    _visited: set[str]
    _bodies: set[str]
    _fresh_from: int
    _origin: str

    def first_url(self) -> str:
        """Where the walk begins."""
        raise NotImplementedError

    def lose_page(self, url: str, ending: Ending, *findings: Finding) -> None:
        """The page is lost: say so, and how the walk ended if nothing leads past it."""
        self.recorder.page_failed(self.pages + 1, url, *findings)
        self.ending = ending

    def all_came(self) -> bool:
        """Whether as many records came as the source announced."""
        return self.declared is not None and self.received >= self.declared

    def forget_body(self, fetched: Fetched) -> None:
        """Pages that are the same to the byte are no loop: error pages, and pages without a record."""
        self._bodies.discard(fetched.digest)

    def forget_bodies(self) -> None:
        """From here on, the same bodies may come once more."""
        self._bodies.clear()
        self._fresh_from = self.pages

    def _is_beyond_doubt(self, url: str, fetched: Fetched) -> bool:
        """What ``_guarded`` lets through as it is."""
        same_host = _host(url) == _host(self._origin or fetched.url)
        return same_host and url not in self._visited and self.pages + MOST_AHEAD < self.most_pages

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
        if self.pages >= self.most_pages:
            self._stop_at("page-cap-reached", url)
            return ""
        self.ending = Ending.INTERRUPTED
        return url

    def _came_before(self, fetched: Fetched) -> bool:
        """A body seen before under another address: the paging loops, or the server ignores its parameters."""
        seen = fetched.digest
        if seen not in self._bodies:
            self._bodies.add(seen)
            return False
        if self.all_came():
            self._stop_at("page-repeated", fetched.url)
        else:
            found = finding("page-repeated", place=fetched.url, value=self.pages)
            self.lose_page(fetched.url, Ending.CAPPED, found)
        return True

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
        if target.scheme not in ("http", "https"):
            raise ValueError(f"{target.scheme}: is no web address")
        if any(_host(url) == _host(known) for known in (self._origin, self.first_url())):
            return url
        self.recorder.note(finding("page-next-rewritten", place=url, value=source.netloc))
        return urlunsplit((source.scheme, source.netloc, target.path, target.query, ""))


def _host(url: str) -> tuple[str, str]:
    """``("", "")`` for what is no address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
