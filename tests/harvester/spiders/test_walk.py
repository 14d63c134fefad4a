"""Walks from page to page: where they go, where they end, and what they say of it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from dcat.portal import Protocol
from harvester.runs.outcome import Status
from tests.harvester.sources import rows
from tests.harvester.spiders.catalogues import ods_dataset, ods_page, packages, turtle, udata_page
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.source import Answer


def titles(harvested: Harvested) -> list[str]:
    return sorted(record.dataset.title[0].value for record in harvested.records.values())


def jeux(*numbers: int) -> list[str]:
    return [f"Jeu {number}" for number in numbers]


def dcat(place: Place, **settings: object) -> Harvested:
    return place.harvest(Protocol.DCAT, f"{place.base}/a.ttl", **settings)


# --- DCAT: the page names the next ------------------------------------------------------------------------------------


@pytest.mark.parametrize("literal", [False, True], ids=["iri", "literal"])
def test_hydra_next_is_followed(place: Place, literal: bool) -> None:
    place.serve("a.ttl", turtle([1, 2], f"{place.base}/b.ttl", total=3, literal=literal))
    place.serve("b.ttl", turtle([3], total=3))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2, 3)
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert harvested.report.counts.declared == 3
    assert harvested.rules <= {"licence-missing", "distribution-missing"}


def test_relative_next_is_followed(place: Place) -> None:
    place.serve("a.ttl", turtle([1], "b.ttl"))
    place.serve("b.ttl", turtle([2]))
    assert titles(dcat(place)) == jeux(1, 2)


def test_a_next_page_with_a_long_address_is_followed(place: Place) -> None:
    token = "t" * 4000
    place.serve("a.ttl", turtle([1], f"{place.base}/b.ttl?token={token}"))
    place.serve("b.ttl", turtle([2]))
    assert titles(dcat(place)) == jeux(1, 2)


def test_link_header_is_followed_where_the_page_is_silent(place: Place) -> None:
    link = {"Link": f'<{place.base}/a.ttl>; rel="first", <{place.base}/b.ttl>; rel="next"'}
    place.serve("a.ttl", Answer(turtle([1]), headers=link))
    place.serve("b.ttl", turtle([2]))
    assert titles(dcat(place)) == jeux(1, 2)


def test_a_loop_of_two_pages_ends_complete_once_all_announced_have_come(place: Place) -> None:
    place.serve("a.ttl", turtle([1, 2], f"{place.base}/b.ttl", total=3))
    place.serve("b.ttl", turtle([3], f"{place.base}/a.ttl", total=3))
    harvested = dcat(place)
    assert place.asked() == ["a.ttl", "b.ttl"]
    assert titles(harvested) == jeux(1, 2, 3)
    assert harvested.found("page-repeated").place == f"{place.base}/a.ttl"
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)


def test_a_loop_without_a_total_is_partial(place: Place) -> None:
    place.serve("a.ttl", turtle([1], f"{place.base}/b.ttl"))
    place.serve("b.ttl", turtle([2], f"{place.base}/a.ttl"))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2)
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert "page-repeated" in harvested.rules


def test_next_on_another_host_is_brought_back_to_the_source(place: Place) -> None:
    place.serve("a.ttl", turtle([1], f"https://interne.example.org:8443/{place.name}/b.ttl"))
    place.serve("b.ttl", turtle([2]))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2)
    assert harvested.found("page-next-rewritten").place == f"https://interne.example.org:8443/{place.name}/b.ttl"
    assert harvested.report.status is Status.OK


def test_a_redirected_source_is_followed_and_its_own_links_are_no_fault(place: Place) -> None:
    place.serve("a.ttl", Answer(status=301, headers={"Location": f"{place.base}/new.ttl"}))
    place.serve("new.ttl", turtle([1], f"{place.base}/b.ttl"))
    place.serve("b.ttl", turtle([2]))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2)
    assert "page-next-rewritten" not in harvested.rules


@pytest.mark.parametrize("link", ["http://[mal/b.ttl", "javascript:suivant()", "urn:page:2"])
def test_next_that_is_no_address_is_told_and_deletes_nothing(place: Place, link: str) -> None:
    place.serve("a.ttl", turtle([1, 2]))
    dcat(place)
    place.serve("a.ttl", turtle([1], link, literal=True))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2)
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.found("page-unreachable").place
    assert harvested.event.kind == "report"


def test_the_same_body_under_two_addresses_ends_the_walk(place: Place) -> None:
    page = turtle([1], "b.ttl")
    place.serve("a.ttl", page)
    place.serve("b.ttl", page)
    harvested = dcat(place)
    assert titles(harvested) == jeux(1)
    assert harvested.found("page-repeated").place == f"{place.base}/b.ttl"
    assert harvested.report.status is Status.PARTIAL


def test_a_record_on_two_pages_is_one_and_hides_another(place: Place) -> None:
    place.serve("a.ttl", turtle([1, 2], "b.ttl", total=4))
    place.serve("b.ttl", turtle([2, 3], total=4))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2, 3)
    assert harvested.report.counts.merged == 1
    assert harvested.report.complete is False
    assert {"record-duplicate", "total-mismatch"} <= harvested.rules


def test_a_total_too_high_is_partial_and_deletes_nothing(place: Place) -> None:
    place.serve("a.ttl", turtle(range(10), total=10), turtle(range(9), total=12))
    dcat(place)
    harvested = dcat(place)
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.found("total-mismatch").value == "9/12"
    assert (harvested.report.counts.deleted, len(harvested.records)) == (0, 10)


def test_a_total_too_low_is_told(place: Place) -> None:
    place.serve("a.ttl", turtle([1, 2, 3], total=1))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2, 3)
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)
    assert harvested.found("total-mismatch").value == "3/1"


def test_an_empty_page_in_the_middle_is_passed(place: Place) -> None:
    place.serve("a.ttl", turtle([1], "b.ttl", total=2))
    place.serve("b.ttl", turtle([], "c.ttl", total=2))
    place.serve("c.ttl", turtle([2], total=2))
    harvested = dcat(place)
    assert titles(harvested) == jeux(1, 2)
    assert harvested.report.complete is True


# --- CKAN: by the rows that came --------------------------------------------------------------------------------------


def clamped(numbers: range, size: int, count: int) -> Callable[[dict[str, str]], bytes]:
    """A server that never gives more than so many rows."""

    def answer(query: dict[str, str]) -> bytes:
        start = int(query["start"])
        return packages(numbers[start : start + min(size, int(query["rows"]))], count)

    return answer


def test_ckan_rows_clamped_in_silence_are_all_read(place: Place) -> None:
    place.serve("package_search", clamped(range(25), 10, 25))
    harvested = place.harvest(Protocol.CKAN)
    assert len(harvested.records) == 25
    assert harvested.report.status is Status.OK
    assert harvested.found("page-size-clamped").value == "10/1000"
    assert [path.partition("start=")[2].partition("&")[0] for path in place.asked()] == ["0", "10", "20"]


def test_ckan_page_foreseen_wrongly_is_let_pass(place: Place) -> None:
    """The second page has 5 rows, not 10 as the first: row 20 was asked for meanwhile, row 15 follows."""
    rows = {0: range(10), 10: range(10, 15), 15: range(15, 24), 20: range(20, 24)}
    place.serve("package_search", lambda query: packages(rows[int(query["start"])], 24))
    harvested = place.harvest(Protocol.CKAN)
    assert len(harvested.records) == 24
    assert (harvested.report.status, harvested.report.pages, harvested.report.counts.merged) == (Status.OK, 3, 0)
    assert [path.partition("start=")[2].partition("&")[0] for path in place.asked()] == ["0", "10", "20", "15"]


def test_ckan_total_too_low_loses_no_row(place: Place) -> None:
    place.serve("package_search", clamped(range(25), 10, 12))
    harvested = place.harvest(Protocol.CKAN)
    assert len(harvested.records) == 25
    assert harvested.found("total-mismatch").value == "25/12"


def test_ckan_total_too_high_is_partial(place: Place) -> None:
    place.serve("package_search", clamped(range(25), 10, 30))
    harvested = place.harvest(Protocol.CKAN)
    assert len(harvested.records) == 25
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.found("total-mismatch").value == "25/30"


def test_ckan_without_a_total_is_read_until_an_empty_page(place: Place) -> None:
    place.serve("package_search", lambda query: packages(range(25)[int(query["start"]) :][:10]))
    harvested = place.harvest(Protocol.CKAN)
    assert len(harvested.records) == 25
    assert harvested.report.status is Status.OK


def test_ckan_refusal_with_status_200_is_a_failure_in_its_own_words(place: Place) -> None:
    refusal = {"success": False, "error": {"__type": "Validation Error", "message": "bad sort"}}
    place.serve("package_search", json.dumps(refusal).encode())
    harvested = place.harvest(Protocol.CKAN)
    assert harvested.report.status is Status.FAILED
    assert harvested.found("page-not-parseable").value == "Validation Error: bad sort"


# --- Opendatasoft: a window and a quota -------------------------------------------------------------------------------


def ods(total: int, **headers: str) -> Callable[[dict[str, str]], Answer]:
    def answer(query: dict[str, str]) -> Answer:
        start = int(query["offset"])
        return Answer(ods_page(range(total)[start : start + int(query["limit"])], total), headers=headers)

    return answer


def test_ods_is_read_by_offset(place: Place) -> None:
    place.serve("catalog/datasets", ods(230))
    harvested = place.harvest(Protocol.ODS)
    assert len(harvested.records) == 230
    assert (harvested.report.status, harvested.report.pages) == (Status.OK, 3)


def test_ods_beyond_its_window_is_read_from_the_export(place: Place) -> None:
    place.serve("catalog/datasets", ods(9_950))
    place.serve("catalog/exports/json", json.dumps([ods_dataset(number) for number in range(9_950)]).encode())
    harvested = place.harvest(Protocol.ODS)
    assert len(place.asked()) == 2
    assert harvested.report.counts.accepted == 9_950
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)


def test_ods_quota_used_up_ends_partial_and_says_until_when(place: Place) -> None:
    reset = (datetime.now(UTC) + timedelta(hours=5)).isoformat(timespec="seconds")
    place.serve("catalog/datasets", ods(230, **{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}))
    harvested = place.harvest(Protocol.ODS)
    assert len(place.asked()) == 1
    assert (harvested.report.status, harvested.report.complete) == (Status.PARTIAL, False)
    assert harvested.found("quota-exhausted").value == f"until {reset}"
    assert len(harvested.records) == 100


def test_ods_quota_used_up_by_the_last_page_is_no_fault(place: Place) -> None:
    place.serve("catalog/datasets", ods(100, **{"X-RateLimit-Remaining": "0"}))
    harvested = place.harvest(Protocol.ODS)
    assert "quota-exhausted" not in harvested.rules
    assert len(harvested.records) == 100


# --- udata ------------------------------------------------------------------------------------------------------------


def test_udata_follows_the_page_that_is_named(place: Place) -> None:
    second = f"{place.base}/datasets/?page=2&page_size=100&sort=created"
    place.serve("datasets/?page=1&page_size=100&sort=created", udata_page([1, 2], 3, second))
    place.serve("datasets/?page=2&page_size=100&sort=created", udata_page([3], 3, None, 2))
    harvested = place.harvest(Protocol.UDATA)
    assert titles(harvested) == jeux(1, 2, 3)
    assert (harvested.report.status, harvested.report.complete) == (Status.OK, True)


# --- again, in part, for show -----------------------------------------------------------------------------------------

KEPT = ("versions", "bodies", "findings", "finding_totals")


def test_a_second_run_over_an_unchanged_source_stores_nothing_new(place: Place) -> None:
    place.serve("a.ttl", turtle([1, 2], "b.ttl", total=3))
    place.serve("b.ttl", turtle([3], total=3))
    first = dcat(place)
    before = rows(place.archive, KEPT)
    digests = place.archive.digests(record.id for record in first.records.values())
    change = place.archive.last_change()
    second = dcat(place)
    assert (second.report.counts.unchanged, second.report.counts.updated, second.report.counts.added) == (3, 0, 0)
    assert rows(place.archive, KEPT) == before
    assert place.archive.digests(record.id for record in second.records.values()) == digests
    assert place.archive.last_change() == change


def test_what_left_the_source_is_deleted_after_a_complete_walk(place: Place) -> None:
    place.serve("a.ttl", turtle(range(10), total=10), turtle(range(9), total=9))
    dcat(place)
    harvested = dcat(place)
    assert harvested.report.counts.deleted == 1
    assert len(harvested.records) == 9


def test_a_limit_stops_there_and_deletes_nothing(place: Place) -> None:
    place.serve("a.ttl", turtle([1, 2], "b.ttl", total=3))
    place.serve("b.ttl", turtle([3], total=3))
    dcat(place)
    place.source.asked.clear()
    harvested = dcat(place, limit=1)
    assert place.asked() == ["a.ttl"]
    assert (harvested.report.counts.received, harvested.report.complete) == (1, False)
    assert harvested.report.status is Status.OK
    assert len(harvested.records) == 3


def test_a_dry_run_reads_all_and_writes_nothing(place: Place) -> None:
    everything = (*KEPT, "runs", "records", "staged", "pages")
    before = rows(place.archive, everything)
    place.serve("a.ttl", turtle([1, 2], "b.ttl", total=3))
    place.serve("b.ttl", turtle([3], total=3))
    harvested = dcat(place, dry_run=True)
    assert (harvested.report.run, harvested.report.counts.added, harvested.report.status) == (None, 3, Status.OK)
    assert rows(place.archive, everything) == before
