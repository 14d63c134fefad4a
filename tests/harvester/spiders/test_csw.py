"""Walks over CSW: each way in which servers are wrong about the next page has its test (protocols.md §e)."""

import re
from collections.abc import Callable, Iterable

import pytest

from dcat.portal import Protocol
from harvester.parsers.csw import Paging
from harvester.runs.outcome import Status
from harvester.spiders.csw import BODY, EMPTY_PAGES, constraint, following_position
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer
from tests.reference import reference

REFUSAL = Answer(
    b'<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception exceptionCode="NoApplicableCode">'
    b"<ows:ExceptionText>no such queryable</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
)


def page(
    numbers: Iterable[int], matched: int, following: int | None, returned: int | None = None, stamp: object = ""
) -> bytes:
    """A page of records by number; the header says what it is told to say."""
    carried = [
        f"<csw:Record><dc:identifier>r-{n}</dc:identifier><dc:title>Jeu {n}</dc:title>"
        f"<dct:abstract>Description {n}</dct:abstract></csw:Record>"
        for n in numbers
    ]
    said = len(carried) if returned is None else returned
    following_words = "" if following is None else f' nextRecord="{following}"'
    return (
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
        f'xmlns:dct="http://purl.org/dc/terms/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<csw:SearchStatus timestamp="{stamp}"/>'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{said}"{following_words}>'
        f"{''.join(carried)}</csw:SearchResults></csw:GetRecordsResponse>"
    ).encode()


Query = dict[str, str]


def start_of(query: Query) -> int:
    """Which record a request asks from, in a body or in an address."""
    found = re.search(r'startPosition="(\d+)"', query["body"])
    return int(found[1]) if found else int(query["startPosition"])


def pages(by_start: dict[int, bytes]) -> Callable[[Query], bytes]:
    return lambda query: by_start[start_of(query)]


def harvest(place: Place, answer: Callable[[Query], "bytes | Answer"], **settings: object) -> Harvested:
    place.serve("csw", answer)
    return place.harvest(Protocol.CSW, f"{place.base}/csw", **settings)


def keys(harvested: Harvested) -> list[int]:
    return sorted(int(key.removeprefix("r-")) for key in harvested.records)


@pytest.mark.parametrize("last", [0, 5, 1, None], ids=["zero", "beyond", "one", "absent"])
def test_however_the_end_is_said(place: Place, last: int | None) -> None:
    harvested = harvest(place, pages({1: page([1, 2], 4, 3), 3: page([3, 4], 4, last)}))
    assert keys(harvested) == [1, 2, 3, 4]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert len(place.asked()) == 2


def test_a_page_foreseen_wrongly_is_let_pass(place: Place) -> None:
    """The second page is shorter than the first: the page foreseen behind it (7) is not the one that follows (5)."""
    answers = {
        1: page([1, 2, 3], 8, 4),
        4: page([4], 8, 5),
        5: page([5, 6, 7], 8, 8),
        7: page([7, 8], 8, 0),
        8: page([8], 8, 0),
    }
    harvested = harvest(place, pages(answers))
    assert keys(harvested) == list(range(1, 9))
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert (harvested.report.pages, harvested.report.counts.merged) == (4, 0)
    assert len(place.asked()) == 5


def test_a_page_shorter_than_asked_is_followed_by_next_record(place: Place) -> None:
    harvested = harvest(place, pages({1: page(range(1, 11), 20, 11), 11: page(range(11, 21), 20, 0)}))
    assert keys(harvested) == list(range(1, 21))
    assert harvested.report.complete


def test_next_record_absent_before_the_end(place: Place) -> None:
    harvested = harvest(place, pages({1: page([1, 2], 4, None), 3: page([3, 4], 4, None)}))
    assert keys(harvested) == [1, 2, 3, 4]


@pytest.mark.parametrize("following", [26, 0], ids=["good", "zero"])
def test_an_empty_page_in_the_middle_is_passed(place: Place, following: int) -> None:
    answers = {
        1: page(range(1, 26), 52, 26),
        26: page([], 52, 51 if following else 0, returned=0),
        51: page([51, 52], 52, 0),
    }
    harvested = harvest(place, pages(answers))
    assert keys(harvested) == [*range(1, 26), 51, 52]
    assert harvested.report.status is Status.PARTIAL
    assert "total-mismatch" in harvested.rules


def test_empty_pages_end_the_walk_in_the_end(place: Place) -> None:
    harvested = harvest(place, lambda query: page([1] if start_of(query) == 1 else [], 5000, start_of(query) + 25))
    assert len(place.asked()) == 1 + EMPTY_PAGES + 1
    assert "page-cap-reached" in harvested.rules
    assert not harvested.report.complete


def test_a_header_that_counts_otherwise_is_reported(place: Place) -> None:
    harvested = harvest(place, pages({1: page([1, 1, 1], 965, 11, returned=10), 11: page([2], 965, 0, returned=955)}))
    found = next(found for found in harvested.findings if found.rule == "total-mismatch")
    assert (found.place, found.value) == ("startPosition=1", "3/10")
    assert harvested.report.counts.merged == 2


def test_sorting_that_is_refused_is_left_out_and_the_walk_done_twice(place: Place) -> None:
    """Unsorted, the first pass shows r-1 on both pages and hides r-3."""
    passes: list[int] = []

    def answer(query: Query) -> bytes | Answer:
        if "SortBy" in query["body"]:
            return REFUSAL
        passes.append(start_of(query))
        second = [3, 1] if len(passes) > 2 else [1, 4]
        return page([1, 2], 4, 3, stamp=len(passes)) if start_of(query) == 1 else page(second, 4, 0, stamp=len(passes))

    harvested = harvest(place, answer)
    assert passes == [1, 3, 1, 3]
    assert keys(harvested) == [1, 2, 3, 4]
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)


def test_an_unsorted_walk_that_brought_everything_is_not_done_twice(place: Place) -> None:
    harvested = harvest(place, lambda query: REFUSAL if "SortBy" in query["body"] else page([1], 1, 0))
    assert keys(harvested) == [1]
    assert len(place.asked()) == 2


def test_a_server_that_only_knows_addresses_is_asked_by_address(place: Place) -> None:
    asked: list[Query] = []

    def answer(query: Query) -> bytes | Answer:
        if query["body"]:
            return Answer(status=405)
        asked.append(query)
        return page([1], 1, 0)

    assert keys(harvest(place, answer)) == [1]
    assert asked[0]["version"] == "2.0.2"
    assert asked[0]["outputSchema"] == "http://www.isotc211.org/2005/gmd"


def test_csw_3_is_spoken_where_nothing_else_is(place: Place) -> None:
    three = page([1], 1, 0).replace(b"cat/csw/2.0.2", b"cat/csw/3.0")
    harvested = harvest(place, lambda query: three if query.get("version") == "3.0.0" else Answer(status=400))
    assert keys(harvested) == [1]


def test_a_refusal_of_every_manner_fails_with_the_words_of_the_server(place: Place) -> None:
    harvested = harvest(place, lambda _: REFUSAL)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("page-not-parseable").value == "NoApplicableCode no such queryable"


def test_a_refusal_in_the_middle_costs_the_rest_and_deletes_nothing(place: Place) -> None:
    harvested = harvest(place, lambda query: page([1, 2], 4, 3) if start_of(query) == 1 else REFUSAL)
    assert keys(harvested) == [1, 2]
    assert harvested.report.status is Status.PARTIAL


def test_real_pages_from_page_to_page(place: Place) -> None:
    folder = reference("fixtures", "portals", "csw")
    answers = {start: (folder / f"geoide-iso19139-page-{start}.xml").read_bytes() for start in (1, 3, 5)}
    harvested = harvest(place, pages(answers))
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert (harvested.report.counts.declared, harvested.report.counts.accepted) == (6, 6)
    record = harvested.records["fr-120066022-ldd-56fce164-04b2-41ae-be87-9f256f39dd44"]
    assert record.dataset.title[0].value == "Plan local d'urbanisme de la commune de Cartigny"


def test_what_is_asked() -> None:
    """The types of the profile, a stable order, and never other catalogues' records."""
    assert constraint("").count("apiso:type") == 4
    assert "DistributedSearch" not in BODY + constraint("")


@pytest.mark.parametrize(
    ("start", "received", "paging", "expected"),
    [
        (1, 10, Paging(965, 10, 11), 11),
        (1, 3, Paging(965, 10, 11), 11),
        (1, 10, Paging(10, 10, 11), 0),
        (5, 2, Paging(6, 2, 0), 0),
        (11, 10, Paging(20, 10, 1), 0),
        (11, 10, Paging(30, 10, 1), 21),
        (1, 0, Paging(100, 0, 0), 26),
        (1, 5, Paging(None, None, None), 0),
        (1, 5, Paging(None, 5, 6), 6),
    ],
)
def test_where_the_next_page_begins(start: int, received: int, paging: Paging, expected: int) -> None:
    assert following_position(start, received, paging) == expected
