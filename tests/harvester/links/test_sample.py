"""Which links come next, what is remembered of them, and what a score makes of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from dcat.model import Dataset, Distribution
from dcat.quality import score
from harvester.archive import Archive
from harvester.archive.links import (
    KEPT,
    RECENT,
    Answering,
    Check,
    answering,
    history_of,
    keep_checks,
    last_checked,
    links_of,
)
from harvester.links import due
from harvester.parsers.page import ParsedRecord
from tests.harvester.sources import NOON, harvest, make_record

URLS = [f"https://data.example.fr/{number}.csv" for number in range(4)]
DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(f"sqlite:///{tmp_path / 'archive.db'}")
    made.create()
    record = make_record("a")
    files = (Distribution(access_urls=("ftp://x.example.fr/a", URLS[0]), download_urls=tuple(URLS)),)
    harvest(made, [ParsedRecord("a", replace(record, dataset=replace(record.dataset, distributions=files)))])
    yield made
    made.close()


def portal_of(archive: Archive) -> str:
    return next(iter(archive.counts_by_portal()))


def test_what_was_never_asked_comes_first_then_the_oldest(archive: Archive) -> None:
    portal = portal_of(archive)
    assert sorted(due(archive, portal, 10)) == URLS
    assert len(due(archive, portal, 3)) == 3
    keep_checks(archive, portal, [Check(URLS[0], True, 200)], NOON + DAY)
    keep_checks(archive, portal, [Check(URLS[1], True, 200)], NOON)
    *new, older, newest = due(archive, portal, 10)
    assert (set(new), older, newest) == ({URLS[2], URLS[3]}, URLS[1], URLS[0])
    assert due(archive, portal, 3) == [*new, older]


def test_an_address_that_comes_often_takes_one_place(archive: Archive) -> None:
    record = make_record("b")
    often = tuple(Distribution(access_urls=(URLS[0],)) for _ in range(1_200))
    one = Distribution(access_urls=(URLS[3],))
    harvest(archive, [ParsedRecord("b", replace(record, dataset=replace(record.dataset, distributions=(*often, one))))])
    assert sorted(due(archive, portal_of(archive), len(URLS))) == URLS


def test_the_last_that_told_anything_counts(archive: Archive) -> None:
    checks = [Check(URLS[0], True, 200), Check(URLS[0], False, 404), Check(URLS[0], None, 429, "patience")]
    for number, check in enumerate(checks):
        keep_checks(archive, "p", [check], NOON + number * DAY)
    assert links_of(archive, URLS) == {URLS[0]: False}
    assert [check for _, check in history_of(archive, URLS[0])] == checks
    assert last_checked(archive, URLS) == {URLS[0]: NOON + 2 * DAY}


def test_two_batches_of_one_moment_are_both_kept(archive: Archive) -> None:
    for url in URLS[:2]:
        keep_checks(archive, "p", [Check(url, True, 200)], NOON)
    keep_checks(archive, "p", [Check(URLS[0], True, 200)], NOON)
    assert links_of(archive, URLS) == dict.fromkeys(URLS[:2], True)


def test_checks_are_kept_for_a_year(archive: Archive) -> None:
    keep_checks(archive, "p", [Check(URLS[0], True, 200)], NOON)
    keep_checks(archive, "p", [Check(URLS[1], True, 200)], NOON + KEPT + DAY)
    assert history_of(archive, URLS[0]) == []


def test_a_score_counts_what_was_checked_and_nothing_else(archive: Archive) -> None:
    dataset = Dataset(distributions=(Distribution(access_urls=(URLS[0],), download_urls=(URLS[1],)),))
    keep_checks(archive, "p", [Check(URLS[0], False, 404), Check(URLS[1], None, reason="robots")], NOON)
    judged = score(dataset, links_of(archive, URLS))
    assert "access-url-answers" in judged.missed
    assert "download-url-answers" in judged.unknown


def test_a_portal_is_as_its_recent_checks_that_told_anything(archive: Archive) -> None:
    assert answering(archive, NOON) == {}
    keep_checks(archive, "a", [Check(URLS[0], False)], NOON - RECENT)
    keep_checks(archive, "a", [Check(URLS[0], True), Check(URLS[1], False), Check(URLS[2], None)], NOON - DAY)
    keep_checks(archive, "b", [Check(URLS[2], None)], NOON)
    assert answering(archive, NOON) == {"a": Answering(asked=2, answered=1)}
