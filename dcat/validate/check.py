"""What a check is, and the answers that many give."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from dcat.authority import AUTHORITY
from dcat.model import Concept, Dataset

Values = Iterable[str]
Check = Callable[[Dataset], Values]
"""Gives the values that break the rule: none where it holds, ``""`` for what is absent."""

Checks = Mapping[str, Check]

NOTHING: tuple[str, ...] = ()
ABSENT = ("",)


def missing(value: object) -> Values:
    """One finding where there is nothing."""
    return NOTHING if value else ABSENT


def share(broken: int, every: Sequence[object]) -> Values:
    """One finding for all the parts of a dataset that break a rule: ``2/5``."""
    return (f"{broken}/{len(every)}",) if broken else NOTHING


def said(concept: Concept | None) -> bool:
    """Whether the source gives it: normalising derives formats from addresses, by their code alone."""
    return concept is not None and bool(concept.iri or concept.label)


def in_authority(concept: Concept, table: str) -> bool:
    """Whether the source itself names a concept of an EU table by its address."""
    return concept.iri.replace("https://", "http://", 1).startswith(f"{AUTHORITY}{table}/")


def not_in_authority(concept: Concept | None, table: str) -> Values:
    """What was recognised, but is not written as the specification asks."""
    if concept is None or not concept.code or in_authority(concept, table):
        return NOTHING
    return (concept.iri or concept.code,)
