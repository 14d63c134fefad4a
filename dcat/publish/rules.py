"""What the official DCAT-AP 3.0.1 shapes ask of what is published: ``dcat/tables/published-properties.csv``.

A row is a property of a class: the kind of its values (``literal``, ``node``, ``iri``), their datatype (``date``: one
of xsd:date, dateTime, gYear, gYearMonth), the class they are of (``range``), the vocabulary they come from
(``within``), how many there are at ``least`` and at ``most``. ``instead`` is ours: the property, bound by no shape,
that keeps a value which may not stand where its source put it. A test compares the table with the shapes.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dcat.model import Dataset
from dcat.namespaces import DC, DCAT, DCT, ELI, FOAF, KNOWN_PREFIXES, ODRL, SKOS, SPDX

PREFIXES = {**KNOWN_PREFIXES, "dc": DC.iri, "eli": ELI.iri, "odrl": ODRL.iri}

# What only a description of ours may be: two sources that describe one such node differently would break a page.
OURS_ONLY = frozenset(
    {
        DCAT.Catalog,
        DCAT.CatalogRecord,
        DCAT.DataService,
        DCAT.Dataset,
        DCAT.DatasetSeries,
        DCAT.Distribution,
        DCAT.Relationship,
        DCT.PeriodOfTime,
        SPDX.Checksum,
    }
)
# Classes of nodes that several datasets may describe together on one page.
SHARED = (FOAF.Agent, DCT.Location, DCT.LicenseDocument, SKOS.Concept)


class Rule(Struct, frozen=True):
    """A row of the table, every name written out; ``least`` and ``most`` are 0 where there is no such limit."""

    property: str
    kind: str = ""
    datatype: str = ""
    range: str = ""
    within: str = ""
    least: int = 0
    most: int = 0
    instead: str = ""


Rules = Mapping[str, Rule]
"""Property → its rule."""


def lacking(dataset: Dataset) -> tuple[str, ...]:
    """The mandatory properties that a dataset lacks, so that it cannot be published: ``dct:title``…"""
    mandatory = {"dct:title": dataset.title, "dct:description": dataset.description}
    return tuple(name for name, texts in mandatory.items() if not any(text.value.strip() for text in texts))


@cache
def rules() -> Mapping[str, Rules]:
    """Class → its rules."""
    text = files("dcat").joinpath("tables", "published-properties.csv").read_text(encoding="utf-8")
    found: dict[str, dict[str, Rule]] = {}
    for row in csv.DictReader(text.splitlines()):
        rule = _rule(row)
        found.setdefault(expand(row["class"]), {})[rule.property] = rule
    return found


@cache
def shared_rules() -> Rules:
    """What holds for every node that is not ours, whatever it is said to be."""
    return {name: rule for cls in SHARED for name, rule in rules().get(cls, {}).items()}


def expand(name: str) -> str:
    """``dct:title`` → its IRI; ``date`` and the empty name stay."""
    prefix, colon, term = name.partition(":")
    return PREFIXES[prefix] + term if colon else name


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        property=expand(row["property"]),
        kind=row["kind"],
        datatype=expand(row["datatype"]),
        range=expand(row["range"]),
        within=row["within"],
        least=int(row["least"] or 0),
        most=int(row["most"] or 0),
        instead=expand(row["instead"]),
    )
