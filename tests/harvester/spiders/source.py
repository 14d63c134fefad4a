"""A made-up portal on loopback: it answers what a test tells it to, and remembers what it was asked."""

import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct
from msgspec.structs import replace

HELD_AT_MOST = 30.0


class Answer(Struct, frozen=True):
    """``cut``: bytes left out of what the header announces. ``reset``: the connection breaks instead of an answer.
    ``held``: the answer waits for it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = {}
    cut: int = 0
    reset: bool = False
    held: Event | None = None


Served = bytes | Answer | Callable[[dict[str, str]], "bytes | Answer"]
"""An answer, or what makes one of the query."""


class Source:
    """``answers`` by path and query, else by path: each asked once in turn, the last one for ever."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.host = f"127.0.0.1:{server.server_port}"
        self.url = f"http://{self.host}"
        self.asked: list[tuple[str, float]] = []
        self.heads: list[str] = []
        self.knows_head = False
        self.keeps_connections = False
        self.headers: list[Mapping[str, str]] = []
        self._answers: dict[str, list[Served]] = {}
        self._lock = Lock()

    def serve(self, path: str, *answers: Served) -> None:
        """What a path answers, the first time, the second time…"""
        self._answers[path] = list(answers)

    def requests(self, prefix: str) -> list[str]:
        """What was asked below a path, in order."""
        return [path for path, _ in self.asked if path.startswith(prefix)]

    def answer(self, path: str, posted: str = "") -> Answer:
        """The next answer of a path; a function is given what was posted as ``body``."""
        parts = urlsplit(path)
        with self._lock:
            self.asked.append((path, monotonic()))
            waiting = self._answers.get(path) or self._answers.get(parts.path) or [Answer(status=404)]
            found = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        made = found({**dict(parse_qsl(parts.query)), "body": posted}) if callable(found) else found
        return Answer(made) if isinstance(made, bytes) else made


@contextmanager
def serving() -> Iterator[Source]:
    """A source on a free port of loopback."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.source = Source(server)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.source
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    source: Source

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away, which tests make happen."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        """Some servers refuse it; no spider should ask."""
        self.server.source.heads.append(self.path)
        source = self.server.source
        self._send(replace(source.answer(self.path), body=b"") if source.knows_head else Answer(status=405))

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self._send(self.server.source.answer(self.path, self.rfile.read(length).decode()))

    def do_GET(self) -> None:
        self.server.source.headers.append(dict(self.headers))
        self._send(self.server.source.answer(self.path))

    def _send(self, answer: Answer) -> None:
        if answer.held is not None:
            answer.held.wait(HELD_AT_MOST)
        self.close_connection = not self.server.source.keeps_connections
        if answer.reset:
            self.close_connection = True
            self._reset()
            return
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) - answer.cut])

    def _reset(self) -> None:
        connection: socket.socket = self.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Quiet."""
