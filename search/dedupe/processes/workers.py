"""The near end of a rebuild's processes: tasks go out as they are made, answers come back in the same order."""

import os
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from queue import SimpleQueue
from types import TracebackType
from typing import Self

import structlog
from msgspec import DecodeError, msgpack

from dcat.portal import Portal
from search.dedupe.processes.task import LENGTH, Answer, Begin, Task, Work, message
from search.dedupe.stages import Stages

WORTH = 4
"""So many tasks are worth starting processes: that takes as long as one or two of them."""
AHEAD = 2
"""Tasks for each process that are made and not yet answered: what is held in memory."""
SILENCE = 600.0
"""Seconds without an answer after which a process is given up."""
PATIENCE = 5.0
"""Seconds in which processes that are not needed any more end by themselves."""
MODULE = "search.dedupe.processes.worker"

log = structlog.get_logger(__name__)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class WorkerDied(Exception):
    """A process has gone, or gives no answer any more."""


class Workers:
    """Up to ``count`` processes, started when there is enough to do; with one, everything is done here.

    A task whose process died is done here: it costs time, never the rebuild.
    """

    def __init__(self, count: int, portals: Mapping[str, Portal]) -> None:
        self._count = count
        self._portals = portals
        self._here = Work(portals)
        self._free: SimpleQueue[_Worker | None] = SimpleQueue()
        self._all: list[_Worker] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = False
        self._threads = ThreadPoolExecutor(
            max(1, count), "rebuild"
        )  # each waits for a process: none is made until then

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End them: nobody waits for what they still do."""
        self._ending = True
        for worker in self._all:
            worker.stop()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.close()
        if self._process is not None:
            self._end(self._process)

    def answers(self, tasks: Iterable[Task], stages: Stages) -> Iterator[Answer]:
        """An answer a task, in order; ``stages`` are told what they took, wherever they were done."""
        coming = iter(tasks)
        first = list(islice(coming, WORTH))
        whole = chain(first, coming)
        if self._count < 2 or (len(first) < WORTH and not self._all):
            return (self._here.done(task, stages) for task in whole)
        if not self._all:
            self._start()
        return self._apart(whole, stages)

    def _apart(self, tasks: Iterable[Task], stages: Stages) -> Iterator[Answer]:
        waiting: deque[Future[Answer]] = deque()
        for task in tasks:
            with stages.of("send"):
                waiting.append(self._threads.submit(self._ask, message(task), task))
            if len(waiting) >= AHEAD * self._count:
                yield _awaited(waiting.popleft(), stages)
        while waiting:
            yield _awaited(waiting.popleft(), stages)

    def _ask(self, said: bytes, task: Task) -> Answer:
        """Of whichever process has nothing to do."""
        worker = self._free.get()
        try:
            if worker is not None:
                return worker.ask(said)
        except WorkerDied as error:
            if self._ending:
                raise
            worker = None
            log.warning("a process of the rebuild died", error=str(error.__cause__))
        finally:
            self._free.put(worker)
        return self._here.done(task, Stages())

    def _start(self) -> None:
        """One interpreter, which takes the far ends and serves each with a process of its own."""
        pairs = [socket.socketpair() for _ in range(self._count)]
        theirs = [there.fileno() for _, there in pairs]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", MODULE, *map(str, theirs)],
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                process_group=0,  # an interrupt at the terminal is ours to answer
            )
        except OSError as error:
            log.warning("no process of the rebuild could be started", error=str(error))
        self._all = [_Worker(here) for here, _ in pairs]
        for _, there in pairs:
            there.close()
        for worker in self._all:
            worker.begin(self._portals)
            self._free.put(worker)

    @staticmethod
    def _end(process: "subprocess.Popen[bytes]") -> None:
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class _Worker:
    """The near end of a process's socket."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(SILENCE)
        self._connection = connection
        self._incoming = connection.makefile("rb")
        self._decoder = msgpack.Decoder(Answer)

    def begin(self, portals: Mapping[str, Portal]) -> None:
        """Where it is gone already, the first task will tell."""
        with suppress(OSError):
            self._connection.sendall(message(Begin(dict(portals))))  # the registry's mapping cannot be sent

    def ask(self, said: bytes) -> Answer:
        """Raises ``WorkerDied``."""
        try:
            self._connection.sendall(said)
            (length,) = LENGTH.unpack(self._read(LENGTH.size))
            return self._decoder.decode(self._read(length))
        except (OSError, EOFError, DecodeError) as error:
            raise WorkerDied from error

    def _read(self, number: int) -> bytes:
        if len(found := self._incoming.read(number)) < number:
            raise EOFError("no more answers")
        return found

    def stop(self) -> None:
        """Whoever waits for an answer is told that none will come."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Nobody waits for an answer any more."""
        self._incoming.close()
        self._connection.close()


def _awaited(answer: Future[Answer], stages: Stages) -> Answer:
    with stages.of("wait"):
        found = answer.result()
    stages.add(found.taken)
    return found
