"""A file of which any place can be looked at, as if it were bytes, while little of it stays in memory."""

import mmap
import re
from collections.abc import Callable, Iterator
from pathlib import Path

WINDOW = 1 << 22
"""So many bytes that were looked at may stay."""

PIECE = 1 << 20


class Mapped:
    """The file must not be empty."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._from = 0

    def reached(self, place: int) -> None:
        """The reading has come to here: what was looked at is given back in time."""
        if abs(place - self._from) > WINDOW:
            self.data.madvise(mmap.MADV_DONTNEED)
            self._from = place

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """What stands between two places."""
        for place in range(start, end, PIECE):
            self.reached(place)
            yield self.data[place : min(place + PIECE, end)]

    def substituted(self, pattern: re.Pattern[bytes], put: Callable[[re.Match[bytes]], bytes]) -> Iterator[bytes]:
        """As ``pattern.sub(put, …)``."""
        kept = 0
        for found in pattern.finditer(self.data):
            if (new := put(found)) != found[0]:
                yield from self.pieces(kept, found.start())
                yield new
                kept = found.end()
            self.reached(found.end())
        yield from self.pieces(kept, len(self.data))
