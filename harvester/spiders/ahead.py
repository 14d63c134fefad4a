"""Pages that a walk asks for before their turn, because the page before most probably leads there."""

import asyncio

from msgspec import Struct

from harvester.parsers.page import UnreadablePage
from harvester.reading.readers import Reading

TURNS = 15
"""Turns of the event loop that bring a request from a walk to the wire, over a connection that is open (twelve do)."""


class Ahead(Struct, frozen=True):
    """What was done of a page before its turn: the reading begun, the next page that was asked for."""

    reading: Reading | UnreadablePage | None = None
    following: str = ""


async def on_its_way() -> None:
    """Until a request that was just made is under way. To write a page holds the loop: without this the next one would
    be asked for afterwards."""
    for _ in range(TURNS):
        await asyncio.sleep(0)


class Foresight:
    """Which pages were foreseen wrongly. ``holds`` until the first of them: a portal whose pages do not follow each
    other as its first ones did is asked for one page after the other from there on."""

    def __init__(self) -> None:
        self.holds = True
        self._unwanted: set[str] = set()

    def drop(self, url: str) -> None:
        """Let a page pass when it comes: it is not the one that follows."""
        self.holds = False
        self._unwanted.add(url)

    def was_dropped(self, url: str) -> bool:
        """Whether a page was, and has not come since. Asked once: it has come now, or is wanted after all."""
        dropped = url in self._unwanted
        self._unwanted.discard(url)
        return dropped
