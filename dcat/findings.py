"""What a harvest found wrong or repaired: one table of rules that the program, its reports and its docs speak
from.
"""

import csv
from enum import StrEnum
from functools import cache
from importlib.resources import files

from msgspec import Struct


class Severity(StrEnum):
    """``error``: something was lost; ``warning``: repaired or doubtful; ``info``: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Rule(Struct, frozen=True):
    """A kind of finding: stable code, severity, and what it means and what to do, in French and English. ``why`` says
    what it costs, ``""`` where the label says enough; ``field`` names the form field where it is repaired
    (``dcat.repairs``), ``example`` a value that leads to it.
    """

    code: str
    severity: Severity
    label_fr: str
    label_en: str
    remedy_fr: str
    remedy_en: str
    field: str = ""
    example: str = ""
    why_fr: str = ""
    why_en: str = ""

    def label(self, language: str) -> str:
        """The meaning, in ``fr`` or ``en``."""
        return self.label_en if language == "en" else self.label_fr

    def remedy(self, language: str) -> str:
        """What the portal's administrator can do, in ``fr`` or ``en``."""
        return self.remedy_en if language == "en" else self.remedy_fr

    def why(self, language: str) -> str:
        """What it costs the reuser, in ``fr`` or ``en``."""
        return self.why_en if language == "en" else self.why_fr


class Finding(Struct, frozen=True, gc=False):
    """One observation. ``record`` is a record's source key (``""``: the page or run), ``place`` a DCAT property
    or a path in the source, ``value`` the offending value, cut at ``VALUE_LENGTH`` characters.
    """

    rule: str
    record: str = ""
    place: str = ""
    value: str = ""


VALUE_LENGTH = 200


def finding(rule: str, record: str = "", place: str = "", value: object = "") -> Finding:
    """A finding of a known rule; raises ``KeyError`` on a code that the table does not have."""
    return Finding(rules()[rule].code, record, place, str(value)[:VALUE_LENGTH])


def rule_of(code: str) -> Rule:
    """The rule of a finding that was archived: one that the table no longer has is a warning that says its code."""
    return rules().get(code) or Rule(code, Severity.WARNING, code, code, "", "")


@cache
def rules() -> dict[str, Rule]:
    """The table ``dcat/tables/findings.csv``, by code."""
    text = files("dcat").joinpath("tables", "findings.csv").read_text(encoding="utf-8")
    return {row["code"]: _rule(row) for row in csv.DictReader(text.splitlines())}


def _rule(row: dict[str, str]) -> Rule:
    return Rule(severity=Severity(row.pop("severity")), **{name: text or "" for name, text in row.items()})
