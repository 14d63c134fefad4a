"""What a run's report says, and how it is shown: JSON (design §5), plain text."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from dcat.findings import Severity, rule_of
from harvester.runs.clock import PARIS
from harvester.runs.outcome import Mode, Status, Tally, Walk, deletions_allowed, held

LOSSES = (
    "page-unreachable",
    "page-not-parseable",
    "page-truncated",
    "page-cap-reached",
    "page-window-exceeded",
    "page-repeated",
    "quota-exhausted",
    "robots-refused",
    "address-refused",
    "run-interrupted",
    "record-duplicate",
)
"""Findings that explain why fewer records came than were declared."""
TOLD_FIRST = (*LOSSES, "limit-exceeded", "total-mismatch", "count-unexpected")
"""Findings that explain why a run did not end well."""


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


def explaining_first(findings: Iterable[FindingCount]) -> list[FindingCount]:
    """What kept a run from its end before what is wrong with records, else in the order of reports."""
    return sorted(findings, key=lambda found: found.rule not in TOLD_FIRST)


class FindingChange(Struct, frozen=True):
    """One rule in this run and in the one before: ``count = same + new``, ``before = same + gone``."""

    rule: str
    severity: Severity
    count: int
    before: int
    new: int
    gone: int
    same: int


class Difference(Struct, frozen=True):
    """This run less ``run``, the one before. ``comparable``: both read their whole source, so that what is gone was
    repaired and not merely unread. ``counts`` are differences, ``records`` how many moved, by kind."""

    run: int
    comparable: bool
    counts: dict[str, int]
    records: dict[str, int]
    findings: tuple[FindingChange, ...] = ()


class Report(Struct, frozen=True):
    """One run. ``run`` and ``previous`` are None where nothing was archived: a dry run, a first run. ``difference`` is
    None where there is no run before, and in lists of reports. ``gap``: how many records the source had announced and
    did not give (gave beyond, where negative); None where it announced nothing, or was not asked for everything."""

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
    difference: Difference | None = None
    gap: int | None = None


def gap_of(mode: Mode, counts: Counts) -> int | None:
    """Declared = accepted + rejected + gap: a record that came twice was announced once."""
    if mode is not Mode.FULL or counts.declared is None:
        return None
    return counts.declared - (counts.received - counts.merged)


def finding_counts(totals: Iterable[tuple[str, int]]) -> tuple[FindingCount, ...]:
    """Worst first, then the most frequent."""
    order = list(Severity)
    counted = (FindingCount(rule, rule_of(rule).severity, count) for rule, count in totals)
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

_SEVERITY = {
    Severity.ERROR: ("erreur", "error"),
    Severity.WARNING: ("avertissement", "warning"),
    Severity.INFO: ("information", "info"),
}

_MODE = {
    Mode.FULL: ("source entière", "whole source"),
    Mode.INCREMENTAL: ("changements seuls", "changes only"),
    Mode.REPLAY: ("pages archivées, relues", "archived pages, read again"),
}

_COMPLETE = {
    True: (" ; énumération complète prouvée", "; complete enumeration proven"),
    False: (" ; énumération complète non prouvée", "; complete enumeration not proven"),
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

_GAP = {
    True: ("de moins que le total annoncé", "missing from what was declared"),
    False: ("de plus que le total annoncé", "more than what was declared"),
}

_RECORDS = (
    ("added", "nouvelles", "new"),
    ("updated", "modifiées", "changed"),
    ("deleted", "supprimées", "deleted"),
    ("back", "revenues", "back"),
)


def as_text(report: Report, language: str = "fr") -> str:
    """The report as plain lines, in ``fr`` or ``en``."""
    english = language == "en"
    parts = (
        _heading(report, english),
        _numbers(report, english),
        _found(report, language),
        _since(report, language),
    )
    return "\n".join(line for part in parts for line in part)


def _heading(report: Report, english: bool) -> Iterator[str]:
    number = "" if report.run is None else f" {report.run}"
    yield f"{'Run' if english else 'Exécution'}{number} — {report.portal} — {_STATUS[report.status][english]}"
    finished = _moment(report.finished) if report.finished else "…"
    yield f"{_moment(report.started)} → {finished}"
    yield f"{_MODE[report.mode][english]}{_COMPLETE[report.complete][english]}"


def _moment(when: datetime) -> str:
    """On the clock of Paris, as pages and schedules are."""
    return f"{when.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"


def _numbers(report: Report, english: bool) -> Iterator[str]:
    for name, french, in_english in _COUNTS:
        value = getattr(report.counts, name)
        yield f"{'?' if value is None else value:>8}  {in_english if english else french}"
    if report.gap:
        french, in_english = _GAP[report.gap > 0]
        yield f"{abs(report.gap):>8}  {in_english if english else french}"


def _found(report: Report, language: str) -> Iterator[str]:
    for found in report.findings:
        label = rule_of(found.rule).label(language)
        severity = _SEVERITY[found.severity][language == "en"]
        yield f"{found.count:>8}  {severity:<13} {found.rule} — {label}"


def _since(report: Report, language: str) -> Iterator[str]:
    """The difference from the run before; nothing where there is none."""
    difference, english = report.difference, language == "en"
    if difference is None:
        return
    moved = ", ".join(f"{(fr, en)[english]} {difference.records[name]}" for name, fr, en in _RECORDS)
    yield f"{'Since run' if english else 'Depuis l’exécution'} {difference.run}{':' if english else ' :'} {moved}"
    if not difference.comparable:
        yield _NOT_COMPARABLE[english]
    for change in difference.findings:
        if change.new or (change.gone and difference.comparable):
            label = rule_of(change.rule).label(language)
            yield f"{f'+{change.new}':>8}  {f'-{change.gone}':<13} {change.rule} — {label}"


_NOT_COMPARABLE = (
    "  l'une des deux n'a pas tout lu : ce que l'on n'y trouve plus n'est pas forcément réparé, et n'est pas dit ici",
    "  one of the two did not read everything: what is not found any more may not be repaired, and is not told here",
)
