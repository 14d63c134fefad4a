"""Reading processes: what they give is what is read here, and what becomes of a page when they die."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import date

import psutil
import pytest
from msgspec.structs import replace

from dcat.findings import finding
from dcat.portal import Protocol
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.reading.page import BATCH
from harvester.reading.readers import Readers
from harvester.reading.staged import PageHeader, PagePart
from harvester.reading.task import Task
from tests.harvester.sources import RENNES
from tests.harvester.spiders.catalogues import turtle

PORTAL = replace(RENNES, protocol=Protocol.DCAT)
AT_ONCE = 0
"""Bytes that are worth a process: none."""
PATIENCE = 15.0
"""Seconds; a process that nobody lets go waits for ever."""


def task(body: bytes) -> Task:
    return Task(Fetched("https://data.example.fr/a.ttl", body), PORTAL, date(2026, 3, 1))


def page(*numbers: int) -> Task:
    return task(turtle(numbers, "b.ttl", total=9))


async def taken(readers: Readers, asked: Task) -> tuple[PageHeader, list[PagePart]]:
    reading = await readers.read(asked)
    return reading.header, [part async for part in reading.parts]


def reading_processes() -> list[psutil.Process]:
    """Of this process: those of harvests that other tests began are left out."""
    return list(_reading_below(psutil.Process()))


def _reading_below(process: psutil.Process) -> Iterator[psutil.Process]:
    for child in process.children():
        if child.status() != psutil.STATUS_ZOMBIE and "harvester.reading.reader" in child.cmdline():
            yield child
            yield from _reading_below(child)


@asynccontextmanager
async def started(count: int) -> AsyncIterator[Readers]:
    """Processes that are ready."""
    readers = Readers(count, AT_ONCE)
    try:
        await taken(readers, page(1))
        await readers.settled()
        assert len(reading_processes()) == count
        yield readers
    finally:
        await readers.close()
    assert reading_processes() == []


def with_readers(count: int, test: Callable[[Readers], Coroutine[None, None, None]]) -> None:
    async def run() -> None:
        async with started(count) as readers:
            await test(readers)

    asyncio.run(run())


def test_a_process_gives_what_is_read_here() -> None:
    here = asyncio.run(taken(Readers(0), page(1, 2, 3)))

    async def test(readers: Readers) -> None:
        assert await taken(readers, page(1, 2, 3)) == here

    with_readers(1, test)


def test_parts_come_in_order_and_pages_beside_each_other() -> None:
    many = range(BATCH + 1)

    async def test(readers: Readers) -> None:
        large, small = await readers.read(page(*many)), await readers.read(page(1))
        (only,) = [part async for part in small.parts]
        first, last = [part async for part in large.parts]
        assert [(part.received, part.last) for part in (only, first, last)] == [(1, True), (BATCH, False), (1, True)]
        assert [one.source_key for one in first.records] == [f"https://data.example.fr/{n}" for n in many[:-1]]

    with_readers(2, test)


def test_nothing_is_started_for_little() -> None:
    async def test() -> None:
        readers = Readers(2)
        await taken(readers, page(1))
        await readers.settled()
        assert reading_processes() == []
        await readers.close()

    asyncio.run(test())


def test_processes_that_are_not_ready_yet_hold_nobody_up() -> None:
    async def test() -> None:
        readers = Readers(2, AT_ONCE)
        reading = asyncio.create_task(taken(readers, page(1)))
        while not reading_processes():
            await asyncio.sleep(0)
        await asyncio.wait_for(readers.close(), PATIENCE)
        reading.cancel()

    asyncio.run(test())
    assert reading_processes() == []


def test_why_a_page_cannot_be_read_is_told() -> None:
    async def test(readers: Readers) -> None:
        for _ in range(2):  # the process is there for the next page
            with pytest.raises(UnreadablePage) as caught:
                await readers.read(task(b"<html><body>Maintenance</body></html>"))
            assert caught.value.findings == (finding("page-not-parseable", value="an HTML page"),)

    with_readers(1, test)


def test_a_page_whose_process_died_is_read_by_another() -> None:
    async def test(readers: Readers) -> None:
        reading_processes()[-1].kill()
        both = await asyncio.gather(taken(readers, page(1, 2)), taken(readers, page(3)))
        assert [part.received for _, (part,) in both] == [2, 1]
        await readers.settled()
        assert len(reading_processes()) == 2

    with_readers(2, test)


def test_a_page_that_every_process_dies_of_is_given_up_alone() -> None:
    async def test(readers: Readers) -> None:
        for process in reading_processes():
            process.kill()
        with pytest.raises(UnreadablePage) as caught:
            await readers.read(page(1))
        assert [found.rule for found in caught.value.findings] == ["page-not-parseable"]
        _, (part,) = await taken(readers, page(2))
        assert part.received == 1
        await readers.settled()

    with_readers(2, test)


def test_a_process_that_dies_on_its_way_costs_the_rest_of_the_page() -> None:
    async def test(readers: Readers) -> None:
        reading = await readers.read(page(*range(20 * BATCH)))
        received = 0
        async for part in reading.parts:
            if not received:
                reading_processes()[0].kill()
            received += part.received
            last = part
        assert 0 < received < 20 * BATCH
        assert (last.broken, [found.rule for found in last.findings]) == (True, ["page-not-parseable"])
        await readers.settled()

    with_readers(1, test)


def test_a_page_that_nobody_wants_any_more_holds_no_process() -> None:
    async def test(readers: Readers) -> None:
        (await readers.read(page(*range(20 * BATCH)))).close()
        _, (part,) = await taken(readers, page(1))
        assert part.received == 1
        await readers.settled()

    with_readers(1, test)
