"""What is asked for where the source can tell what changed, when, and what such a run never does."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scrapy import Request

from dcat.portal import Portal, Protocol
from harvester.archive import Archive, Start
from harvester.increment import OVERLAP, changed_since
from harvester.outcome import Ending, Mode, Status
from harvester.parsers import udata
from harvester.parsers.page import Fetched
from harvester.readers import Readers
from harvester.reading import PageHeader
from harvester.report import Report
from harvester.run import RunRecorder, start_run
from harvester.spiders import SPIDERS, PortalSpider
from tests.harvester.sources import NOON, RENNES, catalogue, recorder, take, titles
from tests.harvester.spiders.catalogues import packages
from tests.harvester.spiders.conftest import Place
from tests.harvester.toy import empty

DAY = timedelta(days=1)
PLAN = "plan"
SINCE = datetime(2026, 2, 28, 12, 0, tzinfo=UTC)
TEN = tuple(f"jeu-{number}" for number in range(10))


def walked(
    archive: Archive,
    now: datetime,
    *keys: str,
    mode: Mode = Mode.FULL,
    pages: int = 21,
    ending: Ending = Ending.EXHAUSTED,
    plan: str = PLAN,
) -> Report:
    """A run of so many pages."""
    run = start_run(archive, RENNES, Start(mode, plan), clock=lambda: now)
    take(run, 1, *catalogue(*keys or TEN))
    for number in range(2, pages + 1):
        take(run, number)
    return run.finish(ending)


def since(archive: Archive, now: datetime, plan: str = PLAN) -> datetime | None:
    return changed_since(archive, RENNES.id, plan, now)


def test_what_changed_since_the_last_run_is_asked_for(archive: Archive) -> None:
    assert since(archive, NOON) is None
    walked(archive, NOON)
    assert since(archive, NOON + DAY) == NOON - OVERLAP
    walked(archive, NOON + DAY, "jeu-1", mode=Mode.INCREMENTAL, pages=1)
    assert since(archive, NOON + 2 * DAY) == NOON + DAY - OVERLAP


def test_after_a_week_everything_is_asked_for(archive: Archive) -> None:
    walked(archive, NOON)
    walked(archive, NOON + 6 * DAY, mode=Mode.INCREMENTAL)
    assert since(archive, NOON + 7 * DAY - timedelta(minutes=1)) is not None
    assert since(archive, NOON + 7 * DAY) is None


@pytest.mark.parametrize(
    "first",
    [{"pages": 20}, {"ending": Ending.CAPPED}, {"ending": Ending.LIMITED}, {"mode": Mode.INCREMENTAL}, {"plan": "x"}],
)
def test_a_run_that_is_no_ground_for_it(archive: Archive, first: dict[str, Any]) -> None:
    walked(archive, NOON, **first)
    assert since(archive, NOON + DAY) is None


def test_a_run_that_lost_something_counts_for_nothing(archive: Archive) -> None:
    walked(archive, NOON)
    walked(archive, NOON + DAY, mode=Mode.INCREMENTAL, ending=Ending.FAILED)
    assert since(archive, NOON + 2 * DAY) == NOON - OVERLAP


def test_absence_means_nothing(archive: Archive) -> None:
    walked(archive, NOON)
    report = walked(archive, NOON + DAY, "jeu-1", "new", mode=Mode.INCREMENTAL)
    assert (report.status, report.complete, report.mode) == (Status.OK, False, Mode.INCREMENTAL)
    assert (report.counts.deleted, report.counts.held, report.counts.added) == (0, 0, 1)
    assert len(titles(archive)) == 11


def test_the_total_of_a_filtered_answer_is_not_that_of_the_source(archive: Archive) -> None:
    run = start_run(archive, replace(RENNES), Start(Mode.INCREMENTAL), clock=lambda: NOON)
    take(run, 1, *catalogue("a"), declared=500)
    report = run.finish(Ending.EXHAUSTED)
    assert (report.status, report.findings) == (Status.OK, ())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.lists(st.sampled_from(TEN), unique=True), st.sampled_from(list(Ending))), max_size=4))
def test_an_incremental_run_never_deletes(runs: list[tuple[list[str], Ending]]) -> None:
    with empty() as archive:
        walked(archive, NOON, pages=1)
        for keys, ending in runs:
            run = start_run(archive, RENNES, Start(Mode.INCREMENTAL, PLAN), clock=lambda: NOON)
            take(run, 1, *catalogue(*keys))
            report = run.finish(ending)
            assert (report.counts.deleted, report.counts.held, report.complete) == (0, 0, False)
        assert set(titles(archive)) == set(TEN)


# --- how each protocol asks ------------------------------------------------------------------------------------------


def spider_of(archive: Archive, portal: Portal, since: datetime | None) -> PortalSpider:
    run = recorder(archive, portal)
    told = RunRecorder(run.writer, portal, run.clock, since=since)
    return SPIDERS[portal.protocol](portal, told, Readers(0))


def first_request(archive: Archive, protocol: Protocol, since: datetime | None = SINCE, **more: Any) -> Request:
    spider = spider_of(archive, replace(RENNES, protocol=protocol, **more), since)
    assert spider.can_tell_changes(spider.portal) or since is None
    return spider.request(spider.first_url())


def asked(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query))


def test_ckan(archive: Archive) -> None:
    wanted = asked(first_request(archive, Protocol.CKAN))["fq"]
    assert wanted == "-type:harvest -type:showcase metadata_modified:[2026-02-28T12:00:00Z TO *]"


def test_ods(archive: Archive) -> None:
    day = "date'2026-02-28'"
    assert asked(first_request(archive, Protocol.ODS))["where"] == f"modified >= {day} or metadata_processed >= {day}"


def test_csw(archive: Archive) -> None:
    body = first_request(archive, Protocol.CSW).body.decode()
    assert body.count("<ogc:And>") == 1
    assert (
        "<ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>apiso:modified</ogc:PropertyName>"
        "<ogc:Literal>2026-02-28</ogc:Literal></ogc:PropertyIsGreaterThanOrEqualTo>"
    ) in body


def test_geonetwork(archive: Archive) -> None:
    query = json.loads(first_request(archive, Protocol.GEONETWORK).body)["query"]
    assert query["bool"]["filter"] == [{"range": {"changeDate": {"gte": "2026-02-28T12:00:00Z"}}}]
    assert "query_string" in query["bool"]["must"][0]
    v3 = replace(RENNES, endpoint="https://geo.example.fr/geonetwork/srv/fre/q")
    assert not SPIDERS[Protocol.GEONETWORK].can_tell_changes(v3)


def test_dcat_of_a_ckan(archive: Archive) -> None:
    feed = "https://data.example.fr/catalog.ttl?profiles=dcat_ap"
    wanted = asked(first_request(archive, Protocol.DCAT, endpoint=feed, software="CKAN"))
    assert wanted == {"profiles": "dcat_ap", "modified_since": "2026-02-28T12:00:00Z"}
    assert not SPIDERS[Protocol.DCAT].can_tell_changes(replace(RENNES, software="udata"))


def page_of(*days: str) -> Fetched:
    rows = [{"id": day, "last_update": f"{day}T08:00:00+00:00"} for day in days]
    return Fetched("https://www.data.gouv.fr/api/1/datasets/?page=1", json.dumps({"data": rows}).encode())


@pytest.mark.parametrize(
    ("days", "goes_on"),
    [
        (("2026-03-02", "2026-02-28"), True),
        (("2026-03-02", "2026-02-27"), False),
        ((), True),
    ],
)
def test_udata(archive: Archive, days: tuple[str, ...], goes_on: bool) -> None:
    spider = spider_of(archive, replace(RENNES, protocol=Protocol.UDATA), SINCE)
    assert dict(parse_qsl(urlsplit(spider.first_url()).query))["sort"] == "-last_update"
    following = spider.named(page_of(*days), PageHeader(next="https://www.data.gouv.fr/api/1/datasets/?page=2"))
    assert bool(following) is goes_on
    assert udata.last_touched(page_of("2026-03-02", "2026-02-27")) == date(2026, 2, 27)


@pytest.mark.parametrize("protocol", SPIDERS)
def test_a_full_run_asks_for_everything(archive: Archive, protocol: Protocol) -> None:
    request = first_request(archive, protocol, None, software="CKAN")
    assert not any(word in f"{request.url} {request.body.decode()}" for word in ("2026", "modified", "gte", "-last_"))


# --- in earnest ------------------------------------------------------------------------------------------------------


def test_a_second_harvest_asks_for_what_changed(place: Place) -> None:
    rows = range(1, 23)

    def search(query: dict[str, str]) -> bytes:
        start = int(query["start"])
        if "metadata_modified" in query["fq"]:
            return packages([5] if start == 0 else [], 1)
        return packages([rows[start]] if start < len(rows) else [], len(rows))

    place.serve("package_search", search)
    first = place.harvest(Protocol.CKAN)
    assert (first.report.status, first.report.mode, first.report.pages > 20) == ("ok", "full", True)
    asked_before = len(place.asked())
    second = place.harvest(Protocol.CKAN)
    assert (second.report.status, second.report.mode, second.report.complete) == ("ok", "incremental", False)
    assert (second.report.counts.unchanged, second.report.counts.deleted, len(second.records)) == (1, 0, 22)
    assert all("metadata_modified" in path for path in place.asked()[asked_before:])
    third = place.harvest(Protocol.CKAN, full=True)
    assert (third.report.mode, third.report.complete, third.report.counts.unchanged) == ("full", True, 22)
