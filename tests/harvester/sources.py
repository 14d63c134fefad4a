"""Made-up sources: a portal, its records, and a harvest of them page by page."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from dcat.findings import Finding
from dcat.identity import record_id
from dcat.model import Dataset, Record, Text
from dcat.portal import Level, Portal
from harvester.archive import Archive, Checkpoint, Page, Start
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord
from harvester.persons.privacy import OPEN, Privacy
from harvester.reading.page import Normalise, Validate, read_page
from harvester.reading.staged import PageReading
from harvester.recording.run import PageCounts, RunRecorder, start_run
from harvester.runs.outcome import Ending
from harvester.runs.report import Report

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
RENNES = Portal("rennes", "Rennes", Level.EPCI, ("epci:243500139",), "https://data.example.fr")
ROUBAIX = Portal("roubaix", "Roubaix", Level.COMMUNE, ("commune:59512",), "https://roubaix.example.fr")


def make_record(key: str, title: str = "Arbres", portal: Portal = RENNES) -> Record:
    dataset = Dataset(identifiers=(key,), title=(Text(title, "fr"),))
    return Record(record_id(portal.id, key), portal.id, key, dataset, page=f"{portal.url}/explore/dataset/{key}/")


def parsed(key: str, title: str = "Arbres", *findings: Finding, portal: Portal = RENNES) -> ParsedRecord:
    return ParsedRecord(key, make_record(key, title, portal), findings)


def rejected(key: str = "") -> ParsedRecord:
    return ParsedRecord(key, None)


def catalogue(*keys: str, title: str = "Arbres", portal: Portal = RENNES) -> list[ParsedRecord]:
    return [parsed(key, title, portal=portal) for key in keys]


def as_it_came(record: Record, portal: Portal, *, today: date | None = None) -> tuple[Record, tuple[Finding, ...]]:
    """A normaliser that changes nothing."""
    return record, ()


def sound(record: Record) -> tuple[Finding, ...]:
    """A validator that finds nothing: what these records lack is not the question."""
    return ()


def read(
    parsed: ParsedPage,
    portal: Portal = RENNES,
    *,
    normalise: Normalise = as_it_came,
    validate: Validate = sound,
    privacy: Privacy = OPEN,
    most: int | None = None,
) -> PageReading:
    """A page whose parser gives these records."""
    came = fetched(0, portal)
    return read_page(
        came,
        portal,
        lambda *_: parsed,
        NOON.date(),
        normalise=normalise,
        validate=validate,
        privacy=privacy,
        most=most,
    )


def recorder(
    archive: Archive, portal: Portal = RENNES, *, limit: int | None = None, dry_run: bool = False, now: datetime = NOON
) -> RunRecorder:
    return start_run(archive, portal, Start(), clock=lambda: now, limit=limit, dry_run=dry_run)


def take(run: RunRecorder, number: int, *records: ParsedRecord, declared: int | None = None) -> PageCounts:
    """One step of a walk: a page of these records, written."""
    reading = read(ParsedPage(records, declared=declared), run.portal, most=run.room)
    counts = run.record_page(page(number, run.portal), reading)
    run.commit(Checkpoint(f"{run.portal.url}/page/{number + 1}"))
    return counts


def page(number: int, portal: Portal = RENNES, body: bytes = b"") -> Page:
    """A page as it came."""
    came = fetched(number, portal, body)
    return Page(number, came.url, came.status, dict(came.headers), came.body, came.url)


def fetched(number: int, portal: Portal = RENNES, body: bytes = b"") -> Fetched:
    return Fetched(f"{portal.url}/page/{number}", body or b"page %d" % number, headers={"content-type": "text/plain"})


def harvest(
    archive: Archive,
    records: Iterable[ParsedRecord],
    *,
    portal: Portal = RENNES,
    page_size: int = 3,
    declared: int | None = None,
    ending: Ending = Ending.EXHAUSTED,
    limit: int | None = None,
    dry_run: bool = False,
    now: datetime = NOON,
) -> Report:
    """One run over the records, page by page."""
    run = recorder(archive, portal, limit=limit, dry_run=dry_run, now=now)
    listed = list(records)
    for number, start in enumerate(range(0, len(listed), page_size), 1):
        take(run, number, *listed[start : start + page_size], declared=declared)
    return run.finish(ending)


def titles(archive: Archive, portal: Portal = RENNES) -> dict[str, str]:
    """Source key → title, of the live records."""
    return {record.source_key: record.dataset.title[0].value for record in archive.records(portal.id)}


def rows(
    archive: Archive, tables: Sequence[str] = ("versions", "bodies", "findings", "finding_totals", "staged")
) -> dict[str, int]:
    """How many rows the tables hold."""
    with archive.engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables}  # noqa: S608
