"""What DCAT-AP 3, its profile for high-value datasets and French practice ask of a dataset, checked on the model.

A check is a small function over a dataset; ``tables/specifications.csv`` says which property each is about, how binding
it is and which specification asks for it, ``tables/findings.csv`` what it means and what to do. ``docs/validate.md``
describes both.
"""

from functools import cache

from dcat.findings import VALUE_LENGTH, Finding
from dcat.model import Dataset, Record
from dcat.validate import datasets, distributions, french, high_value
from dcat.validate.check import Checks
from dcat.validate.specification import Obligation, Specification, specifications

ALWAYS: Checks = {**datasets.CHECKS, **distributions.CHECKS, **french.CHECKS}
CHECKS: Checks = {**ALWAYS, **high_value.CHECKS}
"""Rule → check. What normalising notes already (a title that is missing, a date that is no date) is not noted twice."""


def validate(record: Record) -> tuple[Finding, ...]:
    """What a normalised record lacks or has wrong; never raises on a record."""
    dataset, key, said = record.dataset, record.source_key, specifications()
    checks = CHECKS if high_value.is_high_value(dataset) else ALWAYS
    return tuple(
        Finding(code, key, said[code].property, value[:VALUE_LENGTH])
        for code, check in checks.items()
        for value in check(dataset)
    )


def is_valid(dataset: Dataset) -> bool:
    """Whether a normalised dataset has everything that is mandatory."""
    if not dataset.title or not all(one.access_urls or one.download_urls for one in dataset.distributions):
        return False
    checks = _mandatory(high_value.is_high_value(dataset))
    return not any(True for check in checks.values() for _ in check(dataset))


@cache
def _mandatory(high: bool) -> Checks:
    """The checks whose findings are violations, for high-value datasets or others."""
    return {code: check for code, check in (CHECKS if high else ALWAYS).items() if is_violation(code)}


def is_violation(code: str) -> bool:
    """Whether a finding of this rule breaks what a specification makes mandatory."""
    specification = specifications().get(code)
    return specification is not None and specification.obligation is Obligation.MANDATORY


__all__ = ["CHECKS", "Obligation", "Specification", "is_valid", "is_violation", "specifications", "validate"]
