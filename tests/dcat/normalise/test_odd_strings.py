"""Odd values found in public issues and code, each with the code decided by reading it before the program saw it.

``read/odd-strings.csv`` says where each was found. An empty code: no licence, frequency or format can be told.
``read/odd-nothing.csv`` are others of this kind, tried for precision and not counted as unrecognised.
"""

import csv
from collections.abc import Callable, Mapping
from importlib.resources import files

import pytest

from dcat.model import Concept, Text
from dcat.normalise.concepts import recognise_language
from dcat.normalise.formats import recognise_format
from dcat.normalise.frequency import recognise_frequency
from dcat.normalise.licences import recognise_licence
from dcat.normalise.rights import recognise_rights

RECOGNISE: Mapping[str, Callable[[Concept], Concept | None]] = {
    "licence": recognise_licence,
    "frequency": recognise_frequency,
    "format": recognise_format,
    "access rights": recognise_rights,
    "language": recognise_language,
}


def odd_strings() -> list[dict[str, str]]:
    """The rows of both tables."""
    folder = files("tests.dcat.normalise").joinpath("read")
    texts = (folder.joinpath(f"{name}.csv").read_text(encoding="utf-8") for name in ("odd-strings", "odd-nothing"))
    return [row for text in texts for row in csv.DictReader(text.splitlines())]


@pytest.mark.parametrize("row", odd_strings(), ids=lambda row: f"{row['field']}: {row['value'][:40]}")
def test_odd_string(row: dict[str, str]) -> None:
    value = row["value"]
    concept = Concept(iri=value) if value.startswith(("http:", "https:", "file:")) else Concept(label=(Text(value),))
    found = RECOGNISE[row["field"]](concept)
    assert found is not None
    assert found.code == row["expected"], row["source"]


def test_enough_of_them_each_with_its_source() -> None:
    rows = odd_strings()
    assert len(rows) >= 150
    assert all(row["source"] for row in rows)
    assert len({(row["field"], row["value"]) for row in rows}) == len(rows)
