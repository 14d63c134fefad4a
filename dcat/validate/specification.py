"""What each rule rests on: ``dcat/tables/specifications.csv``."""

import csv
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Obligation(StrEnum):
    """``mandatory``: a dataset that breaks it is not valid; ``recommended``: asked for by the specification;
    ``practice``: what makes the dataset easier to find and to use again."""

    MANDATORY = "mandatory"
    RECOMMENDED = "recommended"
    PRACTICE = "practice"


class Specification(Struct, frozen=True):
    """One rule's ground. ``subject`` is the class, ``property`` the property of it that the rule is about, ``source``
    the specification, its section and its address."""

    code: str
    obligation: Obligation
    subject: str
    property: str
    source: str


@cache
def specifications() -> Mapping[str, Specification]:
    """Every rule that a specification asks for, by its code in the table of findings."""
    text = files("dcat").joinpath("tables", "specifications.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Specification(obligation=Obligation(row.pop("obligation")), **row) for row in rows}
