"""Numbers, moments and durations as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from api.messages import Language
from api.pages.words import duration, moment, number, outcome, short, signed
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import Counts, Report

WHEN = datetime(2025, 3, 12, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "count", "text"),
    [
        ("fr", 0, "0"),
        ("fr", 12345, "12\u202f345"),
        ("en", 1234567, "1,234,567"),
        ("fr", -1234, "\u22121\u202f234"),
        ("fr", 10.0, "10"),
        ("fr", 263.34, "263,34"),
        ("en", 1263.3, "1,263.3"),
    ],
)
def test_a_number(language: Language, count: float, text: str) -> None:
    assert number(language, count) == text


def test_a_difference_has_its_sign() -> None:
    assert [signed("en", count) for count in (3, 0, -2)] == ["+3", "0", "\u22122"]


def test_moments_are_on_the_clock_of_paris() -> None:
    assert moment("fr", WHEN) == "13 mars 2025 à 00:30"
    assert moment("en", WHEN) == "13 March 2025 at 00:30"
    assert short("fr", WHEN) == "13/03/2025 00:30"
    assert short("en", WHEN) == "2025-03-13 00:30"


def test_a_run_of_changes_did_not_read_the_whole_source() -> None:
    whole = Report(1, "paris", Status.OK, True, Mode.FULL, WHEN, WHEN, Counts())
    assert outcome("en", whole) == "The whole source was read."
    assert outcome("en", replace(whole, mode=Mode.INCREMENTAL)) == "What changed since the harvest before was read."
    lost = replace(whole, mode=Mode.INCREMENTAL, status=Status.FAILED)
    assert outcome("fr", lost).startswith("Rien n'a pu être lu.")


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.4, "0 s"), (119, "119 s"), (120, "2 min"), (7199, "119 min"), (7260, "2 h 1 min")]
)
def test_a_duration(seconds: float, text: str) -> None:
    assert duration("fr", timedelta(seconds=seconds)) == text
