"""Windows over a portal's records: what every protocol pages, whatever it calls its pages.

A speaker asks for a window and writes the page that it is given in its protocol's words. A fault bends the page before
it is written, so that a loop or a wrong total is the same fault in every protocol.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from msgspec import Struct

from harvester.sample.record import Catalogue, SampleRecord

FAULTS = "aiguillage.faults"
"""Under this name the scope of a request holds its ``Meeting``, where a fault plan is in force."""


class Rows:
    """Records of one portal in an order, made when they are asked for."""

    def __init__(self, catalogue: Catalogue, portal: str, positions: Sequence[int]) -> None:
        self._catalogue = catalogue
        self._portal = portal
        self.positions = positions

    def __len__(self) -> int:
        return len(self.positions)

    def slice(self, start: int, length: int) -> list[SampleRecord]:
        """The records from a place on, as many as there are up to ``length``; none before the first."""
        wanted = self.positions[max(0, start) : max(0, start + length)]
        return [self._catalogue.record(self._portal, position) for position in wanted]

    def where(self, keep: Callable[[SampleRecord], bool]) -> "Rows":
        """Those that a filter keeps: reads every record."""
        kept = [at for at in self.positions if keep(self._catalogue.record(self._portal, at))]
        return Rows(self._catalogue, self._portal, kept)


class Window(Struct, frozen=True):
    """What is asked for. ``cursor``: the client goes on after a record that it names, not at a row's number, so that
    rows which come or go before it shift nothing."""

    rows: Rows
    start: int
    size: int
    cursor: bool = False


class Page(Struct, frozen=True):
    """What is given. ``start`` and ``next`` are rows' numbers from 0; ``next`` is None after the last page."""

    records: list[SampleRecord]
    total: int
    start: int
    next: int | None

    @property
    def beyond(self) -> bool:
        """Whether it begins behind the last record: real software refuses such a page."""
        return self.start > 0 and self.start >= self.total and not self.records


Bend = Callable[[Window], Page]


class Meeting(Protocol):
    """What a fault plan holds for one request."""

    def bend(self, page: int) -> Bend:
        """How the page of a number, from 1, is to be made."""


def straight(window: Window) -> Page:
    """The page without any fault."""
    following = window.start + window.size
    return Page(
        records=window.rows.slice(window.start, window.size),
        total=len(window.rows),
        start=window.start,
        next=following if following < len(window.rows) else None,
    )
