"""Readings of pages, kept and recalled: a page whose bytes came before is not parsed, nor its records normalised."""

from collections.abc import Callable, Iterator
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dcat.codec import digest
from dcat.portal import Portal
from harvester.archive import Archive, Remembered
from harvester.fingerprint import OPEN, of_reading
from harvester.parsers.page import Fetched, Parser
from harvester.privacy import Privacy
from harvester.reading import PageHeader, PagePart, PageReading, read_page

DEPENDS_ON_THE_DAY = frozenset(("date-in-future",))
"""Findings that another day would not have made: such a reading is not kept."""


class _Kept(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A part without what its records say, which the archive has; the header with the first."""

    part: PagePart
    header: PageHeader | None = None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Kept)


def kept(number: int, header: PageHeader, part: PagePart, fingerprint: str) -> Remembered | None:
    """What to keep of a part of a reading; None where it is worth nothing on another day, which makes the whole reading
    unusable."""
    if any(found.rule in DEPENDS_ON_THE_DAY for found in part.findings):
        return None
    light = replace(part, records=tuple(replace(record, payload=b"") for record in part.records))
    data = _encoder.encode(_Kept(light, header if number == 0 else None))
    return Remembered(number, fingerprint, data, last=part.last)


def recalled(
    archive: Archive, portal: str, body: str, fingerprint: str, read_on: Callable[[int], PageReading]
) -> PageReading | None:
    """The reading of a body, as it was kept; None where it was not. From a record on that the archive does not hold as
    it is here, the page is read after all, by ``read_on`` (how many records to skip)."""
    count = archive.count_parts(portal, body, fingerprint)
    if not count:
        return None
    first = _decoder.decode(archive.recall(portal, body, 0))
    if first.header is None:
        return None

    def parts() -> Iterator[PagePart]:
        taken = 0
        for number in range(count):
            part = (_decoder.decode(archive.recall(portal, body, number)) if number else first).part
            if not archive.are_known(part.records):
                yield from read_on(taken).parts
                return
            yield part
            taken += part.received

    return PageReading(first.header, parts())


class Reader:
    """Reads the pages of one run: from memory where their bytes came before, else with the parser.

    A run that takes some records only (``room``) leaves no whole reading, and makes no use of one.
    """

    def __init__(
        self,
        portal: Portal,
        parser: Parser,
        today: date,
        archive: Archive,
        privacy: Privacy = OPEN,
        *,
        remembers: bool = True,
    ) -> None:
        self._portal = portal
        self._parser = parser
        self._today = today
        self._archive = archive
        self._remembers = remembers
        self._privacy = privacy
        self._fingerprint = of_reading(portal, privacy)

    def read(self, fetched: Fetched, *, skip: int = 0, room: int | None = None) -> PageReading:
        """Raises ``UnreadablePage``."""
        if not self._remembers or skip or room is not None or fetched.cut:
            return self._anew(fetched, skip, room)
        fingerprint = self._of(fetched)
        known = recalled(
            self._archive, self._portal.id, digest(fetched.body), fingerprint, lambda skip: self._anew(fetched, skip)
        )
        return known or replace(self._anew(fetched), fingerprint=fingerprint)

    def _anew(self, fetched: Fetched, skip: int = 0, room: int | None = None) -> PageReading:
        privacy = self._privacy
        return read_page(fetched, self._portal, self._parser, self._today, privacy=privacy, skip=skip, most=room)

    def _of(self, fetched: Fetched) -> str:
        """Relative addresses and findings depend on where the page was, its characters on how it was labelled."""
        return digest(f"{self._fingerprint} {fetched.url} {fetched.headers.get('content-type', '')}".encode())
