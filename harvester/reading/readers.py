"""The reading processes of a harvesting process (``harvester.reading.reader``), shared by all its jobs.

None is started for little: until much has come, and until they are ready, pages are read here. One that dies or falls
silent costs its page at most, and is replaced.
"""

import asyncio
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from pkgutil import resolve_name

import msgspec

from dcat.findings import Finding, finding
from dcat.portal import Protocol
from harvester.parsers import PARSERS
from harvester.parsers.page import Parser, UnreadablePage
from harvester.reading.staged import PageHeader, PagePart
from harvester.reading.task import LENGTH, Answer, Task, message

WORTH_STARTING = 2_000_000
"""Bytes of pages after which processes are started: reading so much takes as long as to start them."""
ATTEMPTS = 2
"""So many processes may die of a page before it is given up."""
MOST_DEATHS = 10
PARTS_AHEAD = 2
SILENCE = 600.0
"""Seconds without an answer after which a process is given up."""
BUFFER = 1 << 20
ANSWERS = "harvester.reading.reader:answers"  # imported where it is needed: a source that did not change is not read

logger = logging.getLogger(__name__)


class Reading:
    """A page being read. ``parts`` is gone through once, to the end or to ``close``. Where there is a ``fingerprint``,
    the reading is to be kept under it (``harvester.recording.memory``)."""

    fingerprint = ""

    def __init__(self, header: PageHeader, parts: AsyncIterator[PagePart], close: Callable[[], None]) -> None:
        self.header = header
        self.parts = parts
        self.close = close


class Readers:
    """Up to ``count`` processes; 0: every page is read here, by ``parsers``. ``worth``: see ``WORTH_STARTING``."""

    def __init__(self, count: int, worth: int = WORTH_STARTING, parsers: Mapping[Protocol, Parser] = PARSERS) -> None:
        self._count = count
        self._worth = worth
        self._parsers = parsers
        self._seen = 0
        self._deaths = 0
        self._idle: list[_Process] = []
        self._living: set[_Process] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._started: list[asyncio.subprocess.Process] = []
        self._changed = asyncio.Condition()

    async def read(self, task: Task) -> Reading:
        """A page as soon as its header is known. Raises ``UnreadablePage``."""
        self._seen += (size := task.fetched.size)
        if self._seen >= self._worth and not self._living and not self._starting and not self._deaths:
            self._start(self._count)
        if size >= self._worth:
            await self.settled()
        for _ in range(ATTEMPTS):
            process = await self._free()
            if process is None:
                return _here(task, self._parsers)
            try:
                return await self._there(process, task)
            except ProcessDied:
                logger.warning("a reading process died of %s", task.fetched.url)
        raise UnreadablePage(_died(task))

    async def settled(self) -> None:
        """Waits until the processes that are being started are ready, or have failed."""
        while self._starting:
            await asyncio.wait(self._starting)

    async def close(self) -> None:
        """End every process."""
        starting = list(self._starting)
        for one in starting:
            one.cancel()
        await asyncio.gather(*starting, return_exceptions=True)
        for process in self._living:
            process.close(now=process not in self._idle)
        self._living.clear()
        for started in self._started:
            await started.wait()

    async def _free(self) -> "_Process | None":
        """A process that has nothing to do; None where none lives."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._idle or not self._living)
            return self._idle.pop() if self._idle else None

    async def _there(self, process: "_Process", task: Task) -> Reading:
        try:
            answer = await process.ask(task)
        except ProcessDied:
            await self._lose(process)
            raise
        if answer.header is None:
            await self._release(process)
            raise UnreadablePage(*(answer.unreadable or ()))
        parts: asyncio.Queue[PagePart] = asyncio.Queue(PARTS_AHEAD)
        pump = asyncio.create_task(self._pump(process, task, parts))
        return Reading(answer.header, _until_last(parts), lambda: self._abandon(pump, process))

    async def _pump(self, process: "_Process", task: Task, parts: "asyncio.Queue[PagePart]") -> None:
        """Brings the parts of a page here, so that its process can take the next one while they are recorded."""
        try:
            async for part in process.parts():
                await parts.put(part)
        except ProcessDied:
            await self._lose(process)
            await parts.put(PagePart(findings=(_died(task),), broken=True))
        else:
            await self._release(process)

    def _abandon(self, pump: "asyncio.Task[None]", process: "_Process") -> None:
        """Nobody wants the rest of a page: its process is ended, unless it has done with it."""
        if pump.cancel():
            losing = asyncio.create_task(self._lose(process))
            self._starting.add(losing)
            losing.add_done_callback(self._starting.discard)

    async def _release(self, process: "_Process") -> None:
        async with self._changed:
            self._idle.append(process)
            self._changed.notify()

    async def _lose(self, process: "_Process") -> None:
        """The process is of no use any more: another takes its place."""
        process.close(now=True)
        self._deaths += 1
        self._living.discard(process)
        async with self._changed:
            self._changed.notify_all()
        if self._deaths <= MOST_DEATHS:
            self._start(1)

    def _start(self, count: int) -> None:
        if count:
            starting = asyncio.create_task(self._begin(count))
            self._starting.add(starting)
            starting.add_done_callback(self._starting.discard)

    async def _begin(self, count: int) -> None:
        try:
            processes = await self._processes(count)
        except (OSError, ProcessDied) as error:
            self._deaths += 1
            logger.warning("no reading process could be started: %s", error)
            return
        async with self._changed:
            self._living.update(processes)
            self._idle.extend(processes)
            self._changed.notify_all()

    async def _processes(self, count: int) -> "list[_Process]":
        """So many, ready; where that fails or is not wanted any more, none is left waiting for a page. Raises
        ``OSError``, ``ProcessDied``."""
        pairs = [socket.socketpair() for _ in range(count)]
        processes = [_Process(*await asyncio.open_connection(sock=here, limit=BUFFER)) for here, _ in pairs]
        try:
            await self._launch([there for _, there in pairs])
            for process in processes:
                await process.ready()
        except BaseException:
            for process in processes:
                process.close(now=False)
            raise
        return processes

    async def _launch(self, theirs: Sequence[socket.socket]) -> None:
        """One interpreter, which takes the far ends and serves each with a process of its own. Raises ``OSError``."""
        numbers = [there.fileno() for there in theirs]
        command = [sys.executable, "-m", "harvester.crawling.process", "harvester.reading.reader", *map(str, numbers)]
        try:
            self._started.append(await asyncio.create_subprocess_exec(*command, pass_fds=numbers, stdin=DEVNULL))
        finally:
            for there in theirs:
                there.close()


class ProcessDied(Exception):
    """A reading process has gone, or gives no answer any more."""


class _Process:
    """The near end of a reading process's socket."""

    def __init__(self, incoming: asyncio.StreamReader, outgoing: asyncio.StreamWriter) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._decoder = msgspec.msgpack.Decoder(Answer)
        self._pid: int | None = None

    async def ready(self) -> None:
        """Waits until it can take a page. Raises ``ProcessDied``."""
        self._pid = (await self.answer()).ready

    async def ask(self, task: Task) -> Answer:
        """The first answer about a page. Raises ``ProcessDied``."""
        try:
            self._outgoing.write(message(task))
            await self._outgoing.drain()
        except OSError as error:
            raise ProcessDied from error
        return await self.answer()

    async def parts(self) -> AsyncIterator[PagePart]:
        """What follows a header. Raises ``ProcessDied``."""
        last = False
        while not last:
            part = (await self.answer()).part
            if part is None:
                raise ProcessDied("answers out of turn")
            last = part.last
            yield part

    async def answer(self) -> Answer:
        """The next one. Raises ``ProcessDied``."""
        try:
            (length,) = LENGTH.unpack(await asyncio.wait_for(self._incoming.readexactly(LENGTH.size), SILENCE))
            return self._decoder.decode(await self._incoming.readexactly(length))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            self._pid = None  # the number may be another's already
            raise ProcessDied from error
        except (TimeoutError, OSError, msgspec.DecodeError) as error:
            raise ProcessDied from error

    def close(self, *, now: bool) -> None:
        """It ends by itself, or now."""
        self._outgoing.close()
        if now and self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._pid = None


def _here(task: Task, parsers: Mapping[Protocol, Parser]) -> Reading:
    said: Generator[Answer, None, None] = resolve_name(ANSWERS)(task, parsers)
    first = next(said)
    if first.header is None:
        raise UnreadablePage(*(first.unreadable or ()))
    return Reading(first.header, _in_turn(said), said.close)


async def _in_turn(said: Iterator[Answer]) -> AsyncIterator[PagePart]:
    for answer in said:
        if answer.part is not None:
            yield answer.part


async def _until_last(parts: "asyncio.Queue[PagePart]") -> AsyncIterator[PagePart]:
    part = PagePart(last=False)
    while not part.last:
        part = await parts.get()
        yield part


def _died(task: Task) -> Finding:
    return finding("page-not-parseable", place=task.fetched.url, value="the process that read it died")
