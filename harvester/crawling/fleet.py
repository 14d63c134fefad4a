"""Harvesting processes, seen from their parent: many portals at once, each in a child process
(``harvester.crawling.crawl``).
"""

import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Self

import msgspec
from msgspec.structs import replace

from harvester.archive import Archive
from harvester.archive.runs import may_go_on
from harvester.errors import HarvestError
from harvester.runs.job import Event, Job, failed
from harvester.runs.outcome import Status
from harvester.runs.report import as_json

Listener = Callable[[Event], None]

STOPPED_WITHIN = 20.0
"""Seconds that a child has to close its runs."""
MOST_READERS = 3
STILLBORN = 3
"""Children in a row that may die before they take a job."""

logger = logging.getLogger(__name__)


class Child:
    """One harvesting process, and up to ``readers`` others that read its pages. Its events go to whoever waits for the
    portal that they are about."""

    def __init__(self, readers: int = 0) -> None:
        command = [sys.executable, "-m", "harvester.crawling.process", "harvester.crawling.crawl", str(readers)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        self._waiting: dict[str, queue.SimpleQueue[Event | None]] = {}
        self._lock = threading.Lock()
        self._ended = False
        self.ready = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """What the process ended with; None while it lives."""
        return self._process.returncode

    @property
    def alive(self) -> bool:
        """Whether the process still takes jobs; ``ready`` says whether it ever did."""
        return not self._ended and self._process.poll() is None

    def harvest(self, job: Job, listen: Listener) -> Event | None:
        """Blocks until the job has ended; None where the process died before."""
        events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        with self._lock:
            self._waiting[job.portal.id] = events
            sent = not self._ended and self._send(job)
        while sent and (event := events.get()) is not None:
            listen(event)
            if event.last:
                return event
        return None

    def interrupt(self) -> None:
        """Ask it to close its runs and end."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it at once; its runs stay under way."""
        self._process.kill()

    def close(self) -> None:
        """No more jobs: it ends by itself, or is killed."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except BrokenPipeError:
                self._process.kill()
        try:
            self._process.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _send(self, job: Job) -> bool:
        assert self._process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self._process.stdin.write(msgspec.json.encode(job) + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            return False
        return True

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        for line in self._process.stdout:
            self._hear(line)
        with self._lock:
            self._ended = True
            for waiting in self._waiting.values():
                waiting.put(None)

    def _hear(self, line: bytes) -> None:
        try:
            event = msgspec.json.decode(line, type=Event)
        except msgspec.DecodeError:
            logger.warning("not an event: %r", line[:200])
            return
        self.ready = True
        with self._lock:
            waiting = self._waiting.get(event.portal)
        if waiting is not None:
            waiting.put(event)


class Fleet:
    """Runs jobs in ``children`` processes, ``per_child`` at once in each.

    A context manager. A child that dies is replaced, and the runs that it had under way are gone on with, unless they
    die twice at the same page: then they are closed. More than one job a child saves the 0.6 s and 60 MB that an
    interpreter with Scrapy costs, and shares one core between them. Pages are read by up to ``readers`` processes of
    each child, where there is much to read; None: as many as the processors allow.
    """

    def __init__(self, children: int = 2, per_child: int = 2, readers: int | None = None) -> None:
        readers = readers_of(os.cpu_count() or 1, children) if readers is None else readers
        self._stopping = threading.Event()
        self._slots = [_Slot(readers, self._stopping) for _ in range(children)]
        self._per_child = per_child

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.interrupt()
        for slot in self._slots:
            slot.close()

    def harvest(self, jobs: Iterable[Job], listen: Listener = lambda _: None) -> list[Event]:
        """The last event of each job, in the order in which they ended. ``listen`` is called from several threads.

        Raises ``HarvestError`` where jobs are left since no process would start; those that ended stand.
        """
        pending: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            pending.put(job)
        ended: list[Event] = []
        with ThreadPoolExecutor(len(self._slots) * self._per_child) as pool:
            workers = [
                pool.submit(self._work, slot, pending, listen, ended)
                for _ in range(self._per_child)
                for slot in self._slots
            ]
            try:
                for worker in workers:
                    worker.result()
            except BaseException:
                self.interrupt()
                raise
        if not pending.empty() and not self._stopping.is_set():
            raise HarvestError("processes-die", count=pending.qsize())
        return ended

    def interrupt(self) -> None:
        """Close every run under way as interrupted; no further job begins."""
        self._stopping.set()
        for slot in self._slots:
            slot.interrupt()

    def leave(self) -> None:
        """End at once, and leave the runs under way to the next harvest of their portals, which goes on with them."""
        self._stopping.set()
        for slot in self._slots:
            slot.kill()

    def _work(self, slot: "_Slot", pending: "queue.SimpleQueue[Job]", listen: Listener, ended: list[Event]) -> None:
        while not self._stopping.is_set():
            try:
                job = pending.get_nowait()
            except queue.Empty:
                return
            event = slot.harvest(job, listen)
            if event is None:
                pending.put(job)
                return
            ended.append(event)


def readers_of(processors: int, children: int) -> int:
    """How many processes read the pages of each child; more than a child can write for are of no use."""
    return 0 if processors < 2 else min(MOST_READERS, -(-processors // children))


class _Slot:
    """A place for a child, which is started when a job comes, and again after it died."""

    def __init__(self, readers: int, stopping: threading.Event) -> None:
        self._readers = readers
        self._stopping = stopping
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._stillborn = 0

    def harvest(self, job: Job, listen: Listener) -> Event | None:
        """The last event of the job; None where it found no child that starts, or the fleet stops."""
        begun = _Begun(listen)
        while (child := self._living()) is not None:
            event = child.harvest(job, begun)
            if event is not None:
                return event
            if self._stopping.is_set():
                return None
            if child.ready and (lost := _after_death(job, begun.run)) is not None:
                listen(lost)
                return lost
        return None

    def interrupt(self) -> None:
        if self._child is not None:
            self._child.interrupt()

    def kill(self) -> None:
        if self._child is not None:
            self._child.kill()

    def close(self) -> None:
        if self._child is not None:
            self._child.close()

    def _living(self) -> Child | None:
        with self._lock:
            if self._child is not None and not self._child.alive:
                self._stillborn = 0 if self._child.ready else self._stillborn + 1
                self._child.close()
                self._child = None
            if self._child is None and self._stillborn < STILLBORN:
                self._child = Child(self._readers)
            return self._child


class _Begun:
    """Remembers the run's number on its way to the listener; a run that another child goes on with has ``resumed``."""

    def __init__(self, listen: Listener) -> None:
        self._listen = listen
        self.run: int | None = None

    def __call__(self, event: Event) -> None:
        if event.kind == "begun":
            event = event if self.run is None else replace(event, kind="resumed")
            self.run = event.run
        self._listen(event)


def _after_death(job: Job, run_id: int | None) -> Event | None:
    """What is told of a job whose process died; None where another process can go on with its run."""
    if run_id is None:
        return failed(job, HarvestError("process-died", portal=job.portal.id))
    archive = Archive(job.archive_url, raw_retention_runs=job.raw_retention_runs)
    now = datetime.now(UTC)
    try:
        run = archive.run(run_id)
        if run.status is Status.RUNNING and may_go_on(run, now):
            return None
        report = archive.close_dead(run_id, now) if run.status is Status.RUNNING else archive.report(run_id)
    except HarvestError as error:
        return failed(job, error)
    finally:
        archive.close()
    return Event(job.portal.id, "report", report=as_json(report))
