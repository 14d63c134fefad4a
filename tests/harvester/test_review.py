"""What a run is looked through for: links to records, what moved, what differs from the run before."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from dcat.findings import finding
from harvester import review
from harvester.archive import Archive, ledger
from harvester.archive import difference as comparing
from harvester.archive.movements import Movement
from harvester.errors import UnknownRun
from harvester.review import every_finding, findings_page, full_report, moved_page
from harvester.runs.outcome import Ending, Status
from harvester.runs.report import Report
from tests.harvester.sources import RENNES, ROUBAIX, catalogue, harvest, make_record, parsed, rejected

TEN = [f"jeu-{number}" for number in range(10)]


def keys(archive: Archive, report: Report, kind: Movement | None = None) -> dict[str, set[str]]:
    """Kind → keys of the records that a run moved."""
    found: dict[str, set[str]] = {}
    for moved in moved_page(archive, report.run or 0, kind, 100, 0).results:
        found.setdefault(moved.kind, set()).add(moved.record.source_key)
    return found


def test_a_finding_comes_with_its_record(archive: Archive) -> None:
    untitled = finding("title-missing", "a")
    lost = finding("record-not-parseable", "b")
    page = finding("page-bom-removed", place="https://data.example.fr/1")
    report = harvest(archive, [parsed("a", "Arbres", untitled, page), rejected("b"), parsed("c", "Bancs", lost)])

    found = findings_page(archive, report.run or 0, None, 10, 0)
    assert [(one.finding, one.record) for one in found.results] == [
        (untitled, make_record("a")),
        (page, None),
        (lost, None),
    ]
    assert found.total == 3


def test_a_deleted_record_is_still_named(archive: Archive) -> None:
    first = harvest(archive, [parsed("jeu-0", "Arbres", finding("title-missing", "jeu-0")), *catalogue(*TEN[1:])])
    harvest(archive, catalogue(*TEN[1:]))
    assert findings_page(archive, first.run or 0, None, 10, 0).results[0].record == make_record("jeu-0")


def test_every_finding_comes_in_batches_in_the_order_of_the_pages(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "BATCH", 4)
    noted = [parsed(key, "Arbres", finding("title-missing", key), finding("html-cleaned", key)) for key in TEN]
    report = harvest(archive, noted)
    batches = list(every_finding(archive, report.run or 0))
    assert [len(batch) for batch in batches] == [4, 4, 4, 4, 4]
    assert [one for batch in batches for one in batch] == list(findings_page(archive, 1, None, 100, 0).results)
    only = [one.finding.rule for batch in every_finding(archive, 1, "html-cleaned") for one in batch]
    assert only == ["html-cleaned"] * 10


def test_a_run_that_found_the_same_has_the_findings_of_the_one_before(archive: Archive) -> None:
    for _ in range(2):
        report = harvest(archive, [parsed("a", "Arbres", finding("title-missing", "a"))])
    (batch,) = every_finding(archive, report.run or 0)
    assert [one.finding for one in batch] == [finding("title-missing", "a")]


def test_a_page_costs_as_many_queries_as_one_finding(archive: Archive) -> None:
    report = harvest(archive, [parsed(key, "Arbres", finding("title-missing", key)) for key in TEN])
    asked: list[Any] = []
    event.listen(archive.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counted = []
    for size in (1, 10):
        asked.clear()
        assert len(findings_page(archive, report.run or 0, None, size, 0).results) == size
        counted.append(sum(statement.startswith("SELECT") for statement in asked))
    assert counted[0] == counted[1] <= 6


def test_what_moved_is_listed_by_kind(archive: Archive) -> None:
    harvest(archive, catalogue("seul", portal=ROUBAIX), portal=ROUBAIX)
    first = harvest(archive, catalogue(*TEN))
    gone = harvest(archive, catalogue(*TEN[1:]))
    changed = harvest(archive, [parsed("jeu-0"), parsed("jeu-1", "Bancs"), *catalogue(*TEN[2:], "neuf")])
    same = harvest(archive, [parsed("jeu-1", "Bancs"), *catalogue("jeu-0", *TEN[2:], "neuf")])

    assert keys(archive, first) == {"added": set(TEN)}
    assert keys(archive, gone) == {"deleted": {"jeu-0"}}
    assert keys(archive, changed) == {"added": {"neuf"}, "updated": {"jeu-1"}, "back": {"jeu-0"}}
    assert keys(archive, changed, Movement.UPDATED) == {"updated": {"jeu-1"}}
    assert keys(archive, same) == {}
    assert first.counts.added == 10
    assert (changed.counts.added, changed.counts.updated) == (2, 1)  # the report counts what is back as added


def test_a_record_that_comes_back_changed_is_back(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    harvest(archive, catalogue(*TEN[1:]))
    back = harvest(archive, [parsed("jeu-0", "Bancs"), *catalogue(*TEN[1:])])
    assert keys(archive, back) == {"back": {"jeu-0"}}


def test_what_moved_is_paged(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    pages = [moved_page(archive, 1, None, 4, offset) for offset in (0, 4, 8)]
    assert [(len(page.results), page.total) for page in pages] == [(4, 10), (4, 10), (2, 10)]
    assert {moved.record.source_key for page in pages for moved in page.results} == set(TEN)


def test_held_deletions_are_listed_until_the_records_come_again(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    held = harvest(archive, catalogue(*TEN[:5]), declared=5)
    assert (held.status, held.counts.held) == (Status.HELD, 5)
    assert keys(archive, held, Movement.HELD) == {"held": set(TEN[5:])}
    assert keys(archive, held) == {}
    harvest(archive, catalogue(*TEN))
    assert keys(archive, held, Movement.HELD) == {}


def test_only_a_held_run_holds(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    lost = harvest(archive, catalogue(*TEN[:5]), ending=Ending.FAILED)
    assert keys(archive, lost, Movement.HELD) == {}


def noted(rule: str, *places: tuple[str, str, str]) -> list[Any]:
    """A record for each (key, place, value), with one finding there."""
    return [parsed(key, "Arbres", finding(rule, key, place, value)) for key, place, value in places]


def test_findings_are_compared_by_rule_record_and_place(archive: Archive) -> None:
    harvest(archive, noted("licence-unknown", ("a", "l", "x"), ("b", "l", "x"), ("c", "l", "x")))
    second = harvest(archive, noted("licence-unknown", ("a", "l", "y"), ("b", "m", "x"), ("c", "l", "x")))
    report = full_report(archive, second.run or 0)
    assert report.difference is not None
    (change,) = report.difference.findings
    assert (change.count, change.before, change.new, change.gone, change.same) == (3, 3, 1, 1, 2)


def test_several_findings_at_one_place_count_each(archive: Archive) -> None:
    harvest(archive, [parsed("a", "Arbres", *(finding("format-unknown", "a", "d", value) for value in "xyz"))])
    harvest(archive, [parsed("a", "Arbres", finding("format-unknown", "a", "d", "x"))])
    difference = full_report(archive, 2).difference
    assert difference is not None
    assert [(c.new, c.gone, c.same) for c in difference.findings] == [(0, 2, 1)]


def test_rules_that_are_gone_come_after_those_that_are_there(archive: Archive) -> None:
    harvest(archive, [parsed("a", "Arbres", finding("title-missing", "a"), finding("html-cleaned", "a"))])
    harvest(archive, [parsed("a", "Arbres", finding("licence-missing", "a"), finding("html-cleaned", "a"))])
    difference = full_report(archive, 2).difference
    assert difference is not None
    assert [(c.rule, c.before, c.count) for c in difference.findings] == [
        ("licence-missing", 0, 1),
        ("html-cleaned", 1, 1),
        ("title-missing", 1, 0),
    ]


def test_beyond_what_is_kept_the_totals_tell(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ledger, comparing):
        monkeypatch.setattr(module, "KEPT_PER_RULE", 3)
    for count in (10, 6):
        harvest(archive, [parsed(key, "Arbres", finding("title-missing", key)) for key in TEN[:count]], declared=count)
    difference = full_report(archive, 2).difference
    assert difference is not None
    untitled = next(change for change in difference.findings if change.rule == "title-missing")
    assert (untitled.new, untitled.gone, untitled.same) == (0, 4, 6)


def test_counts_and_records_are_compared(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    harvest(archive, [*catalogue(*TEN[:9]), parsed("neuf")], declared=10)
    difference = full_report(archive, 2).difference
    assert difference is not None
    assert (difference.run, difference.comparable) == (1, True)
    assert (difference.counts["received"], difference.counts["added"], difference.counts["deleted"]) == (0, -9, 1)
    assert "declared" not in difference.counts  # the first run was told no total
    assert difference.records == {"added": 1, "updated": 0, "deleted": 1, "back": 0}


def test_a_run_that_failed_says_that_it_cannot_be_compared(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    harvest(archive, catalogue("jeu-0"), ending=Ending.FAILED)
    difference = full_report(archive, 2).difference
    assert difference is not None
    assert not difference.comparable


def test_a_first_run_differs_from_nothing(archive: Archive) -> None:
    report = harvest(archive, catalogue("a"))
    assert full_report(archive, report.run or 0) == report


@pytest.mark.parametrize(
    "ask",
    [
        lambda archive: full_report(archive, 9),
        lambda archive: findings_page(archive, 9, None, 1, 0),
        lambda archive: every_finding(archive, 9),
        lambda archive: moved_page(archive, 9, None, 1, 0),
    ],
)
def test_an_unknown_run_is_told_at_once(archive: Archive, ask: Callable[[Archive], object]) -> None:
    with pytest.raises(UnknownRun):
        ask(archive)


def test_the_portal_of_the_run_is_the_one_looked_in(archive: Archive) -> None:
    harvest(archive, catalogue("a", portal=RENNES))
    harvest(archive, [parsed("a", "Roubaix", finding("title-missing", "a"), portal=ROUBAIX)], portal=ROUBAIX)
    (cited,) = findings_page(archive, 2, None, 10, 0).results
    assert cited.record == make_record("a", "Roubaix", ROUBAIX)
