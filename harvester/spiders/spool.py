"""Bodies too large to be held: written to a file as they come, and decompressed from file to file.

Scrapy keeps a body in a buffer of its reader and hands over the whole of it. That buffer is replaced by one that goes
to disk; where the file is stands in the request's ``meta``.
"""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from typing import Any, BinaryIO

import brotli  # type: ignore[import-untyped]
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import _ResponseReader
from twisted.internet.interfaces import IProtocol

from harvester.runs.scratch import Scratch, Spooled

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SPOOLED = "aiguillage_spooled"
SCRATCH = "aiguillage_scratch"
IN_MEMORY = 16 * 1024 * 1024
"""Bytes of a body that are held; a larger one goes to a file."""
PIECE = 1 << 16
GZIP_BEGINS = (0x1F,)
ZSTD_BEGINS = (0x28, *range(0x50, 0x60))  # RFC 8878 §3.1: frames, and frames to be skipped


class Buffer:
    """A body as it comes; its end is asked for once. The request's ``meta`` may say where files are put."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._file: BinaryIO = BytesIO()
        self._spooled: Spooled | None = None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take a piece."""
        self.size += len(data)
        if self._spooled is None and self.size > IN_MEMORY:
            self._go_to_disk()
        self._file.write(data)

    def getvalue(self) -> bytes:
        """The body, empty where it is in a file: the request's ``meta`` then says where."""
        if self._spooled is None:
            assert isinstance(self._file, BytesIO)  # noqa: S101 - it has not gone to disk
            return self._file.getvalue()
        self._file.close()
        self._request.meta[SPOOLED] = self._spooled
        return b""

    def truncate(self, size: int) -> None:
        """Scrapy frees what it gives up."""
        self._file.truncate(size)

    def _go_to_disk(self) -> None:
        before = self.getvalue()
        self._spooled = Spooled(self._request.meta.get(SCRATCH, Scratch()))
        self._file = self._spooled.path.open("wb")
        self._file.write(before)


def to_disk(response: Any) -> Any:
    """An answer of Twisted's whose body goes to disk where it is large."""
    deliver: Callable[[IProtocol], None] = response.deliverBody

    def spooling(reader: IProtocol) -> None:
        if isinstance(reader, _ResponseReader):
            reader._bodybuf = Buffer(reader._request)  # noqa: SLF001 - see above
        deliver(reader)

    response.deliverBody = spooling
    return response


def pieces(spooled: Spooled | None, body: bytes) -> Iterator[bytes]:
    """A body piece by piece, wherever it is."""
    if spooled is None:
        yield from (body[start : start + PIECE] for start in range(0, len(body), PIECE))
        return
    with spooled.path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


class UnfinishedStream(Exception):
    """A compressed body ends, or breaks, before its end: what came before was given."""


def decoded(source: Iterable[bytes], encoding: bytes) -> Iterator[bytes]:
    """The pieces decompressed, none much larger than ``PIECE``. Of a stream that ends too early or breaks, what came
    before, then ``UnfinishedStream``; raises ``ValueError`` where that is nothing."""
    some = False
    try:
        for plain in DECODERS[encoding](iter(source)):
            yield plain
            some = some or bool(plain)
    except (zlib.error, brotli.error, zstd.ZstdError) as error:
        if not some:
            raise ValueError(f"{encoding.decode()}: {error}") from error
        raise UnfinishedStream(f"{encoding.decode()}: {error}") from error


def _ended(*, well: bool) -> None:
    """Raises ``UnfinishedStream`` where a stream did not come to its end."""
    if not well:
        raise UnfinishedStream("it ends too early")


def _gunzip(source: Iterator[bytes]) -> Iterator[bytes]:
    """Also of several members one after the other; what is no member behind one is nothing, as gzip itself has it."""
    stream, begun, whole = zlib.decompressobj(wbits=31), False, False
    for piece in source:
        rest = piece
        while rest and not (whole and not begun and rest[0] not in GZIP_BEGINS):
            begun = True
            yield stream.decompress(rest, PIECE)
            rest = stream.unused_data if stream.eof else stream.unconsumed_tail
            if stream.eof:
                stream, begun, whole = zlib.decompressobj(wbits=31), False, True
    yield stream.flush()
    _ended(well=not begun or stream.eof)


def _inflate(source: Iterator[bytes]) -> Iterator[bytes]:
    """With the head that RFC 9110 §8.4.1.2 wants, or without, as some servers send it."""
    first = next(source, b"")
    stream = zlib.decompressobj()
    try:
        stream.copy().decompress(first, PIECE)
    except zlib.error:
        stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    for piece in chain((first,), source):
        rest = piece
        while rest and not stream.eof:
            yield stream.decompress(rest, PIECE)
            rest = stream.unconsumed_tail
    yield stream.flush()
    _ended(well=stream.eof or not first)


def _unbrotli(source: Iterator[bytes]) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    for piece in source:
        yield stream.process(piece, output_buffer_limit=PIECE)
        while not stream.can_accept_more_data():
            yield stream.process(b"", output_buffer_limit=PIECE)
    while not stream.is_finished() and (plain := stream.process(b"", output_buffer_limit=PIECE)):
        yield plain
    _ended(well=stream.is_finished())


def _unzstd(source: Iterator[bytes]) -> Iterator[bytes]:
    """Also of several frames one after the other, as ``_gunzip``."""
    stream, begun, whole = zstd.ZstdDecompressor(), False, False
    for piece in source:
        rest = piece
        while (rest or not stream.needs_input) and not (whole and not begun and rest[0] not in ZSTD_BEGINS):
            begun = True
            yield stream.decompress(rest, PIECE)
            rest = b""
            if stream.eof:
                rest, stream, begun, whole = stream.unused_data, zstd.ZstdDecompressor(), False, True
    _ended(well=not begun)


DECODERS: Mapping[bytes, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _inflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
