"""A run compared with the one before: which findings are new, gone, still there, and how the counts moved."""

from typing import Any

from sqlalchemy import Connection, case, func, literal, select, union_all

from dcat.findings import rule_of
from harvester.archive import ledger, movements
from harvester.archive.tables import findings
from harvester.reading.staged import KEPT_PER_RULE
from harvester.runs.outcome import SUCCESSFUL
from harvester.runs.report import Counts, Difference, FindingChange, Report


def difference(connection: Connection, now: Report, before: Report) -> Difference:
    """Both runs must be archived. A finding is the same where rule, record and place are: another wrong value there
    is still to be repaired."""
    assert now.run is not None and before.run is not None  # noqa: S101, PT018 - the callers' promise
    kept = _kept(connection, ledger.holder(connection, now.run), ledger.holder(connection, before.run))
    counted = {found.rule: found.count for found in now.findings}
    counted_before = {found.rule: found.count for found in before.findings}
    rules = [found.rule for found in now.findings] + sorted(counted_before.keys() - counted.keys())
    return Difference(
        run=before.run,
        comparable=now.status in SUCCESSFUL and before.status in SUCCESSFUL,
        counts=_moved(now.counts, before.counts),
        records=movements.counted(connection, now.run),
        findings=tuple(
            _change(rule, counted.get(rule, 0), counted_before.get(rule, 0), kept.get(rule, 0)) for rule in rules
        ),
    )


def _change(rule: str, count: int, before: int, kept: int) -> FindingChange:
    """Of a rule that was met more often than findings are kept, only the totals tell: the least change that explains
    them."""
    most = KEPT_PER_RULE
    same = kept if max(count, before) <= most else min(count, before)
    severity = rule_of(rule).severity
    return FindingChange(rule, severity, count, before, new=count - same, gone=before - same, same=same)


def _moved(now: Counts, before: Counts) -> dict[str, int]:
    pairs = ((name, getattr(now, name), getattr(before, name)) for name in Counts.__struct_fields__)
    return {name: value - old for name, value, old in pairs if value is not None and old is not None}


def _kept(connection: Connection, now: int, before: int) -> dict[str, int]:
    """Rule → findings of this run that were there before, each counted as often as both have it."""
    place = (findings.c.rule, findings.c.record, findings.c.place)
    both = union_all(_marked(now, 1, 0), _marked(before, 0, 1)).subquery()
    sums = [func.sum(both.c[name]) for name in ("now", "before")]
    grouped = select(both.c.rule, *(total.label(name) for total, name in zip(sums, ("now", "before"), strict=True)))
    at_place = grouped.group_by(*(both.c[column.name] for column in place)).subquery()
    smaller = case((at_place.c.now < at_place.c.before, at_place.c.now), else_=at_place.c.before)
    query = select(at_place.c.rule, func.sum(smaller)).group_by(at_place.c.rule)
    return {rule: int(count) for rule, count in connection.execute(query)}


def _marked(run: int, now: int, before: int) -> Any:
    columns = (findings.c.rule, findings.c.record, findings.c.place)
    return select(*columns, literal(now).label("now"), literal(before).label("before")).where(findings.c.run_id == run)
