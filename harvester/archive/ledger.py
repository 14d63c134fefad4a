"""What a run leaves beside records: its findings, and the pages as they came."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection, Insert, Row, and_, bindparam, delete, exists, func, insert, or_, select, update

from dcat.codec import digest as digest_of
from dcat.codec import file_digest
from dcat.findings import Finding
from harvester.archive.bodies import PART, add_parts, add_whole
from harvester.archive.compression import decompress
from harvester.archive.engine import insert_into
from harvester.archive.rows import Batch, FindingsPage, Page, UnderWay, Validators, Walked
from harvester.archive.tables import bodies, body_parts, finding_totals, findings, pages, readings, runs
from harvester.reading.staged import KEPT_PER_RULE, together
from harvester.runs.outcome import SUCCESSFUL, Mode

_COLUMNS = (findings.c.rule, findings.c.record, findings.c.place, findings.c.value)


UNCHANGED_OR_WHOLE = (200, 304)

# Asked for every page: to put a question together costs more than to ask it.
_MET_BEFORE = select(finding_totals.c.rule, finding_totals.c["count"]).where(
    finding_totals.c.run_id == bindparam("run"), finding_totals.c.rule.in_(bindparam("rules", expanding=True))
)
_HAS_BODY = select(exists().where(bodies.c.portal == bindparam("portal"), bodies.c.digest == bindparam("digest")))


def add_findings(connection: Connection, run_id: int, met: Sequence[Finding], more: Mapping[str, int] = {}) -> None:
    """Count every finding, keep the first ``KEPT_PER_RULE`` of each rule. ``more``, by rule, were met than are
    here."""
    if not met:
        return
    counts = dict(sorted(together(Counter(one.rule for one in met), more).items()))
    told = connection.execute(_MET_BEFORE, {"run": run_id, "rules": list(counts)})
    before = {rule: count for rule, count in told}  # noqa: C416 - a row is no pair to mypy
    room = Counter({rule: KEPT_PER_RULE - before.get(rule, 0) for rule in counts})
    rows = []
    for one in met:
        if room[one.rule] > 0:
            room[one.rule] -= 1
            rows.append({"run_id": run_id, **msgspec.structs.asdict(one)})
    if rows:
        connection.execute(insert(findings), rows)
    _count(connection, run_id, counts)


def _count(connection: Connection, run_id: int, counts: dict[str, int]) -> None:
    rows = [{"run_id": run_id, "rule": rule, "count": count} for rule, count in counts.items()]
    connection.execute(_adding_up(connection.dialect.name), rows)


@cache
def _adding_up(dialect: str) -> Insert:
    query = insert_into(dialect, finding_totals)
    total = finding_totals.c["count"] + query.excluded["count"]
    known = [finding_totals.c.run_id, finding_totals.c.rule]
    return query.on_conflict_do_update(index_elements=known, set_={"count": total})


def totals_of(connection: Connection, run_ids: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """How often each rule was met, by run; a run that found what the one before had found has its totals there."""
    holder = func.coalesce(runs.c.findings_run, runs.c.id)
    query = select(runs.c.id, finding_totals.c.rule, finding_totals.c["count"]).join(
        finding_totals, finding_totals.c.run_id == holder
    )
    found: dict[int, list[tuple[str, int]]] = {run_id: [] for run_id in run_ids}
    for run_id, rule, count in connection.execute(query.where(runs.c.id.in_(run_ids))):
        found[run_id].append((rule, count))
    return found


def kept_findings(connection: Connection, run_id: int, rule: str | None, limit: int, offset: int) -> FindingsPage:
    """In the order in which they were met."""
    wanted = findings.c.run_id == holder(connection, run_id)
    if rule is not None:
        wanted = and_(wanted, findings.c.rule == rule)
    total = connection.execute(select(func.count()).select_from(findings).where(wanted)).scalar_one()
    rows = connection.execute(select(*_COLUMNS).where(wanted).order_by(findings.c.id).limit(limit).offset(offset))
    return FindingsPage(results=tuple(Finding(*row) for row in rows), total=total)


def share_findings(connection: Connection, run_id: int, previous: int | None) -> None:
    """Where a run found what the one before had found, refer to that one's and store nothing."""
    digest = _findings_digest(connection, run_id)
    same = select(runs.c.findings_run).where(runs.c.id == previous, runs.c.findings_digest == digest)
    holder = connection.execute(same).scalar_one_or_none()
    if holder is not None:
        connection.execute(delete(findings).where(findings.c.run_id == run_id))
        connection.execute(delete(finding_totals).where(finding_totals.c.run_id == run_id))
    values = {"findings_run": run_id if holder is None else holder, "findings_digest": digest}
    connection.execute(update(runs).where(runs.c.id == run_id).values(**values))


def _findings_digest(connection: Connection, run_id: int) -> str:
    seen = hashlib.sha256()
    for row in connection.execute(select(*_COLUMNS).where(findings.c.run_id == run_id).order_by(*_COLUMNS)):
        seen.update(repr(tuple(row)).encode())
    counted = select(finding_totals.c.rule, finding_totals.c["count"]).where(finding_totals.c.run_id == run_id)
    for total in connection.execute(counted.order_by(finding_totals.c.rule)):
        seen.update(repr(tuple(total)).encode())
    return seen.hexdigest()


def holder(connection: Connection, run_id: int) -> int:
    """The run that has this run's findings: itself, or an earlier one that found the same."""
    query = select(func.coalesce(runs.c.findings_run, runs.c.id)).where(runs.c.id == run_id)
    return connection.execute(query).scalar_one_or_none() or run_id


def add_pages(connection: Connection, run_id: int, portal: str, batches: Iterable[Batch]) -> None:
    """The pages that batches bring, and how many of their records are in the archive then."""
    rows = []
    for batch in batches:
        if batch.page is not None:
            rows.append(_page_row_of(connection, run_id, portal, batch.page, batch))
        elif batch.number is not None:
            _count_taken(connection, run_id, batch.number, batch.received, batch.merged)
    if rows:
        connection.execute(_page_upsert(connection.dialect.name, tuple(rows[0])), rows)


def _page_row_of(connection: Connection, run_id: int, portal: str, page: Page, batch: Batch) -> dict[str, object]:
    """A body that the portal gave before is referred to, not stored again."""
    digest = page.digest or (file_digest(page.file) if page.file else digest_of(page.body))
    if not connection.execute(_HAS_BODY, {"portal": portal, "digest": digest}).scalar_one():
        if page.file:
            with Path(page.file).open("rb") as file:
                add_parts(connection, portal, digest, iter(partial(file.read, PART), b""))
        else:
            add_whole(connection, portal, digest, page.body)
    return {
        "run_id": run_id,
        "number": page.number,
        "portal": portal,
        "url": page.url,
        "status": page.status,
        "headers": json.dumps(page.headers),
        "body": digest,
        "asked": page.asked,
        "cut": page.cut,
        "body_run": page.body_run or run_id,
        "taken": batch.received,
        "merged": batch.merged,
    }


@cache
def _page_upsert(dialect: str, names: tuple[str, ...]) -> Insert:
    query = insert_into(dialect, pages)
    new = {name: query.excluded[name] for name in names}
    return query.on_conflict_do_update(index_elements=[pages.c.run_id, pages.c.number], set_=new)


def _count_taken(connection: Connection, run_id: int, number: int, taken: int, merged: int) -> None:
    """So many more records of a page are in the archive."""
    more = {"taken": pages.c.taken + taken, "merged": pages.c.merged + merged}
    connection.execute(update(pages).where(pages.c.run_id == run_id, pages.c.number == number).values(**more))


def page_numbers(connection: Connection, run_id: int) -> list[int]:
    """The pages kept of a run, in order."""
    return list(
        connection.execute(select(pages.c.number).where(pages.c.run_id == run_id).order_by(pages.c.number)).scalars()
    )


def page(connection: Connection, run_id: int, number: int) -> Page | None:
    """One page as it came."""
    row = _page_row(connection, run_id, number)
    return None if row is None else _page(row)


def page_under_way(connection: Connection, run_id: int, number: int) -> UnderWay | None:
    """A page of which a dead run had begun to write the records."""
    row = _page_row(connection, run_id, number)
    return None if row is None else UnderWay(_page(row), row.taken, row.merged)


def _page(row: Row[Any]) -> Page:
    body, kept = (decompress(row.data), "") if row.data else (b"", row.body)
    head = (row.number, row.url, row.status, json.loads(row.headers))
    return Page(*head, body, row.asked, row.cut, row.body_run, kept=kept)


def _page_row(connection: Connection, run_id: int, number: int) -> Row[Any] | None:
    query = (
        select(pages, bodies.c.data)
        .join(bodies, and_(bodies.c.portal == pages.c.portal, bodies.c.digest == pages.c.body))
        .where(pages.c.run_id == run_id, pages.c.number == number)
    )
    return connection.execute(query).one_or_none()


def body_of(connection: Connection, run_id: int, number: int) -> str:
    """The digest of a page's body."""
    query = select(pages.c.body).where(pages.c.run_id == run_id, pages.c.number == number)
    digest: str = connection.execute(query).scalar_one()
    return digest


def validators(connection: Connection, portal: str, since: datetime) -> dict[str, Validators]:
    """By the address asked for, of the last page that came of it whole. Bodies that came before a moment are not
    trusted any more: a server that says for ever that nothing changed is found out. Nor are those of a run that lost
    pages: one that ended too early without a word would be taken for the whole until its source changes."""
    query = (
        select(pages.c.asked, pages.c.run_id, pages.c.number, pages.c.headers)
        .join(runs, runs.c.id == pages.c.body_run)
        .where(pages.c.portal == portal, pages.c.status.in_(UNCHANGED_OR_WHOLE), pages.c.cut.is_(False))
        .where(runs.c.started >= since, runs.c.failed_pages == 0, pages.c.asked != "", pages.c.taken > 0)
        .where(or_(pages.c.headers.contains('"etag"'), pages.c.headers.contains('"last-modified"')))
        .order_by(pages.c.run_id, pages.c.number)
    )
    found = {}
    for row in connection.execute(query):
        headers = json.loads(row.headers)
        said = headers.get("etag", ""), headers.get("last-modified", "")
        found[row.asked] = Validators(row.run_id, row.number, *said)
    return found


def gave_records(connection: Connection, portal: str, before: int) -> set[str]:
    """The addresses of a portal that gave records in earlier runs, as far as their pages are kept."""
    query = select(pages.c.asked).where(pages.c.portal == portal, pages.c.run_id < before, pages.c.taken > 0)
    return set(connection.scalars(query.distinct()))


def walked(connection: Connection, run_id: int, after: int) -> Walked:
    """Every address that a run asked for, and the bodies of its pages after a number."""
    rows = connection.execute(select(pages.c.number, pages.c.asked, pages.c.body).where(pages.c.run_id == run_id)).all()
    return Walked(frozenset(row.asked for row in rows), frozenset(row.body for row in rows if row.number > after))


def drop_old_pages(connection: Connection, portal: str, keep: int) -> None:
    """Keep the pages of the portal's last ``keep`` runs, and of the last one that read all of it: incremental runs do
    not push out what the next full one is compared with."""
    of_portal = select(runs.c.id).where(runs.c.portal == portal, runs.c.mode != Mode.REPLAY).order_by(runs.c.id.desc())
    whole = of_portal.where(runs.c.mode == Mode.FULL, runs.c.status.in_(SUCCESSFUL)).limit(1)
    kept = {*connection.execute(of_portal.limit(keep)).scalars(), *connection.execute(whole).scalars()} if keep else ()
    if connection.execute(delete(pages).where(pages.c.portal == portal, pages.c.run_id.not_in(kept))).rowcount:
        for table, body in ((bodies, bodies.c.digest), (readings, readings.c.body)):
            used = exists().where(pages.c.portal == portal, pages.c.body == body)
            connection.execute(delete(table).where(table.c.portal == portal, ~used))
        of_a_body = exists().where(bodies.c.portal == portal, bodies.c.digest == body_parts.c.digest)
        connection.execute(delete(body_parts).where(body_parts.c.portal == portal, ~of_a_body))
