"""One bad page never costs the pages after it, nor what was known of its own records."""

from collections.abc import Callable

import pytest

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from tests.harvester.spiders.catalogues import ods_page, packages, turtle, udata_page
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer

HTML = Answer(b"<!DOCTYPE html><html><title>Maintenance</title></html>")
DOWN = Answer(status=500)
BROKEN = Answer(reset=True)
CUT = Answer(b'{"total_count": 5, "results": [{"dataset_id": "jeu-2", "metas": {"defau')

Page = Callable[[int], bytes]
"""A page of two rows, by its number from 0, of a catalogue of five."""


def rows(number: int) -> list[int]:
    return list(range(5))[2 * number : 2 * number + 2]


def dcat_page(number: int) -> bytes:
    return turtle(rows(number), f"?page={number + 2}" if number < 2 else "", total=5)


def udata(number: int) -> bytes:
    page = udata_page(rows(number), 5, f"?page={number + 2}&page_size=2" if number < 2 else None, number + 1)
    return page.replace(b'"page_size": 100', b'"page_size": 2')


def of_offset(name: str, page: Page) -> Callable[[dict[str, str]], bytes]:
    return lambda query: page(int(query[name]) // 2)


def of_number(page: Page) -> Callable[[dict[str, str]], bytes]:
    return lambda query: page(int(query.get("page", "1")) - 1)


SERVERS: dict[Protocol, tuple[str, Callable[[Page], Callable[[dict[str, str]], bytes]], Page]] = {
    Protocol.DCAT: ("feed", of_number, dcat_page),
    Protocol.UDATA: ("datasets/", of_number, udata),
    Protocol.ODS: ("catalog/datasets", lambda page: of_offset("offset", page), lambda n: ods_page(rows(n), 5)),
    Protocol.CKAN: ("package_search", lambda page: of_offset("start", page), lambda n: packages(rows(n), 5)),
}


def harvest(place: Place, protocol: Protocol, lost: dict[int, Answer]) -> Harvested:
    path, serve, page = SERVERS[protocol]
    answering = serve(lambda number: lost.get(number) or page(number))  # type: ignore[arg-type, return-value]
    place.serve(path, answering)
    return place.harvest(protocol, f"{place.base}/feed" if protocol is Protocol.DCAT else place.base)


@pytest.mark.parametrize("answer", [HTML, DOWN, BROKEN, CUT], ids=["html", "500", "reset", "cut"])
@pytest.mark.parametrize("protocol", SERVERS)
def test_a_page_lost_in_the_middle_costs_no_other(place: Place, protocol: Protocol, answer: Answer) -> None:
    first = harvest(place, protocol, {})
    assert (first.report.status, first.report.complete, len(first.records)) == (Status.OK, True, 5)
    second = harvest(place, protocol, {1: answer})
    assert (second.report.status, second.report.complete) == (Status.PARTIAL, False)
    assert (second.report.pages, second.report.failed_pages) == (2, 1)
    assert (second.report.counts.received, second.report.counts.deleted) == (3, 0)
    assert len(second.records) == 5


@pytest.mark.parametrize("protocol", SERVERS)
def test_nothing_is_asked_beyond_a_last_page_that_is_lost(place: Place, protocol: Protocol) -> None:
    harvested = harvest(place, protocol, {2: HTML})
    assert (harvested.report.status, harvested.report.counts.received) == (Status.PARTIAL, 4)
    assert len([path for path in place.asked() if path.startswith(SERVERS[protocol][0])]) == 3


def test_a_portal_that_went_down_is_left_alone(place: Place) -> None:
    place.serve("package_search", packages(range(2), 100), HTML)
    harvested = place.harvest(Protocol.CKAN)
    assert (harvested.report.status, harvested.report.failed_pages) == (Status.PARTIAL, 3)
    assert len([path for path in place.asked() if path.startswith("package_search")]) == 4
