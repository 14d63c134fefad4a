"""A run as a spider tells it: limits, dry runs, exclusions, records that break."""

from datetime import date

import pytest

from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.model import Dataset, Record
from dcat.portal import Expectation, Level, Portal
from harvester.archive import Archive
from harvester.parsers.page import ParsedPage, ParsedRecord, UnreadablePage
from harvester.reading.page import BATCH
from harvester.recording.run import PageCounts
from harvester.runs.outcome import Ending, Status
from harvester.runs.report import as_json
from tests.harvester.sources import (
    RENNES,
    catalogue,
    harvest,
    make_record,
    page,
    parsed,
    read,
    recorder,
    rejected,
    rows,
    take,
    titles,
)

EVERYTHING = ("runs", "records", "versions", "bodies", "pages", "findings", "finding_totals", "staged")


def test_a_page_tells_what_it_brought(archive: Archive) -> None:
    run = recorder(archive)
    assert take(run, 1, *catalogue("a", "b"), rejected()) == PageCounts(received=3, merged=0)
    assert take(run, 2, *catalogue("b", "c")) == PageCounts(received=2, merged=1)
    assert run.finish(Ending.EXHAUSTED).counts.received == 5


def test_a_catalogue_in_one_document_is_written_batch_by_batch(archive: Archive) -> None:
    run = recorder(archive)
    keys = [f"jeu-{number}" for number in range(BATCH * 2 + 1)]
    counts = take(run, 1, *map(parsed, keys))
    report = run.finish(Ending.EXHAUSTED)
    assert (counts.received, report.pages, report.counts.accepted) == (len(keys), 1, len(keys))


def test_a_limited_run_takes_no_more_and_deletes_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*"abcdefghij"))
    report = harvest(archive, catalogue(*"abcdefghij"), limit=4, declared=10)
    assert (report.status, report.complete, report.counts.received) == (Status.OK, False, 4)
    assert (report.counts.deleted, report.counts.held, report.findings) == (0, 0, ())
    assert len(titles(archive)) == 10


def test_a_dry_run_counts_like_a_true_one_and_writes_nothing(archive: Archive) -> None:
    harvest(archive, catalogue(*"abcdefghij"))
    repaired = parsed("b", "Bancs", finding("html-cleaned", "b"))
    changed = [
        parsed("a", "Bancs"),
        repaired,
        *catalogue(*"cdefgh"),
        rejected("i"),
        parsed("new"),
        parsed("a", "Bancs!"),
        rejected(),
    ]
    before = rows(archive, EVERYTHING)

    dry = harvest(archive, changed, declared=11, dry_run=True)
    assert rows(archive, EVERYTHING) == before
    true = harvest(archive, changed, declared=11)

    assert dry.run is None
    assert {**as_json(dry), "run": true.run, "previous": true.previous} == as_json(true)
    assert (true.counts.added, true.counts.updated, true.counts.merged, true.counts.repaired) == (1, 2, 1, 1)


def test_what_its_publisher_asked_to_leave_out_goes_at_once(archive: Archive) -> None:
    harvest(archive, catalogue("a", "b", "c"))
    portal = Portal(RENNES.id, "Rennes", Level.EPCI, (), RENNES.url, exclude=("b",))
    report = harvest(archive, catalogue("a", "b", "c"), portal=portal, ending=Ending.CAPPED)

    assert (report.counts.accepted, report.counts.rejected, report.counts.deleted) == (2, 1, 1)
    assert set(titles(archive)) == {"a", "c"}
    assert [(found.rule, found.severity) for found in report.findings] == [("record-excluded", "info")]


@pytest.mark.parametrize(
    "name",
    ["cle-1", "slug", "https://data.example.fr/explore/dataset/slug/", "https://data.example.fr/id/1", "autre-id"],
)
def test_a_record_is_left_out_by_any_of_its_names(archive: Archive, name: str) -> None:
    record = make_record("cle-1")
    dataset = record.dataset.__class__(
        iri="https://data.example.fr/id/1", identifiers=("autre-id",), title=record.dataset.title
    )
    named = Record(record.id, "rennes", "cle-1", dataset, page="https://data.example.fr/explore/dataset/slug/")
    portal = Portal("rennes", "Rennes", Level.EPCI, (), "https://data.example.fr", exclude=(name,))
    report = harvest(archive, [ParsedRecord("cle-1", named), *catalogue("other")], portal=portal)
    assert set(titles(archive)) == {"other"}
    assert report.counts.rejected == 1


def test_a_record_on_which_normalising_breaks_costs_itself_alone(archive: Archive) -> None:
    def fragile(
        record: Record, portal: Portal, *, today: date | None = None
    ) -> tuple[Record | None, tuple[Finding, ...]]:
        if record.source_key == "b":
            raise ZeroDivisionError("a surprise")
        if record.source_key == "c":
            return None, (finding("record-empty", "c"),)
        return record, (finding("licence-missing", record.source_key),)

    run = recorder(archive)
    run.record_page(page(1), read(ParsedPage(catalogue("a", "b", "c", "d")), normalise=fragile))
    report = run.finish(Ending.EXHAUSTED)

    assert (report.counts.accepted, report.counts.rejected, report.counts.repaired) == (2, 2, 0)
    assert set(titles(archive)) == {"a", "d"}
    assert report.run is not None
    assert archive.findings(report.run, "record-not-parseable").results == (
        Finding("record-not-parseable", "b", "", "ZeroDivisionError: a surprise"),
    )


def test_an_unreadable_page_says_why_and_counts_as_failed(archive: Archive) -> None:
    run = recorder(archive)
    error = UnreadablePage(finding("page-truncated", place="https://data.example.fr/page/0"))
    run.page_failed(0, "https://data.example.fr/page/0", *error.findings)
    run.note(finding("page-cap-reached"))
    run.heartbeat()
    report = run.finish(Ending.EXHAUSTED)
    assert (report.status, report.failed_pages) == (Status.FAILED, 1)
    assert {found.rule for found in report.findings} == {"page-truncated", "page-cap-reached"}


def test_a_number_outside_what_is_expected_is_said(archive: Archive) -> None:
    portal = Portal("rennes", "Rennes", Level.EPCI, (), RENNES.url, expect=Expectation(min=5, max=10))
    report = harvest(archive, catalogue("a"), portal=portal)
    assert [found.rule for found in report.findings] == ["count-unexpected"]


@pytest.mark.parametrize("declared", [-1, 10**30])
def test_an_absurd_total_is_no_total(archive: Archive, declared: int) -> None:
    report = harvest(archive, catalogue("a"), declared=declared)
    assert (report.counts.declared, report.complete) == (None, True)


def test_a_record_that_says_nothing_is_set_aside(archive: Archive) -> None:
    empty = Record(record_id(RENNES.id, "a"), RENNES.id, "a", Dataset(identifiers=("a",)))
    report = harvest(archive, [ParsedRecord("a", empty), *catalogue("b")])
    assert (report.counts.accepted, report.counts.rejected) == (1, 1)
    assert [found.rule for found in report.findings] == ["record-empty"]
