"""What a run is looked through for: its findings with the records that they are about, what it moved, and how it
differs from the run before. Each answer takes a fixed number of queries, however long the page."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, Connection, and_, func, select

from dcat.codec import decode
from dcat.findings import Finding
from dcat.identity import record_id
from dcat.model import Record
from harvester.archive import Archive, ledger, movements, runs
from harvester.archive.compression import decompress
from harvester.archive.difference import difference
from harvester.archive.engine import reading
from harvester.archive.movements import MovedPage, Movement
from harvester.archive.tables import findings, records, versions
from harvester.runs.report import Report

BATCH = 500

_COLUMNS = (findings.c.id, findings.c.rule, findings.c.record, findings.c.place, findings.c.value)


class Cited(Struct, frozen=True):
    """A finding, and the record that it is about as it is known now: None where it is about the page or the run, or
    where the record was never taken."""

    finding: Finding
    record: Record | None


class CitedPage(Struct, frozen=True):
    """``total`` counts the findings kept; the report says how many were met."""

    results: tuple[Cited, ...]
    total: int


def full_report(archive: Archive, run_id: int) -> Report:
    """The report with its difference from the run before. Raises ``UnknownRun``."""
    report = archive.report(run_id)
    if report.previous is None or report.finished is None:
        return report
    before = archive.report(report.previous)
    with reading(archive.engine) as connection:
        return structs.replace(report, difference=difference(connection, report, before))


def findings_page(archive: Archive, run_id: int, rule: str | None, limit: int, offset: int) -> CitedPage:
    """In the order in which they were met. Raises ``UnknownRun``."""
    portal = archive.run(run_id).portal
    page = archive.findings(run_id, rule, limit, offset)
    with reading(archive.engine) as connection:
        return CitedPage(tuple(_cited(connection, portal, page.results)), page.total)


def every_finding(archive: Archive, run_id: int, rule: str | None = None) -> Iterator[list[Cited]]:
    """All the findings kept, a batch at a time. Raises ``UnknownRun`` at once."""
    with reading(archive.engine) as connection:
        portal = runs.get(connection, run_id).portal
        wanted = findings.c.run_id == ledger.holder(connection, run_id)
    return _batches(archive, portal, wanted if rule is None else and_(wanted, findings.c.rule == rule))


def _batches(archive: Archive, portal: str, wanted: ColumnElement[bool]) -> Iterator[list[Cited]]:
    query = select(*_COLUMNS).where(wanted).order_by(findings.c.id).limit(BATCH)
    after = 0
    while True:
        with reading(archive.engine) as connection:
            rows = connection.execute(query.where(findings.c.id > after)).all()
            batch = _cited(connection, portal, [Finding(*row[1:]) for row in rows])
        if batch:
            yield batch
        if len(rows) < BATCH:
            return
        after = rows[-1].id


def examples(archive: Archive, run_id: int, each: int) -> dict[str, list[Cited]]:
    """Rule → its first findings, ``each`` at most. Raises ``UnknownRun``."""
    number = func.row_number().over(partition_by=findings.c.rule, order_by=findings.c.id).label("number")
    with reading(archive.engine) as connection:
        portal = runs.get(connection, run_id).portal
        ranked = select(*_COLUMNS, number).where(findings.c.run_id == ledger.holder(connection, run_id)).subquery()
        first = select(ranked).where(ranked.c.number <= each).order_by(ranked.c.id)
        met = [Finding(row.rule, row.record, row.place, row.value) for row in connection.execute(first)]
        found: dict[str, list[Cited]] = {}
        for cited in _cited(connection, portal, met):
            found.setdefault(cited.finding.rule, []).append(cited)
        return found


def moved_page(archive: Archive, run_id: int, kind: Movement | None, limit: int, offset: int) -> MovedPage:
    """The records that a run added, updated, deleted, brought back, or waits to delete. Raises ``UnknownRun``."""
    with reading(archive.engine) as connection:
        return movements.moved(connection, runs.get(connection, run_id), kind, limit, offset)


def _cited(connection: Connection, portal: str, met: Sequence[Finding]) -> list[Cited]:
    ids = {found.record: record_id(portal, found.record) for found in met if found.record}
    known = _records(connection, list(ids.values()))
    return [Cited(found, known.get(ids.get(found.record, ""))) for found in met]


def _records(connection: Connection, ids: Sequence[str]) -> dict[str, Record]:
    """As last known, deleted ones included."""
    current = and_(versions.c.run_id == records.c.changed_run, versions.c.record_id == records.c.id)
    query = select(records.c.id, versions.c.payload).join(versions, current).where(records.c.id.in_(ids))
    return {row.id: decode(decompress(row.payload)) for row in connection.execute(query)}
