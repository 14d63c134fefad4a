"""What public bodies publish: the subjects of ``tables/subjects.csv``, each under a competence of ``dcat``."""

import csv
import re
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dcat.competence import competences

NOTE = re.compile(r"\s*\([^)]*\)")


class Subject(Struct, frozen=True):
    """One row. ``kind``: points, lines, areas, table, or yearly (one edition a year)."""

    competence: str
    kind: str
    subject: str
    contents: tuple[str, ...]


@cache
def subjects() -> tuple[Subject, ...]:
    """Every subject, in the order of the table."""
    text = files("harvester.sample").joinpath("tables", "subjects.csv").read_text(encoding="utf-8")
    return tuple(
        Subject(row["competence"], row["kind"], row["subject"], tuple(row["contents"].split(", ")))
        for row in csv.DictReader(text.splitlines())
    )


@cache
def operators(competence: str) -> tuple[str, ...]:
    """The State operators of a competence: names of the table, without their notes in brackets."""
    names = NOTE.sub("", competences()[competence].national_operator)
    return tuple(name.strip() for name in names.split(",") if name.strip())
