"""Pages that are lost: what is told of them, and where a walk goes on behind them."""

from harvester.parsers.page import Fetched, UnreadablePage
from harvester.runs.outcome import Ending
from harvester.spiders.guards import Guards

COSTS_ITSELF = ("page-unreachable", "limit-exceeded")
"""Rules of pages that did not come, and say nothing of the pages behind them."""
MOST_LOST = 2
"""So many lost pages may follow each other before the walk gives up: the portal is down, not a page of it."""
LOST_REMEMBERED = 100
"""Addresses of lost pages that a walk takes along when another process goes on with it."""


class Losses(Guards):
    """The part of a walk that lets one bad page cost none of those behind it. ``_asked``: the page whose turn it is."""

    _asked: str
    _lost: int
    _lost_urls: list[str]

    def past_lost(self, url: str) -> str:
        """The page after one that was lost; ``""``: nothing tells, for pages that only name each other."""
        del url
        return ""

    def _lose_unreadable(self, fetched: Fetched, why: UnreadablePage) -> str:
        self.lose_page(fetched.url, Ending.FAILED, *why.findings)
        return self._past(fetched.url)

    def _past(self, url: str) -> str:
        """Where to go on. A first page that is lost tells of no other."""
        self._lost += 1
        self._lost_urls = [*self._lost_urls, self._asked][-LOST_REMEMBERED:]
        if not self.pages or self._lost > MOST_LOST:
            return ""
        following = self.past_lost(url)
        return self._guarded(following) if following else ""
