"""Every error speaks both languages and says what to do."""

import csv
from importlib.resources import files
from string import Formatter

import pytest

from harvester.errors import HarvestError, UnknownPortal

ROWS = list(
    csv.DictReader(files("harvester").joinpath("tables", "errors.csv").read_text(encoding="utf-8").splitlines())
)
MISTAKES = list(
    csv.DictReader(
        files("harvester").joinpath("tables", "portal_mistakes.csv").read_text(encoding="utf-8").splitlines()
    )
)


@pytest.mark.parametrize("row", [*ROWS, *MISTAKES], ids=lambda row: next(iter(row.values())))
def test_both_languages_name_the_same_things(row: dict[str, str]) -> None:
    named = [{name for _, name, _, _ in Formatter().parse(row[language]) if name} for language in ("fr", "en")]
    assert row["fr"]
    assert row["en"]
    assert named[0] - {"fr"} == named[1] - {"en"}


def test_there_are_three_to_eight_classes() -> None:
    assert 3 <= len(HarvestError.__subclasses__()) <= 8


def test_the_program_s_own_language_is_english_and_braces_in_values_are_harmless() -> None:
    error = UnknownPortal("{portal}")
    assert "{portal}" in str(error)
    assert str(error) == error.message("en") != error.message("fr")
