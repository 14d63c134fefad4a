"""What a run's report says, and how it is shown: JSON (design §5), plain text, CSV of its findings."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from dcat.findings import Finding, Severity, rules
from harvester.outcome import Mode, Status, Tally, Walk, deletions_allowed, held


class Counts(Struct, frozen=True):
    """received = accepted + rejected + merged; accepted = added + updated + unchanged; repaired is part of accepted."""

    declared: int | None = None
    received: int = 0
    accepted: int = 0
    repaired: int = 0
    rejected: int = 0
    merged: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    held: int = 0


def counts_of(walk: Walk, tally: Tally) -> Counts:
    """What the report says of a finished run."""
    return Counts(
        declared=walk.declared,
        received=tally.received,
        accepted=tally.accepted,
        repaired=tally.repaired,
        rejected=tally.all_rejected,
        merged=tally.merged,
        added=tally.added,
        updated=tally.updated,
        unchanged=tally.accepted - tally.added - tally.updated,
        deleted=tally.banned + (tally.missing if deletions_allowed(walk, tally) else tally.relinked),
        held=held(walk, tally),
    )


class FindingCount(Struct, frozen=True):
    """How often a rule was met in the run; the findings kept may be fewer."""

    rule: str
    severity: Severity
    count: int


class Report(Struct, frozen=True):
    """One run. ``run`` and ``previous`` are None where nothing was archived: a dry run, a first run. ``gap``: how many
    records the source had announced and did not give (gave beyond, where negative); None where it announced nothing, or
    was not asked for everything."""

    run: int | None
    portal: str
    status: Status
    complete: bool
    mode: Mode
    started: datetime
    finished: datetime | None
    counts: Counts
    findings: tuple[FindingCount, ...] = ()
    previous: int | None = None
    pages: int = 0
    failed_pages: int = 0
    gap: int | None = None


def gap_of(mode: Mode, counts: Counts) -> int | None:
    """Declared = accepted + rejected + gap: a record that came twice was announced once."""
    if mode is not Mode.FULL or counts.declared is None:
        return None
    return counts.declared - (counts.received - counts.merged)


def finding_counts(totals: Iterable[tuple[str, int]]) -> tuple[FindingCount, ...]:
    """Worst first, then the most frequent. A rule that the table no longer has is shown as a warning."""
    known = rules()
    severity = {rule: known[rule].severity if rule in known else Severity.WARNING for rule, _ in totals}
    order = list(Severity)
    counted = (FindingCount(rule, severity[rule], count) for rule, count in totals)
    return tuple(sorted(counted, key=lambda found: (order.index(found.severity), -found.count, found.rule)))


def as_json(report: Report) -> dict[str, Any]:
    """The report in JSON's types; moments in ISO 8601."""
    shaped: dict[str, Any] = msgspec.to_builtins(report)
    return shaped


_STATUS = {
    Status.RUNNING: ("en cours", "running"),
    Status.OK: ("réussi", "ok"),
    Status.PARTIAL: (
        "partiel : une partie n'a pas pu être lue, rien n'a été supprimé",
        "partial: a part could not be read, nothing was deleted",
    ),
    Status.FAILED: (
        "échoué : rien n'a pu être lu, ce qui était connu reste",
        "failed: nothing could be read, what was known stays",
    ),
    Status.BLOCKED: (
        "refusé : le portail refuse l'agent de moissonnage ; écrivez à son administrateur",
        "blocked: the portal refuses the harvesting agent; write to its administrator",
    ),
    Status.HELD: (
        "en attente : des suppressions inhabituelles attendent une approbation",
        "held: unusual deletions wait for approval",
    ),
}

_COUNTS = (
    ("declared", "annoncées par la source", "declared by the source"),
    ("received", "reçues", "received"),
    ("accepted", "acceptées", "accepted"),
    ("repaired", "  dont réparées", "  of which repaired"),
    ("added", "  nouvelles", "  added"),
    ("updated", "  modifiées", "  updated"),
    ("unchanged", "  inchangées", "  unchanged"),
    ("rejected", "rejetées", "rejected"),
    ("merged", "fusionnées (reçues en double)", "merged (received twice)"),
    ("deleted", "supprimées", "deleted"),
    ("held", "suppressions en attente", "deletions held"),
)


def as_text(report: Report, language: str = "fr") -> str:
    """The report as plain lines, in ``fr`` or ``en``."""
    return "\n".join((*_heading(report, language), *_numbers(report, language), *_found(report, language)))


def _heading(report: Report, language: str) -> Iterator[str]:
    english = language == "en"
    number = "" if report.run is None else f" {report.run}"
    yield f"{'Run' if english else 'Exécution'}{number} — {report.portal} — {_STATUS[report.status][english]}"
    finished = report.finished.isoformat() if report.finished else "…"
    yield f"{report.started.isoformat()} → {finished}"
    complete, partial = (
        ("full enumeration proven", "full enumeration not proven")
        if english
        else (
            "énumération complète prouvée",
            "énumération complète non prouvée",
        )
    )
    yield complete if report.complete else partial


def _numbers(report: Report, language: str) -> Iterator[str]:
    for name, french, english in _COUNTS:
        value = getattr(report.counts, name)
        yield f"{'?' if value is None else value:>8}  {english if language == 'en' else french}"
    if report.gap:
        words = "missing from what was declared" if language == "en" else "de moins que le total annoncé"
        yield f"{report.gap:>8}  {words}"


def _found(report: Report, language: str) -> Iterator[str]:
    known = rules()
    for found in report.findings:
        label = known[found.rule].label(language) if found.rule in known else found.rule
        yield f"{found.count:>8}  {found.severity.value:<8} {found.rule} — {label}"


CSV_COLUMNS = ("rule", "severity", "record", "place", "value", "label_fr", "label_en", "remedy_fr", "remedy_en")


def findings_csv(findings: Iterable[Finding]) -> Iterator[str]:
    """The findings as CSV, a line at a time, the heading first."""
    known = rules()
    yield _csv_line(CSV_COLUMNS)
    for found in findings:
        rule = known[found.rule]
        words = (rule.label_fr, rule.label_en, rule.remedy_fr, rule.remedy_en)
        yield _csv_line((found.rule, rule.severity.value, found.record, found.place, found.value, *words))


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    """Spreadsheets run what begins like a formula; these cells come from strangers."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
