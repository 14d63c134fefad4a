"""A harvesting process: ``python -m harvester.crawling.crawl [READERS]`` takes jobs as lines of JSON and answers with
events.

Scrapy's reactor lives and dies with the process: its memory is returned, a crash costs the runs under way and nothing
else. Several jobs may be under way in one process, each with its own crawler, delay and concurrency. At most
READERS other processes read their pages (``harvester.reading.readers``).
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
import scrapy.core.downloader.contextfactory  # noqa: F401 - early: it looks through the whole stack of whoever imports it
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.utils.reactor import install_reactor
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.task import react

from dcat.portal import Portal
from harvester.archive import Archive
from harvester.errors import HarvestError
from harvester.politeness.quota import Meter
from harvester.reading.readers import Readers
from harvester.recording.increment import start_of
from harvester.recording.run import RunRecorder, start_run
from harvester.runs.job import Event, Job, failed
from harvester.runs.outcome import Ending
from harvester.runs.report import as_json
from harvester.runs.scratch import Scratch
from harvester.spiders import SPIDERS, PortalSpider
from harvester.spiders.metering import MeteredCrawler
from harvester.spiders.safety import PublicResolver
from harvester.spiders.settings import settings_for
from harvester.spiders.walk import Progress

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
HEARTBEAT_SECONDS = 60.0
STOPPED_WITHIN = 2.0
"""Seconds that a page under way has to come once the harvest was told to stop."""

logger = logging.getLogger(__name__)


class Process:
    """The jobs of one process. ``tell`` receives events."""

    def __init__(self, tell: Callable[[Event], None], readers: Readers) -> None:
        self._tell = tell
        self._readers = readers
        self._runner = AsyncCrawlerRunner()
        self._archives: dict[str, Archive] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def serve(self, next_line: Callable[[], Coroutine[Any, Any, bytes]]) -> None:
        """Take jobs until the input is closed, then finish what is under way."""
        self._tell(Event("", "ready"))
        while line := await next_line():
            task = asyncio.create_task(self.harvest(msgspec.json.decode(line, type=Job)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await asyncio.gather(*self._tasks)
        await self._readers.close()
        for archive in self._archives.values():
            archive.close()

    async def stop(self) -> None:
        """End every walk: its run is closed as interrupted, with what it had received."""
        self._stopping.set()
        await self._runner.stop()

    async def harvest(self, job: Job) -> None:
        """One job, from its first request to its report; an error is told in words."""
        try:
            self._tell(await self._harvest(job))
        except HarvestError as error:
            self._tell(failed(job, error))
        except Exception as error:
            logger.exception("the harvest of %s broke", job.portal.id)
            detail = f"{type(error).__name__}: {error}"
            self._tell(failed(job, HarvestError("harvest-broke", portal=job.portal.id, detail=detail)))

    async def _harvest(self, job: Job) -> Event:
        archive, spider = self._archive(job), SPIDERS[job.portal.protocol]
        meter = Meter(archive, job.portal, _now)
        meter.ready()
        crawler = MeteredCrawler(spider, settings_for(job), meter)
        start = start_of(job, archive, spider.overlap(job.portal), _now())
        recorder = start_run(archive, job.portal, start, clock=_now, limit=job.limit, dry_run=job.dry_run)
        self._tell(Event(job.portal.id, "begun", run=recorder.run_id))
        alive = asyncio.create_task(_beat(recorder))
        try:
            ending = await self._walk(crawler, job, recorder)
        except Exception:
            # The archive may be what broke; the run that it could not close is closed when its lease ends.
            with suppress(HarvestError):
                recorder.finish(Ending.FAILED)
            raise
        finally:
            alive.cancel()
        return Event(job.portal.id, "report", report=as_json(recorder.finish(ending)))

    async def _walk(self, crawler: Crawler, job: Job, recorder: RunRecorder) -> Ending:
        """How the walk ended. One that is told to stop is not waited for beyond ``STOPPED_WITHIN``."""
        given = {"portal": job.portal, "recorder": recorder, "readers": self._readers, "conditional": not job.full}
        told = {"personal": job.personal_data, "tell": self._progress(job.portal)}
        scratch = Scratch(job.scratch, f"run-{recorder.run_id or 'dry'}")
        scratch.sweep()
        walk = self._runner.crawl(crawler, **given, **told, scratch=scratch)
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((walk, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        await asyncio.wait((walk,), timeout=STOPPED_WITHIN)
        if walk.done():
            walk.result()
        spider = crawler.spider
        if not isinstance(spider, PortalSpider):
            return Ending.FAILED
        if spider.broken is not None:
            raise spider.broken
        return spider.ending

    def _progress(self, portal: Portal) -> Callable[[Progress], None]:
        def tell(progress: Progress) -> None:
            self._tell(
                Event(
                    portal.id,
                    "progress",
                    pages=progress.pages,
                    received=progress.received,
                    declared=progress.declared,
                )
            )

        return tell

    def _archive(self, job: Job) -> Archive:
        archive = self._archives.get(job.archive_url)
        if archive is None:
            archive = Archive(job.archive_url, raw_retention_runs=job.raw_retention_runs)
            archive.create()
            self._archives[job.archive_url] = archive
        return archive


def _now() -> datetime:
    return datetime.now(UTC)


async def _beat(recorder: RunRecorder) -> None:
    """Prolong the run's lease while a slow page is awaited; a failure shows at the next write."""
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        try:
            recorder.heartbeat()
        except HarvestError as error:
            logger.warning("heartbeat failed: %s", error)


def _print(event: Event) -> None:
    """Nobody listens any more where the parent died: end as it did, and leave the runs to whoever comes next."""
    try:
        sys.stdout.buffer.write(msgspec.json.encode(event) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        os._exit(1)


async def _main() -> None:
    loop = asyncio.get_running_loop()
    process = Process(_print, Readers(int(sys.argv[1]) if sys.argv[1:] else 0))
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    jobs, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    stopping: set[asyncio.Task[None]] = set()

    def stop() -> None:
        jobs.close()
        stopping.add(asyncio.create_task(process.stop()))

    # A person's Ctrl-C closes the runs. Whatever else ends a process leaves them to the next one, which goes on.
    loop.add_signal_handler(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    await process.serve(reader.readline)
    # Everything is closed; to take the interpreter apart would keep whoever waits for another half a second.
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    """The reactor is installed before anything of Twisted asks for one, and runs the event loop."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    # A portal that does not answer is a finding of its run, not an error of this program.
    logging.getLogger("scrapy.downloadermiddlewares").setLevel(logging.CRITICAL)
    install_reactor(REACTOR)
    react(_begin)


def _begin(reactor: ReactorBase) -> Deferred[None]:
    reactor.installNameResolver(PublicResolver(reactor.nameResolver))  # type: ignore[arg-type]  # by zope's interface
    return Deferred.fromFuture(asyncio.ensure_future(_main()))


if __name__ == "__main__":
    main()
