"""Readings of pages, kept and recalled: a page whose bytes came before is not parsed, nor its records normalised."""

from collections.abc import AsyncIterator

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from dcat.codec import digest
from dcat.portal import Portal
from harvester.archive import Archive, Remembered
from harvester.persons.privacy import Privacy
from harvester.reading.fingerprint import of_reading
from harvester.reading.readers import Readers, Reading
from harvester.reading.staged import PageHeader, PagePart
from harvester.reading.task import Task

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


class Memory:
    """Reads the pages of one portal: from what is kept where their bytes came before, else by the readers.

    A run that takes some records only leaves no whole reading, and makes no use of one. ``remembers`` false: nothing is
    kept or recalled.
    """

    def __init__(self, archive: Archive, portal: Portal, readers: Readers, *, remembers: bool = True) -> None:
        self._archive = archive
        self._portal = portal
        self._readers = readers
        self._remembers = remembers
        self._fingerprints: dict[Privacy, str] = {}

    async def read(self, task: Task) -> Reading:
        """Raises ``UnreadablePage``."""
        if not self._remembers or task.skip or task.most is not None or task.fetched.cut:
            return await self._readers.read(task)
        body, fingerprint = task.fetched.digest, self._of(task)
        count, first = self._archive.recall_first(self._portal.id, body, fingerprint)
        if count:
            return self._recalled(task, body, count, _decoder.decode(first))
        reading = await self._readers.read(task)
        reading.fingerprint = fingerprint
        return reading

    def _of(self, task: Task) -> str:
        """Relative addresses and findings depend on where the page was, its characters on how it was labelled."""
        if task.privacy not in self._fingerprints:
            self._fingerprints = {task.privacy: of_reading(task.portal, task.privacy)}
        labelled = f"{task.fetched.url} {task.fetched.headers.get('content-type', '')}"
        return digest(f"{self._fingerprints[task.privacy]} {labelled}".encode())

    def _recalled(self, task: Task, body: str, count: int, first: _Kept) -> Reading:
        """From a record on that the archive does not hold as it is here, the page is read after all."""
        opened: list[Reading] = []

        async def parts() -> AsyncIterator[PagePart]:
            taken = 0
            for number in range(count):
                kept = _decoder.decode(self._archive.recall(self._portal.id, body, number)) if number else first
                if not self._archive.are_known(kept.part.records):
                    opened.append(await self._readers.read(replace(task, skip=taken)))
                    async for part in opened[0].parts:
                        yield part
                    return
                yield kept.part
                taken += kept.part.received

        def close() -> None:
            for reading in opened:
                reading.close()

        return Reading(first.header or PageHeader(), parts(), close)
