"""CSW 2.0.2 and 3.0: pages of ISO 19139, ISO 19115-3, Dublin Core or DCAT records (protocols.md §e)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.iri import is_http
from dcat.model import Dataset, Origin, Record, text_in
from dcat.portal import Portal
from harvester.parsers import dcat
from harvester.parsers.atom import with_files
from harvester.parsers.dublin_core import read_dublin_core
from harvester.parsers.fields import Notes
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.identity import first_sound, made_key, short_key
from harvester.parsers.iso import ROOTS as ISO
from harvester.parsers.iso import IsoRecord, read_iso
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.parsers.xml_page import XmlRecord, read_xml

DUBLIN_CORE = ("Record", "SummaryRecord", "BriefRecord")
DCAT = "RDF"
RECORDS = frozenset((*ISO, *DUBLIN_CORE, DCAT))
ANSWERS = frozenset(("GetRecordsResponse", "GetRecordByIdResponse", *RECORDS))
RESULTS = "SearchResults"
HEAD = 1 << 16
"""Bytes of a page in which its counts stand."""


class Paging(Struct, frozen=True):
    """What a page says of itself; None where it does not. ``next`` counts from 1, and 0 means the end."""

    matched: int | None = None
    returned: int | None = None
    next: int | None = None


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of ``GetRecords``, a ``GetRecordById``, or one record alone. ``records`` is lazy; ``next`` is for the
    spider to find from ``paging``, since servers are wrong about it in many ways."""
    page = read_xml(fetched, RESULTS, RECORDS)
    if page.root not in ANSWERS:
        raise UnreadablePage(*page.findings, finding("page-not-parseable", place=fetched.url, value=f"<{page.root}>"))
    records = with_files(_records(page.records, portal, fetched), portal)
    return ParsedPage(records=records, declared=_paging(page.header).matched, findings=page.findings)


def paging(fetched: Fetched) -> Paging:
    """The counts in the header of a page, which its records need not be read for. Raises ``UnreadablePage``."""
    return _paging(read_xml(replace(fetched, body=fetched.body[:HEAD]), RESULTS, RECORDS).header)


def _paging(header: Any) -> Paging:
    names = ("numberOfRecordsMatched", "numberOfRecordsReturned", "nextRecord")
    counts = (header.get(name, "").strip() for name in names)
    return Paging(*(int(count[:12]) if count.isdecimal() else None for count in counts))


def _records(records: Iterator[XmlRecord], portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    for position, found in enumerate(records):
        notes = Notes()
        try:
            yield from _record(found, notes, portal, fetched)
        except Exception as error:  # noqa: BLE001 - the edge of one record: whatever breaks on it costs it alone
            notes.add("record-not-parseable", f"[{position}]", f"{type(error).__name__}: {error}")
            yield ParsedRecord("", None, (*found.findings, *notes.found("")))


def _record(found: XmlRecord, notes: Notes, portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    if found.element is None:
        raise ValueError("no element can be read")
    name = etree.QName(found.element).localname
    if name == DCAT:
        yield from _from_dcat(found, portal, fetched)
        return
    read = read_iso(found.element, notes) if name in ISO else read_dublin_core(found.element, notes)
    key = short_key(read.key or _other_key(read.dataset, notes))
    record = Record(
        id=record_id(portal.id, key),
        portal=portal.id,
        source_key=key,
        dataset=read.dataset,
        page=_page(read, portal, fetched),
        modified=read.modified,
        origin=_origin(read, portal, fetched),
    )
    yield ParsedRecord(key, record, (*(_of(one, key) for one in found.findings), *notes.found(key)))


def _of(found: Finding, key: str) -> Finding:
    return Finding(found.rule, key, found.place, found.value)


def _other_key(dataset: Dataset, notes: Notes) -> str:
    """The resource's identifier where the record has none; else a digest of what it says."""
    title = text_in(dataset.title)
    if not (found := first_sound(dataset.identifiers)):
        notes.add("identifier-missing", "fileIdentifier", title)
    return found or made_key(next(iter(dataset.landing_pages), ""), title)


def _page(read: IsoRecord, portal: Portal, fetched: Fetched) -> str:
    """The catalogue's own page of the record: where it says so itself, or where GeoNetwork has it; else the first page
    that the record links to."""
    own = own_hosts(portal, fetched.url)
    if host_of(read.page) in own:
        return read.page
    base, software, _ = (portal.endpoint or fetched.url).partition("/srv/")
    if software and read.key:
        return f"{base}/srv/api/records/{quote(read.key, safe='')}"
    return next(filter(is_http, read.dataset.landing_pages), "")


def _origin(read: IsoRecord, portal: Portal, fetched: Fetched) -> Origin | None:
    """ISO 19115-3 carries the record's own address: on another host, it is where the record was copied from."""
    host = host_of(read.page)
    if not host or host in own_hosts(portal, fetched.url):
        return None
    return Origin(domain=host, remote_id=read.key, remote_url=read.page)


def _from_dcat(found: XmlRecord, portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    """An ``rdf:RDF`` of its own for each record, in GeoNetwork's old mapping or its new one."""
    body = etree.tostring(found.element, encoding="utf-8")
    inner = Fetched(url=fetched.url, body=body, headers={"content-type": "application/rdf+xml; charset=utf-8"})
    try:
        page = dcat.parse(inner, portal)
    except UnreadablePage as error:
        yield ParsedRecord("", None, (*found.findings, *error.findings))
        return
    for record in page.records:
        told = (_of(one, record.source_key) for one in (*found.findings, *page.findings))
        yield ParsedRecord(record.source_key, record.record, (*told, *record.findings))
