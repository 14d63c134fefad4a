"""Pages that came before are not read again, and nobody can tell from what is left."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harvester.reading.page
import harvester.recording.memory
from dcat.findings import finding
from harvester.archive import Archive
from harvester.parsers.page import ParsedPage
from harvester.reading.staged import PageHeader, PagePart
from harvester.recording.memory import kept
from harvester.runs.report import as_json
from tests.harvester.sources import NOON, parsed, read, titles
from tests.harvester.toy import TOYS, Toy, ToyPage, ToyParser, empty, everything, url_of, walk, without_times

A_DAY = timedelta(days=1)
TWO = [("a", "Arbres"), ("b", "Bancs")]
THREE = [("c", "Clos"), ("d", "Digues"), ("e", "Écluses")]


@pytest.fixture
def parser() -> ToyParser:
    return ToyParser()


def unlike(archive: Archive) -> dict[str, object]:
    """What is left but for whether a body came or was said to be the same."""
    left = everything(archive)
    return {**left, "pages": [row[:4] + row[5:] for row in left["pages"]]}


@pytest.mark.parametrize("tagged", [False, True])
def test_an_unchanged_source_is_not_parsed_again(archive: Archive, parser: ToyParser, tagged: bool) -> None:
    toy = Toy([ToyPage(TWO), ToyPage(THREE)], 5, tagged)
    first = walk(archive, toy, parser=parser)
    assert parser.read == [url_of(1), url_of(2)]
    second = walk(archive, toy, NOON + A_DAY, parser=parser)
    assert parser.read == [url_of(1), url_of(2)]
    assert (second.status, second.complete, second.counts.unchanged) == ("ok", True, 5)
    assert second.findings == first.findings
    assert [page.status for page in archive.pages(2)] == [304 if tagged else 200] * 2
    assert [page.body for page in archive.pages(2)] == [page.body for page in archive.pages(1)]


def test_only_the_page_that_changed_is_parsed(archive: Archive, parser: ToyParser) -> None:
    walk(archive, Toy([ToyPage(TWO), ToyPage(THREE)], 5, tagged=True), parser=parser)
    parser.read.clear()
    report = walk(
        archive,
        Toy([ToyPage(TWO), ToyPage([*THREE[:2], ("e", "Étangs")])], 5, tagged=True),
        NOON + A_DAY,
        parser=parser,
    )
    assert parser.read == [url_of(2)]
    assert (report.counts.updated, report.counts.unchanged) == (1, 4)
    assert titles(archive)["e"] == "Étangs"


def test_other_code_reads_again(archive: Archive, parser: ToyParser, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Toy([ToyPage(TWO)], 2)
    walk(archive, toy, parser=parser)
    monkeypatch.setattr(harvester.recording.memory, "of_reading", lambda *_: "other")
    walk(archive, toy, NOON + A_DAY, parser=parser)
    walk(archive, toy, NOON + 2 * A_DAY, parser=parser)
    assert parser.read == [url_of(1)] * 2


def test_a_record_that_changed_elsewhere_is_read_again(archive: Archive, parser: ToyParser) -> None:
    walk(archive, Toy([ToyPage(TWO)], 2), parser=parser)
    walk(archive, Toy([ToyPage([("a", "Arbres d'alignement"), ("b", "Bancs")])], 2), parser=parser)
    walk(archive, Toy([ToyPage(TWO)], 2), parser=parser)
    assert parser.read == [url_of(1)] * 3
    assert titles(archive)["a"] == "Arbres"


def test_a_source_that_says_for_long_that_nothing_changed_is_asked_for_all(archive: Archive, parser: ToyParser) -> None:
    toy = Toy([ToyPage(TWO)], 2, tagged=True)
    for day in (0, 6, 8):
        walk(archive, toy, NOON + day * A_DAY, parser=parser)
    assert [page.status for run in (1, 2, 3) for page in archive.pages(run)] == [200, 304, 200]


def test_bodies_that_a_kept_page_refers_to_stay(archive: Archive, parser: ToyParser) -> None:
    toy = Toy([ToyPage(TWO)], 2, tagged=True)
    for day in range(6):
        walk(archive, toy, NOON + day * A_DAY, parser=parser)
    assert [len(list(archive.pages(run))) for run in range(1, 7)] == [0, 0, 0, 1, 1, 1]
    assert parser.read == [url_of(1)]


def test_what_another_day_would_read_otherwise_is_not_kept() -> None:
    dated = PagePart(findings=(finding("date-in-future", "a", "dct:modified", "2030-01-01"),))
    assert kept(0, PageHeader(), dated, "f") is None
    assert kept(0, PageHeader(), PagePart(), "f") is not None


def test_what_is_kept_says_nothing_of_what_records_say() -> None:
    (part,) = read(ParsedPage([parsed("a", "Un titre")])).parts
    remembered = kept(0, PageHeader(), part, "f")
    assert remembered is not None
    assert b"Un titre" in part.records[0].payload
    assert b"Un titre" not in remembered.data


@settings(max_examples=25, deadline=None)
@given(st.lists(TOYS, min_size=2, max_size=4), st.lists(st.integers(0, 3), min_size=2, max_size=5))
def test_with_memory_or_without_everything_is_the_same(toys: list[Toy], order: list[int]) -> None:
    before, harvester.reading.page.BATCH = harvester.reading.page.BATCH, 3
    try:
        with empty() as one, empty() as other:
            for day, index in enumerate(order):
                toy = toys[index % len(toys)]
                with_memory = walk(one, toy, NOON + day * A_DAY)
                plain = Toy(toy.pages, toy.total)
                without = walk(other, plain, NOON + day * A_DAY, remembers=False)
                assert without_times(as_json(with_memory)) == without_times(as_json(without))
                assert unlike(one) == unlike(other)
    finally:
        harvester.reading.page.BATCH = before
