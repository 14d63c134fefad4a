"""A toy source that is walked without processes or network: pages of JSON that name the next."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import Struct
from scrapy.http import Request, Response

from dcat.codec import digest
from dcat.portal import Portal
from harvester.archive import Archive, Start
from harvester.parsers.page import Fetched, ParsedPage, Parser
from harvester.reading.readers import Readers
from harvester.reading.staged import PageHeader
from harvester.recording.memory import Memory
from harvester.recording.run import start_run
from harvester.runs.report import Report
from harvester.spiders.numbered import NumberedSpider
from tests.harvester.sources import NOON, RENNES, parsed, rejected


class ToyPage(Struct):
    """``lost``: the source answers 500; ``records``: (key, title), a key of ``""`` for one that cannot be read."""

    records: list[tuple[str, str]]
    lost: bool = False


class ToyParser:
    """Pages are JSON; they name the next. ``read`` are the addresses of the pages that were parsed."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, fetched: Fetched, portal: Portal) -> ParsedPage:
        del portal
        self.read.append(fetched.url)
        following, total, records = msgspec.json.decode(fetched.body, type=tuple[str, int, list[tuple[str, str]]])
        found = (parsed(key, title) if key else rejected() for key, title in records)
        return ParsedPage(found, declared=total, next=following)


class ToySpider(NumberedSpider):
    """Follows them."""

    def first_url(self) -> str:
        return url_of(1)

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        del fetched
        return header.next


class Toy(Struct):
    """A source. ``tagged``: its answers have an ETag, and it knows what was not modified since."""

    pages: list[ToyPage]
    total: int = 0
    tagged: bool = False

    def answer(self, request: Request) -> Response:
        """What the source says to a request."""
        number = int(request.url.rpartition("=")[2])
        if number > len(self.pages):
            return Response(request.url, status=404)
        page = self.pages[number - 1]
        if page.lost:
            return Response(request.url, status=500)
        following = f"/?page={number + 1}" if number < len(self.pages) else ""
        body = msgspec.json.encode((following, self.total, page.records))
        if not self.tagged:
            return Response(request.url, body=body)
        tag = f'"{digest(body)}"'.encode()
        if request.headers.get("If-None-Match") == tag:
            return Response(request.url, status=304, headers={"ETag": tag})
        return Response(request.url, body=body, headers={"ETag": tag, "Content-Type": "application/json"})


def url_of(number: int) -> str:
    """The address of a page."""
    return f"{RENNES.url}/?page={number}"


def walk(
    archive: Archive, toy: Toy, now: datetime = NOON, *, parser: Parser | None = None, remembers: bool = True
) -> Report:
    """What the crawler does, without a crawler."""
    recorder = start_run(archive, RENNES, Start(plan="toy"), clock=lambda: now)
    readers = Readers(0, parsers={RENNES.protocol: parser or ToyParser()})
    spider = ToySpider(RENNES, recorder, readers)
    spider.memory = Memory(archive, RENNES, readers, remembers=remembers)
    waiting = all_of(spider.start())
    while waiting:
        request = waiting.pop(0)
        waiting.extend(all_of(spider.parse(toy.answer(request), **request.cb_kwargs)))
    assert spider.broken is None, spider.broken
    return recorder.finish(spider.ending)


def all_of(requests: AsyncIterator[Request]) -> list[Request]:
    """What a spider asks for."""

    async def gathered() -> list[Request]:
        return [request async for request in requests]

    return asyncio.run(gathered())


@contextmanager
def empty(kind: type[Archive] = Archive) -> Iterator[Archive]:
    archive = kind("sqlite:///:memory:")
    archive.create()
    yield archive
    archive.close()


KEYS = st.sampled_from(["", *(f"jeu-{number}" for number in range(8))])
TITLES = st.sampled_from(["Arbres", "Bancs", "Bancs publics"])
TOY_PAGES = st.builds(
    ToyPage, st.lists(st.tuples(KEYS, TITLES), max_size=7), st.sampled_from([False, False, False, True])
)


TOYS = st.builds(Toy, st.lists(TOY_PAGES, min_size=1, max_size=5), st.integers(0, 30), st.booleans())


def without_times(report: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in report.items() if name not in ("started", "finished")}


def everything(archive: Archive) -> dict[str, list[tuple[Any, ...]]]:
    """What runs leave, whoever wrote it and whenever."""
    queries = {
        "records": "SELECT id, digest, first_seen_run, last_seen_run, changed_run, deleted_run, change FROM records",
        "versions": "SELECT run_id, record_id, digest FROM versions",
        "findings": "SELECT run_id, rule, record, place, value FROM findings",
        "totals": "SELECT run_id, rule, count FROM finding_totals",
        "pages": "SELECT run_id, number, asked, url, status, body, taken, merged FROM pages",
        "bodies": "SELECT portal, digest FROM bodies",
        "staged": "SELECT run_id FROM staged",
    }
    with archive.engine.connect() as connection:
        return {name: sorted(map(tuple, connection.exec_driver_sql(query))) for name, query in queries.items()}
