"""What a spider does when the program itself fails: a parser that breaks, an archive that no longer takes pages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import pytest
from msgspec.structs import replace
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from dcat.portal import Portal, Protocol
from harvester.archive import Archive
from harvester.errors import RunLost
from harvester.parsers.page import Fetched, ParsedPage
from harvester.reading.readers import Readers
from harvester.recording.run import RunRecorder
from harvester.runs.outcome import Ending
from harvester.spiders.dcat import DcatSpider
from harvester.spiders.robots import RobotsRefused, RobotsUnreachable
from tests.harvester.sources import NOON, RENNES, recorder
from tests.harvester.spiders.catalogues import turtle

SECOND = Response("https://data.example.fr/b.ttl", body=turtle([2], "https://data.example.fr/c.ttl"))
FIRST = Response("https://data.example.fr/a.ttl", body=turtle([1], "https://data.example.fr/b.ttl"))


def met(archive: Archive) -> Sequence[str]:
    """The rules of the errors of the only run."""
    (run,) = archive.runs()
    return [found.rule for found in archive.findings(run.id).results if found.rule.startswith(("page", "robots"))]


def walking(run: RunRecorder, readers: Readers | None = None) -> DcatSpider:
    return DcatSpider(replace(RENNES, protocol=Protocol.DCAT), run, readers or Readers(0))


def asked(requests: AsyncIterator[Request]) -> list[str]:
    """The addresses that a spider asks for."""

    async def gathered() -> list[str]:
        return [request.url async for request in requests]

    return asyncio.run(gathered())


def breaking(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A parser that raises what parsers never should."""
    raise ZeroDivisionError(f"{fetched.url} of {portal.id}")


def test_a_parser_that_breaks_costs_its_page(archive: Archive) -> None:
    run = recorder(archive)
    spider = walking(run, Readers(0, parsers={Protocol.DCAT: breaking}))
    assert asked(spider.parse(FIRST)) == []
    assert spider.ending is Ending.FAILED
    run.finish(spider.ending)
    assert met(archive) == ["page-not-parseable"]


def test_a_run_that_was_closed_stops_the_spider(archive: Archive) -> None:
    spider = walking(closed(archive))
    assert asked(spider.parse(FIRST)) == [SECOND.url]  # meanwhile
    assert isinstance(spider.broken, RunLost)
    assert asked(spider.parse(SECOND)) == []


def test_a_lost_page_of_a_closed_run_is_remembered(archive: Archive) -> None:
    spider = walking(closed(archive))
    assert asked(spider.unfetched(failed(ConnectionError("reset")))) == []
    assert isinstance(spider.broken, RunLost)


def failed(error: Exception) -> Failure:
    """What Scrapy hands over of a request that failed."""
    made: Any = Failure(error)  # type: ignore[no-untyped-call]
    made.request = Request("https://data.example.fr/a.ttl")
    return cast("Failure", made)


def closed(archive: Archive) -> RunRecorder:
    """The recorder of a run that another process has ended."""
    run = recorder(archive)
    assert run.run_id is not None
    archive.finish(archive.run(run.run_id), Ending.INTERRUPTED, NOON)
    return run


def test_pages_without_end_are_capped(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DcatSpider, "most_pages", 1)
    run = recorder(archive)
    spider = walking(run)
    assert asked(spider.parse(FIRST)) == []
    assert spider.ending is Ending.CAPPED
    run.finish(spider.ending)
    assert met(archive) == ["page-cap-reached"]


@pytest.mark.parametrize(
    ("error", "ending", "rule"),
    [
        (RobotsRefused("User-agent: Aiguillage"), Ending.BLOCKED, "robots-refused"),
        (RobotsUnreachable("HTTP 500"), Ending.FAILED, "robots-unreachable"),
        (TimeoutError("60 s"), Ending.FAILED, "page-unreachable"),
    ],
)
def test_a_request_that_fails(archive: Archive, error: Exception, ending: Ending, rule: str) -> None:
    run = recorder(archive)
    spider = walking(run)
    assert asked(spider.unfetched(failed(error))) == []
    assert spider.ending is ending
    run.finish(spider.ending)
    assert met(archive) == [rule]


def test_a_walk_that_never_began_was_interrupted(archive: Archive) -> None:
    run = recorder(archive)
    report = run.finish(walking(run).ending)
    assert [found.rule for found in report.findings] == ["run-interrupted"]
    assert report.status == "failed"
