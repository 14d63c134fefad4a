"""Laws that hold for every source and every sequence of runs."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from dcat.findings import finding
from harvester.archive import Archive
from harvester.parsers.page import ParsedRecord
from harvester.runs.outcome import Ending
from harvester.runs.report import Report, as_json
from tests.harvester.sources import RENNES, harvest, parsed, rejected, rows

KEYS = st.sampled_from([f"jeu-{number}" for number in range(12)])
TITLES = st.sampled_from(["Arbres", "Bancs", "Bancs publics", "Ponts"])
RECORDS = st.one_of(
    st.builds(parsed, KEYS, TITLES),
    st.builds(lambda key, title: parsed(key, title, finding("html-cleaned", key)), KEYS, TITLES),
    st.builds(rejected, KEYS),
    st.builds(rejected),
)
SOURCES = st.lists(RECORDS, max_size=20)
ENDINGS = st.sampled_from(list(Ending))
PAGE_SIZES = st.integers(1, 7)
DECLARED = st.none() | st.integers(0, 25)

quick = settings(max_examples=25, deadline=None)


@contextmanager
def empty_archive() -> Iterator[Archive]:
    archive = Archive("sqlite:///:memory:")
    archive.create()
    yield archive
    archive.close()


def content(archive: Archive) -> list[tuple[str, str]]:
    return [(record.id, record.dataset.title[0].value) for record in archive.records()]


def outcome(report: Report) -> dict[str, object]:
    """The report without what differs by nature."""
    return {name: value for name, value in as_json(report).items() if name not in ("run", "previous", "pages")}


@quick
@given(st.lists(st.tuples(SOURCES, ENDINGS, PAGE_SIZES, DECLARED), min_size=1, max_size=4))
def test_the_numbers_add_up_and_deletions_never_exceed_the_gate(
    runs: list[tuple[list[ParsedRecord], Ending, int, int | None]],
) -> None:
    with empty_archive() as archive:
        for source, ending, page_size, declared in runs:
            before = len(content(archive))
            report = harvest(archive, source, ending=ending, page_size=page_size, declared=declared)
            counts, after = report.counts, len(content(archive))

            assert counts.received == len(source) == counts.accepted + counts.rejected + counts.merged
            assert counts.accepted == counts.added + counts.updated + counts.unchanged
            assert (report.gap is None) == (counts.declared is None)
            if report.gap is not None:
                assert counts.declared == declared == counts.accepted + counts.rejected + report.gap
            assert 0 <= counts.repaired <= counts.accepted
            assert min(counts.merged, counts.unchanged, counts.held, counts.deleted) >= 0
            assert after == before + counts.added - counts.deleted
            assert counts.deleted <= before * 0.2
            assert after > 0 or before == 0
            assert not (counts.held and counts.deleted)
            assert report.complete or not (counts.deleted or counts.held)
            assert archive.counts_by_portal().get(RENNES.id, 0) == after
            assert rows(archive, ["staged"]) == {"staged": 0}


@quick
@given(SOURCES, PAGE_SIZES, DECLARED)
def test_two_runs_are_one(source: list[ParsedRecord], page_size: int, declared: int | None) -> None:
    with empty_archive() as archive:
        first = harvest(archive, source, page_size=page_size, declared=declared)
        known, stored, change = content(archive), rows(archive), archive.last_change()
        second = harvest(archive, source, page_size=page_size, declared=declared)

        assert (content(archive), rows(archive), archive.last_change()) == (known, stored, change)
        assert second.counts.unchanged == second.counts.accepted == first.counts.added
        assert second.findings == first.findings


@quick
@given(SOURCES, SOURCES, PAGE_SIZES, PAGE_SIZES, st.randoms(use_true_random=False))
def test_the_order_of_records_and_pages_is_irrelevant(
    before: list[ParsedRecord], source: list[ParsedRecord], page_size: int, other_size: int, chance: random.Random
) -> None:
    shuffled = list(source)
    chance.shuffle(shuffled)
    with empty_archive() as one, empty_archive() as other:
        for archive in (one, other):
            harvest(archive, before)
        in_order = harvest(one, source, page_size=page_size)
        mixed = harvest(other, shuffled, page_size=other_size)
        assert outcome(in_order) == outcome(mixed)
        assert content(one) == content(other)
        assert list(one.changes()) == list(other.changes())


@quick
@given(SOURCES, SOURCES, st.integers(0, 20))
def test_an_interrupted_run_and_another_are_as_good_as_one(
    before: list[ParsedRecord], source: list[ParsedRecord], cut: int
) -> None:
    with empty_archive() as one, empty_archive() as other:
        for archive in (one, other):
            harvest(archive, before)
        harvest(one, source)
        harvest(other, source[:cut], ending=Ending.INTERRUPTED)
        harvest(other, source)
        kept = {record_id for record_id, _ in content(one)} & {record_id for record_id, _ in content(other)}
        came = {item.record.id for item in source if item.record is not None}
        assert came <= kept
        assert [entry for entry in content(one) if entry[0] in came] == [
            entry for entry in content(other) if entry[0] in came
        ]


@quick
@given(SOURCES, SOURCES, PAGE_SIZES, DECLARED)
def test_a_dry_run_says_what_a_true_one_does(
    before: list[ParsedRecord], source: list[ParsedRecord], page_size: int, declared: int | None
) -> None:
    with empty_archive() as archive:
        harvest(archive, before)
        dry = harvest(archive, source, page_size=page_size, declared=declared, dry_run=True)
        assert outcome(dry) == outcome(harvest(archive, source, page_size=page_size, declared=declared))
