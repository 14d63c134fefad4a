"""A plan of faults: which request of which portal is answered badly, and how. The sample server carries it out.

A plan is a YAML or JSON file with a list of lines (``Fault``); docs/sample-federation.md describes it. The first line
that strikes is the fault of a request, and a request meets one fault at most.
"""

import asyncio
import socket
import struct
import sys
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase
from pathlib import Path
from random import Random
from typing import Any

import msgspec
from msgspec import Struct
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from harvester.sample.bends import BENDS
from harvester.sample.paging import FAULTS, Bend, straight
from harvester.sample.wire import PIECES, WIRE, Answer, Asked

UNREADABLE = (
    "Le plan de pannes {path} est illisible : {problem}\nThe fault plan {path} cannot be read: {problem}\n"
    "Pannes connues / known faults: {known}"
)
CONDITIONS = (b"if-none-match", b"if-modified-since")
"""Left out of a request that a line concerns: an answer that nothing has changed has no body that could be spoiled."""

NO_LINGER = struct.pack("ii", 1, 0)


class PlanError(Exception):
    """The plan cannot be used; the text says why, in French and English."""


class Fault(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a plan: what goes wrong, and for which requests.

    ``portal`` and ``path`` (what follows the portal in the address, query included) are shell patterns. ``pages``: of a
    list, counted from 1; none given: every request. ``requests``: only the n-th ones, from 1, of those that portal,
    path and pages let through. ``value``: what the fault takes, where it takes something.
    """

    fault: str
    portal: str = "*"
    path: str = "*"
    pages: tuple[int, ...] = ()
    requests: tuple[int, ...] = ()
    probability: float = 1.0
    value: str | float | None = None


class Plan(Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says. ``seed`` decides what a probability means."""

    faults: tuple[Fault, ...] = ()
    seed: int = 1


def read_plan(path: Path) -> Plan:
    """The plan of a file. Raises ``PlanError``."""
    try:
        plan = msgspec.yaml.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.MsgspecError) as error:
        raise _unreadable(path, error) from error
    if unknown := sorted({line.fault for line in plan.faults} - {*BENDS, *WIRE}):
        raise _unreadable(path, ", ".join(unknown))
    return plan


def _unreadable(path: Path, problem: object) -> PlanError:
    return PlanError(UNREADABLE.format(path=path, problem=problem, known=", ".join((*WIRE, *BENDS))))


class Line:
    """A line in force: counts the requests that it could strike."""

    def __init__(self, fault: Fault, random: Random) -> None:
        self.fault = fault
        self._random = random
        self._count = 0

    def concerns(self, portal: str, path: str) -> bool:
        """Whether it is about such an address."""
        return fnmatchcase(portal, self.fault.portal) and fnmatchcase(path, self.fault.path)

    def strikes(self, page: int) -> bool:
        """Whether it strikes this request, which asks for a page (0: for none)."""
        if self.fault.pages and page not in self.fault.pages:
            return False
        self._count += 1
        if self.fault.requests and self._count not in self.fault.requests:
            return False
        return self.fault.probability >= 1 or self._random.random() < self.fault.probability


class Met:
    """The lines that one request may meet. Which one strikes is decided once, when it is known what page it asks
    for."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = tuple(lines)
        self._decided = False
        self._struck: Fault | None = None

    def __bool__(self) -> bool:
        return bool(self._lines)

    def bend(self, page: int) -> Bend:
        """How a speaker has to make the page."""
        struck = self.fault(page)
        return BENDS.get(struck.fault, straight) if struck else straight

    def fault(self, page: int = 0) -> Fault | None:
        """What struck."""
        if not self._decided:
            self._decided = True
            self._struck = next((line.fault for line in self._lines if line.strikes(page)), None)
        return self._struck


class FaultPlan:
    """The plan of a file, read again whenever the file has changed; its lines then count from the start.

    A file that can no longer be read leaves the former plan in force, and says so on standard error.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = self._state()
        self._lines = _lines(read_plan(path))

    def meeting(self, address: str) -> Met:
        """What the plan holds for ``/portal/path?query``; nothing for the server's own addresses."""
        self._refresh()
        portal, found, path = address.removeprefix("/").partition("/")
        return Met(line for line in self._lines if found and line.concerns(portal, f"/{path}"))

    def _refresh(self) -> None:
        state = self._state()
        if state == self._seen:
            return
        self._seen = state
        try:
            self._lines = _lines(read_plan(self._path))
        except PlanError as error:
            sys.stderr.write(f"{error}\n")

    def _state(self) -> tuple[int, int, int]:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return (0, 0, 0)
        return found.st_mtime_ns, found.st_size, found.st_ino


def _lines(plan: Plan) -> list[Line]:
    return [Line(fault, Random(f"{plan.seed}/{at}")) for at, fault in enumerate(plan.faults)]  # noqa: S311 - no secret


class Faults:
    """The sample server's application, answering as a plan wants. ``connections``: those of the HTTP server, so that
    one can be broken."""

    def __init__(self, app: ASGIApp, plan: FaultPlan, connections: Collection[Any] = ()) -> None:
        self._app = app
        self._plan = plan
        self.connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: answered by the portal, then spoiled."""
        query = scope["query_string"].decode("latin-1")
        address = f"{scope['path']}?{query}" if query else scope["path"]
        met = self._plan.meeting(address)
        headers = [one for one in scope["headers"] if not met or one[0] not in CONDITIONS]
        answer = await answered(self._app, {**scope, "headers": headers, FAULTS: met}, receive)
        struck = met.fault()
        if struck is not None and struck.fault in WIRE:
            answer = WIRE[struck.fault](answer, Asked(address, struck.value))
        await self._give(answer, scope, receive, send)

    async def _give(self, answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
        if answer.reset:
            await self._break(scope, receive, lingering=False)
            return
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": answer.status, "headers": encoded})
        if answer.sent is not None:
            await send({"type": "http.response.body", "body": answer.body[: answer.sent], "more_body": True})
            await self._break(scope, receive, lingering=True)
            return
        if answer.pause:
            await _drip(answer, send)
            return
        await send({"type": "http.response.body", "body": answer.body})

    async def _break(self, scope: Scope, receive: Receive, *, lingering: bool) -> None:
        """Close the connection, after what was written (``lingering``) or at once, by a reset."""
        for connection in self.connections:
            if connection.client == scope["client"]:
                if not lingering:
                    connected: socket.socket = connection.transport.get_extra_info("socket")
                    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
                connection.transport.close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def answered(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """The whole answer of an application."""
    start: Message = {}
    body = bytearray()

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, keep)
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Answer(start["status"], headers, bytes(body))


async def _drip(answer: Answer, send: Send) -> None:
    """The body in small pieces."""
    size = max(1, -(-len(answer.body) // PIECES))
    for at in range(0, len(answer.body), size):
        await asyncio.sleep(answer.pause / PIECES)
        await send({"type": "http.response.body", "body": answer.body[at : at + size], "more_body": True})
    await send({"type": "http.response.body", "body": b""})
