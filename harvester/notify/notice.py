"""What is told: one change in words, in the portal's language, and as data for a machine."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from msgspec import Struct

from dcat.findings import Severity, rule_of
from dcat.portal import Portal
from harvester.notify.standing import Standing, Turn
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import FindingCount, Report, as_json, explaining_first

REMEDIES = 3


class Notice(Struct, frozen=True):
    """``base`` is the address that our own pages begin with."""

    portal: Portal
    turn: Turn
    report: Report
    base: str

    @property
    def language(self) -> str:
        """English for a portal in English, French for every other: its reader works in France."""
        return "en" if self.portal.language == "en" else "fr"

    @property
    def url(self) -> str:
        """The page of the report."""
        return f"{self.base}/runs/{self.report.run}"

    @property
    def subject(self) -> str:
        """One line."""
        colon = ":" if self.language == "en" else " :"
        return f"[Aiguillage] {self.portal.title}{colon} {self._say(self.turn.now)}"

    @property
    def text(self) -> str:
        """The whole message, as plain text."""
        return "\n\n".join(self._paragraphs()) + "\n"

    def as_json(self) -> dict[str, Any]:
        """What a webhook receives: names and codes are stable, ``subject`` and ``text`` are for people."""
        return {
            "event": f"harvest.{self.turn.now}",
            "before": self.turn.before,
            "now": self.turn.now,
            "portal": {"id": self.portal.id, "title": self.portal.title, "url": self.portal.url},
            "baseline": self.turn.baseline,
            "subject": self.subject,
            "text": self.text,
            "report_url": self.url,
            "findings": [self._finding(found) for found in self._worst()],
            "report": as_json(self.report),
        }

    def _paragraphs(self) -> Iterator[str]:
        counts = self.report.counts
        yield f"{self.portal.title} – {self._say(self.turn.now)}."
        changes = "-incremental" if (self.report.status, self.report.mode) == (Status.OK, Mode.INCREMENTAL) else ""
        yield self._say(f"status-{self.report.status}{changes}", held=counts.held, run=self.report.run)
        declared = "?" if counts.declared is None else counts.declared
        numbers = [self._say("numbers", declared=declared, received=counts.received, accepted=counts.accepted)]
        if self.turn.now is Standing.FALL and self.turn.baseline is not None:
            numbers.append(self._say("baseline", baseline=self.turn.baseline))
        yield "\n".join(numbers)
        if self.turn.now is not Standing.WELL and (worst := self._worst()):
            yield "\n".join((self._say("repair"), *(self._remedy(found) for found in worst)))
        yield self._say("report", url=self.url)
        yield self._say("who", portal=self.portal.id) if self.turn.now is Standing.WELL else self._farewell()

    def _farewell(self) -> str:
        return f"{self._say('again')}\n{self._say('who', portal=self.portal.id)}"

    def _worst(self) -> list[FindingCount]:
        """What is merely worth knowing is no news."""
        findings = explaining_first(self.report.findings)
        return [found for found in findings if found.severity is not Severity.INFO][:REMEDIES]

    def _remedy(self, found: FindingCount) -> str:
        rule = rule_of(found.rule)
        said = self._say("times", label=rule.label(self.language), count=found.count)
        return f"- {said}\n  {rule.remedy(self.language)}\n  {self.base}/rules/{found.rule}"

    def _finding(self, found: FindingCount) -> dict[str, Any]:
        rule = rule_of(found.rule)
        return {
            "rule": found.rule,
            "severity": found.severity,
            "count": found.count,
            "label": rule.label(self.language),
            "remedy": rule.remedy(self.language),
            "rule_url": f"{self.base}/rules/{found.rule}",
        }

    def _say(self, key: str, **values: object) -> str:
        return _texts()[key][self.language].format(**values)


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    """``harvester/tables/notices.csv``, by key."""
    text = files("harvester").joinpath("tables", "notices.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}
