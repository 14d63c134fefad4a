"""Answers that are given up: too large, packed too large, too slow, with a head or a chain of redirects without end."""

import asyncio
from collections.abc import Iterable
from typing import Any

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request as TxRequest
from twisted.web.client import ResponseFailed
from twisted.web.iweb import IResponse

from harvester.politeness.limits import LimitExceeded
from harvester.runs.scratch import Spooled
from harvester.spiders.patience import DATA_LOST
from harvester.spiders.spool import SPOOLED, Buffer, UnfinishedStream, decoded, pieces, to_disk

MOST_HEADERS = "AIGUILLAGE_MOST_HEADERS"
SILENCE = "AIGUILLAGE_SILENCE"
MOST_HELD = "AIGUILLAGE_MOST_HELD"
"""Settings of the crawler: bytes of an answer's head, seconds without a byte, bytes of a body that is held."""

MAXSIZE = "download_maxsize"
"""Scrapy's name in a request's ``meta``: bytes of its answer, packed and unpacked, where not the crawler's."""

TICKS = 10
"""Silence is counted in so many looks: a process that was busy with another page is late for one, not for all."""


class BoundedHandler(HTTP11DownloadHandler):
    """Scrapy's handler, told apart: ``LimitExceeded`` for an answer that would be as bad the next time,
    ``DownloadTimeoutError`` for a server that is silent, which may be asked again."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._silence = crawler.settings.getfloat(SILENCE)
        self._heard: dict[Request, int] = {}
        self._pool._factory = _factory(crawler.settings.getint(MOST_HEADERS))  # noqa: SLF001 - as Scrapy sets its own
        crawler.signals.connect(self._hear, signals.headers_received)
        crawler.signals.connect(self._hear, signals.bytes_received)

    async def download_request(self, request: Request) -> Response:
        self._heard[request] = 0
        request.meta.pop(SPOOLED, None)  # of an attempt before
        download = asyncio.ensure_future(super().download_request(request))
        try:
            await self._silent_or(download, request)
            return download.result()
        except DownloadCancelledError as error:
            raise LimitExceeded(f"body: {error}") from error
        except DownloadFailedError as error:
            raise _limit_of(error) or error from error
        finally:
            download.cancel()
            del self._heard[request]

    async def _silent_or(self, download: "asyncio.Future[Response]", request: Request) -> None:
        """Ends with the download. Raises ``DownloadTimeoutError`` where nothing comes any more."""
        quiet = 0
        while not download.done():
            heard = self._heard[request]
            await asyncio.wait((download,), timeout=self._silence / TICKS)
            quiet = quiet + 1 if self._heard[request] == heard else 0
            if quiet >= TICKS and not download.done():
                raise DownloadTimeoutError(f"nothing came for {self._silence:g} s")
        if isinstance(error := download.exception(), DownloadTimeoutError):
            raise LimitExceeded(f"time: {error}") from error

    def _hear(self, request: Request) -> None:
        if request in self._heard:
            self._heard[request] += 1


class BoundedDecompression(HttpCompressionMiddleware):
    """Scrapy's, piece by piece: a large body goes from file to file, and is given up where it grows beyond the
    limit."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        encodings, unknown = self._split_encodings(response.headers.getlist("Content-Encoding"))
        if not encodings or request.method == "HEAD":
            return response
        packed: Spooled | None = request.meta.pop(SPOOLED, None)
        source: Iterable[bytes] = pieces(packed, response.body)
        for encoding in encodings:
            source = decoded(source, encoding)
        body, whole = self._bounded(source, request)
        if packed is not None:
            packed.close()
        if unknown:
            response.headers["Content-Encoding"] = unknown
        else:
            del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        flags = response.flags if whole else [*response.flags, DATA_LOST]
        return response.replace(cls=kind, body=body, flags=flags)

    def _bounded(self, source: Iterable[bytes], request: Request) -> tuple[bytes, bool]:
        """The body, and whether it is the whole of it."""
        body, most = Buffer(request), request.meta.get(MAXSIZE, self._max_size)
        try:
            for piece in source:
                body.write(piece)
                if body.size > most:
                    raise LimitExceeded(f"decompressed body: more than {most} bytes")
        except UnfinishedStream:
            return body.getvalue(), False
        return body.getvalue(), True


class BoundedRedirect(RedirectMiddleware):
    """Scrapy's, whose only reason to drop a request is that there were too many redirects."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        try:
            return super()._redirect(redirected, request, reason)
        except IgnoreRequest as error:
            raise LimitExceeded(f"redirects: more than {self.max_redirect_times}") from error


class _Parser(_LenientHTTPClientParser):
    """Reads the head of an answer line by line, as long as there is ``room``, in bytes."""

    room = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self.room -= len(line) + 1
        if self.room < 0:
            raise LimitExceeded("headers: too long")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        raise LimitExceeded(f"headers: a line of {len(line)} bytes")


def _factory(room: int) -> type[_LenientHTTP11ClientFactory]:
    """What builds connections whose answers have a head of at most so many bytes."""

    class Parser(_Parser):
        pass

    Parser.room = room

    class BoundedProtocol(_LenientHTTP11ClientProtocol):
        def request(self, request: TxRequest) -> Deferred[IResponse]:
            asked: Deferred[IResponse] = super().request(request)
            assert self._parser is not None  # noqa: S101 - made by the call above
            self._parser.__class__ = Parser  # as Scrapy does it: Twisted names the class in its code
            return asked.addCallback(to_disk)

    class BoundedFactory(_LenientHTTP11ClientFactory):
        def buildProtocol(self, addr: IAddress | None) -> BoundedProtocol:  # noqa: ARG002, N802 - Twisted's signature
            return BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]  # Twisted's

    return BoundedFactory


def _limit_of(error: DownloadFailedError) -> LimitExceeded | None:
    """The limit that broke a connection from within."""
    cause = error.__cause__
    reasons = cause.reasons if isinstance(cause, ResponseFailed) else ()
    return next((reason.value for reason in reasons if isinstance(reason.value, LimitExceeded)), None)
