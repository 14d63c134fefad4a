"""A report's shape (design §5), its words, its CSV."""

import json
from datetime import UTC, datetime

import pytest
from msgspec import structs

from dcat.findings import Severity, finding
from harvester.archive import Archive
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import (
    Counts,
    Difference,
    FindingChange,
    FindingCount,
    Report,
    as_json,
    as_text,
    finding_counts,
)
from tests.harvester.sources import catalogue, harvest, parsed

REPORT = Report(
    run=42,
    portal="rennes-metropole",
    status=Status.OK,
    complete=True,
    mode=Mode.FULL,
    started=datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
    finished=datetime(2026, 3, 1, 2, 5, tzinfo=UTC),
    counts=Counts(583, 583, 581, 12, 2, 0, 3, 9, 569, 0, 0),
    findings=(FindingCount("licence-unknown", Severity.WARNING, 14),),
    previous=41,
)


@pytest.mark.parametrize(
    ("gap", "french", "english"),
    [
        (2, "       2  de moins que le total annoncé", "       2  missing from what was declared"),
        (-174, "     174  de plus que le total annoncé", "     174  more than what was declared"),
    ],
)
def test_a_total_that_differs_is_told_without_a_sign(gap: int, french: str, english: str) -> None:
    told = structs.replace(REPORT, gap=gap)
    assert french in as_text(told, "fr").splitlines()
    assert english in as_text(told, "en").splitlines()


def test_the_json_has_the_shape_of_the_contract() -> None:
    expected = {
        "run": 42,
        "portal": "rennes-metropole",
        "status": "ok",
        "complete": True,
        "mode": "full",
        "started": "2026-03-01T02:00:00Z",
        "finished": "2026-03-01T02:05:00Z",
        "counts": {
            "declared": 583,
            "received": 583,
            "accepted": 581,
            "repaired": 12,
            "rejected": 2,
            "merged": 0,
            "added": 3,
            "updated": 9,
            "unchanged": 569,
            "deleted": 0,
            "held": 0,
        },
        "findings": [{"rule": "licence-unknown", "severity": "warning", "count": 14}],
        "previous": 41,
    }
    shown = json.loads(json.dumps(as_json(REPORT)))
    assert {name: shown[name] for name in expected} == expected


def test_an_archived_run_reports_the_same_shape(archive: Archive) -> None:
    report = harvest(archive, [parsed("a", "Arbres", finding("title-missing", "a")), *catalogue("b")], declared=2)
    assert set(as_json(report)) == set(as_json(REPORT))
    assert as_json(report)["started"] == "2026-03-01T12:00:00Z"
    assert report.run is not None
    assert archive.report(report.run) == report


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            [
                "Exécution 42",
                "réussi",
                "583  reçues",
                "569    inchangées",
                "14  avertissement",
                "La licence n'est pas reconnue",
            ],
        ),
        (
            "en",
            [
                "Run 42",
                "ok",
                "2026-03-01 03:00:00",
                "whole source; complete enumeration proven",
                "583  received",
                "569    unchanged",
                "14  warning",
                "The licence is not recognised",
            ],
        ),
    ],
)
def test_the_text_speaks_both_languages(language: str, words: list[str]) -> None:
    text = as_text(REPORT, language)
    assert all(word in text for word in words), text


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_status_has_words(status: Status, language: str) -> None:
    report = Report(None, "p", status, False, Mode.FULL, REPORT.started, None, Counts())
    text = as_text(report, language)
    assert "?  " in text
    assert text.count("\n") == 13


def test_worst_findings_come_first() -> None:
    counted = finding_counts(
        [("html-cleaned", 50), ("licence-unknown", 3), ("title-missing", 9), ("page-truncated", 1)]
    )
    assert [found.rule for found in counted] == ["page-truncated", "title-missing", "licence-unknown", "html-cleaned"]


def test_a_rule_that_was_renamed_since_is_still_shown() -> None:
    assert finding_counts([("old-rule", 2)]) == (FindingCount("old-rule", Severity.WARNING, 2),)
    report = Report(
        1, "p", Status.OK, True, Mode.FULL, REPORT.started, None, Counts(), finding_counts([("old-rule", 2)])
    )
    assert "old-rule" in as_text(report)


DIFFERENCE = Difference(
    run=41,
    comparable=False,
    counts={"received": 3},
    records={"added": 3, "updated": 9, "deleted": 1, "back": 2},
    findings=(
        FindingChange("licence-unknown", Severity.WARNING, 14, 20, new=1, gone=7, same=13),
        FindingChange("title-missing", Severity.WARNING, 2, 2, new=0, gone=0, same=2),
        FindingChange("theme-unknown", Severity.WARNING, 0, 5, new=0, gone=5, same=0),
    ),
)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ["Depuis l’exécution 41 : nouvelles 3, modifiées 9, supprimées 1, revenues 2", "n'a pas tout lu"]),
        ("en", ["Since run 41: new 3, changed 9, deleted 1, back 2", "did not read everything"]),
    ],
)
def test_the_text_tells_what_changed_since_the_run_before(language: str, words: list[str]) -> None:
    text = as_text(structs.replace(REPORT, difference=DIFFERENCE), language)
    assert all(word in text for word in words), text
    assert "+1  -7            licence-unknown" in text
    assert "title-missing" not in text
    assert "theme-unknown" not in text  # nobody looked
    whole = as_text(structs.replace(REPORT, difference=structs.replace(DIFFERENCE, comparable=True)), language)
    assert "+0  -5            theme-unknown" in whole
