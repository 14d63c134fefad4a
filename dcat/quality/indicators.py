"""The tables of the assessment: what is looked at and for how many points, and which formats count as what.

``quality-formats.csv`` holds facts of the two lists that data.europa.eu adds to the EU's file types,
``edp-machine-readable-format`` and ``edp-non-proprietary-format``
(https://gitlab.com/european-data-portal/edp-vocabularies).
"""

import csv
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Dimension(StrEnum):
    """The dimensions, in the order of the method."""

    FINDABILITY = "findability"
    ACCESSIBILITY = "accessibility"
    INTEROPERABILITY = "interoperability"
    REUSABILITY = "reusability"
    CONTEXTUALITY = "contextuality"


class Indicator(Struct, frozen=True):
    """One indicator; ``subject`` and ``property`` say where it looks."""

    code: str
    dimension: Dimension
    points: int
    subject: str
    property: str
    label_fr: str
    label_en: str

    def label(self, language: str) -> str:
        """The label, in ``fr`` or ``en``."""
        return self.label_en if language == "en" else self.label_fr


@cache
def indicators() -> Mapping[str, Indicator]:
    """Every indicator by its code, in the order of the method."""
    return {
        row["code"]: Indicator(dimension=Dimension(row.pop("dimension")), points=int(row.pop("points")), **row)
        for row in _rows("quality-indicators")
    }


@cache
def machine_readable() -> frozenset[str]:
    """The codes of the file types that machines read."""
    return frozenset(row["code"] for row in _rows("quality-formats") if row["machine_readable"])


@cache
def non_proprietary() -> frozenset[str]:
    """The codes of the file types that nobody owns."""
    return frozenset(row["code"] for row in _rows("quality-formats") if row["non_proprietary"])


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("dcat").joinpath("tables", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())
