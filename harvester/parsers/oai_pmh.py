"""OAI-PMH 2.0: pages of ``ListRecords`` with records in DCAT, ISO 19115-3, ISO 19139 or Dublin Core (protocols.md §h).

A record is known by the identifier in its header, which is all that is left of it when it was deleted: its key. Errors
come with status 200; ``noRecordsMatch`` is an empty list, the others are reasons.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct
from msgspec.structs import replace

from dcat.findings import Finding, finding
from dcat.identity import record_id
from dcat.iri import is_http
from dcat.model import Dataset, Origin, Record
from dcat.portal import Portal
from harvester.parsers import dcat
from harvester.parsers.dublin_core import read_dublin_core
from harvester.parsers.fields import Notes
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.identity import short_key
from harvester.parsers.iso import ROOTS as ISO
from harvester.parsers.iso import IsoRecord, read_iso
from harvester.parsers.iso.tree import Element, Path, said
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.parsers.xml_page import XmlRecord, cleaned_xml, read_xml

ROOT = "OAI-PMH"
RECORD = frozenset(("record",))
VERBS = ("Identify", "ListMetadataFormats", "ListRecords", "GetRecord")
NOTHING = "noRecordsMatch"
DELETED = "deleted"
LIST_TOKEN = "resumptionToken"  # noqa: S105 - the name of an element

NAMESPACES = (
    "http://www.w3.org/ns/dcat#",
    "http://standards.iso.org/iso/19115/-3/mdb/",
    "http://www.isotc211.org/2005/gmd",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
)
PREFIXES = ("dcat", "iso19115-3", "iso19139", "oai_dc")
"""The formats that we read, best first: what their namespaces begin with, and how their prefixes are called."""

_START = re.compile(rb"<(?:[\w.-]+:)?(%s|error)(?=[\s/>])" % b"|".join(verb.encode() for verb in VERBS))
_ERROR = re.compile(rb"""<(?:[\w.-]+:)?error\b[^>]*?\bcode\s*=\s*["']([^"']*)["'][^>]*(?:/>|>([^<]*))""")
_TOKEN = re.compile(rb"<(?:[\w.-]+:)?%s\b([^>]*?)(?:/>|>\s*(?:<!\[CDATA\[)?([^<\]]*))" % LIST_TOKEN.encode())
_SIZE = re.compile(rb"""completeListSize\s*=\s*["'](\d{1,12})["']""")
_GONE = re.compile(
    rb"""<(?:[\w.-]+:)?header\b[^>]*\bstatus\s*=\s*["']deleted["'][^>]*>.*?<(?:[\w.-]+:)?identifier[^>]*>([^<]*)<""",
    re.DOTALL,
)
_FORMAT = re.compile(rb"<(?:[\w.-]+:)?metadataFormat>(.*?)</(?:[\w.-]+:)?metadataFormat>", re.DOTALL)

_HEADER = Path("header")
_IDENTIFIER = Path("identifier")
_DATESTAMP = Path("datestamp")
_METADATA = Path("metadata/*")
_ORIGIN = Path("about/provenance/originDescription")
_BASE = Path("baseURL")


class Answer(Struct, frozen=True):
    """What an answer says of itself. ``error`` is a code of the protocol, ``words`` what is said of it; ``size`` the
    ``completeListSize``, which counts deleted records too; ``deleted`` the identifiers of those on this page."""

    verb: str = ""
    error: str = ""
    words: str = ""
    token: str = ""
    size: int | None = None
    deleted: tuple[str, ...] = ()


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of records; an answer to another verb is a page without any. Raises ``UnreadablePage`` on what is no
    OAI-PMH, and on every error but that nothing matches."""
    page = read_xml(fetched, LIST_TOKEN, RECORD)
    if page.root != ROOT:
        raise UnreadablePage(*page.findings, finding("page-not-parseable", place=fetched.url, value=f"<{page.root}>"))
    answer = read_answer(fetched)
    if answer.error and answer.error != NOTHING:
        words = f"{answer.error}: {answer.words}".removesuffix(": ")
        raise UnreadablePage(*page.findings, finding("page-not-parseable", place=fetched.url, value=words))
    records = _records(page.records, portal, fetched)
    return ParsedPage(records=records, findings=page.findings, deleted=answer.deleted)


def read_answer(fetched: Fetched) -> Answer:
    """Read from the tags alone, so that a page with a broken record still leads on; of what is no answer, nothing.
    Raises ``UnreadablePage`` on what is no XML."""
    body = cleaned_xml(fetched)
    found = _START.search(body)
    if found is None:
        return Answer()
    if found[1] == b"error":
        error = _ERROR.search(body)
        return Answer(error=_text(error[1]), words=_text(error[2] or b"")) if error else Answer(error="error")
    tokens = _TOKEN.findall(body)
    attributes, token = tokens[-1] if tokens else (b"", b"")
    size = _SIZE.search(attributes)
    gone = tuple(map(_text, _GONE.findall(body))) if b"deleted" in body else ()
    return Answer(_text(found[1]), token=_text(token), size=int(size[1]) if size else None, deleted=gone)


def formats_offered(fetched: Fetched) -> tuple[str, ...]:
    """The metadata prefixes of an answer to ``ListMetadataFormats`` that we can read, best first. Raises
    ``UnreadablePage``."""
    ranked: dict[str, int] = {}
    for one in _FORMAT.findall(cleaned_xml(fetched)):
        prefix, namespace = _inner(one, "metadataPrefix"), _inner(one, "metadataNamespace")
        rank = _rank(prefix, namespace)
        if prefix and rank is not None:
            ranked[prefix] = rank
    return tuple(sorted(ranked, key=lambda prefix: ranked[prefix]))


def granularity(fetched: Fetched) -> str:
    """``YYYY-MM-DD``, or with the time as far as a second, of an answer to ``Identify``. Raises ``UnreadablePage``."""
    return _inner(cleaned_xml(fetched), "granularity")


def _rank(prefix: str, namespace: str) -> int | None:
    for rank, (known, name) in enumerate(zip(NAMESPACES, PREFIXES, strict=True)):
        if namespace.startswith(known) or (not namespace and prefix.startswith(name)):
            return rank
    return None


def _inner(body: bytes, name: str) -> str:
    found = re.search(rb"<(?:[\w.-]+:)?" + name.encode() + rb"\b[^>]*>([^<]*)<", body)
    return _text(found[1]) if found else ""


def _text(words: bytes) -> str:
    return html.unescape(words.decode("utf-8", "replace")).strip()


# --- records ----------------------------------------------------------------------------------------------------------


def _records(records: Iterator[XmlRecord], portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    for position, found in enumerate(records):
        notes = Notes()
        header = _HEADER.first(found.element) if found.element is not None else None
        key = short_key(said(_IDENTIFIER.first(header))) if header is not None else ""
        if header is not None and header.get("status") == DELETED:
            continue
        try:
            yield from _record(found, key, notes, portal, fetched)
        except Exception as error:  # noqa: BLE001 - the edge of one record: whatever breaks on it costs it alone
            notes.add("record-not-parseable", f"[{position}]", f"{type(error).__name__}: {error}")
            yield ParsedRecord(key, None, (*(_of(one, key) for one in found.findings), *notes.found(key)))


def _record(found: XmlRecord, key: str, notes: Notes, portal: Portal, fetched: Fetched) -> Iterator[ParsedRecord]:
    element = found.element
    inner = next(iter(_METADATA.all(element)), None) if element is not None else None
    if inner is None or not key:
        raise ValueError("no metadata can be read" if key else "no identifier in the header")
    stamp = said(_DATESTAMP.first(_HEADER.first(element)))
    repaired = tuple(_of(one, key) for one in found.findings)
    if etree.QName(inner).localname == "RDF":
        yield from _from_dcat(inner, key, stamp, repaired, portal, fetched)
        return
    read = _read(inner, key, notes)
    record = Record(
        id=record_id(portal.id, key),
        portal=portal.id,
        source_key=key,
        dataset=read.dataset,
        page=read.page or next(filter(is_http, read.dataset.landing_pages), ""),
        modified=stamp or read.modified,
        origin=_origin(element, read, portal, fetched),
    )
    yield ParsedRecord(key, record, (*repaired, *notes.found(key)))


def _of(found: Finding, key: str) -> Finding:
    return Finding(found.rule, key, found.place, found.value)


def _read(inner: Element, key: str, notes: Notes) -> IsoRecord:
    if etree.QName(inner).localname in ISO:
        return read_iso(inner, notes)
    read = read_dublin_core(inner, notes)
    return replace(read, dataset=_as_resource(read.dataset, read.modified, key))


def _as_resource(dataset: Dataset, date: str, key: str) -> Dataset:
    """Dublin Core of OAI-PMH describes the resource: its identifiers are the resource's, and so is its only date. An
    address among them is where it is shown."""
    names = tuple(dict.fromkeys(name for name in (*dataset.other_identifiers, *dataset.identifiers) if name != key))
    return replace(
        dataset,
        identifiers=names,
        other_identifiers=(),
        issued=dataset.issued or (date if date != dataset.modified else ""),
        landing_pages=dataset.landing_pages or tuple(filter(is_http, names))[:1],
    )


def _origin(element: Element, read: IsoRecord, portal: Portal, fetched: Fetched) -> Origin | None:
    """``provenance`` names the repository that a copy was taken from (the outermost: the nearest); else the host of
    the record's own page, where ISO 19115-3 tells it."""
    for source in _ORIGIN.all(element):
        base, name = said(_BASE.first(source)), said(_IDENTIFIER.first(source))
        if host_of(base):
            return Origin(domain=host_of(base), remote_id=name)
    host = host_of(read.page)
    if host and host not in own_hosts(portal, fetched.url):
        return Origin(domain=host, remote_id=read.key, remote_url=read.page)
    return None


def _from_dcat(
    inner: Any, key: str, stamp: str, repaired: tuple[Finding, ...], portal: Portal, fetched: Fetched
) -> Iterator[ParsedRecord]:
    """An ``rdf:RDF`` for each record: its dataset under the key of the header, any further one under its own."""
    headers = {"content-type": "application/rdf+xml; charset=utf-8"}
    page = dcat.parse(Fetched(url=fetched.url, body=etree.tostring(inner, encoding="utf-8"), headers=headers), portal)
    first = True
    for found in page.records:
        if first and found.record is not None:
            first = False
            told = (one for one in (*page.findings, *found.findings) if one.rule != "identifier-missing")
            record = replace(found.record, id=record_id(portal.id, key), source_key=key, modified=stamp)
            yield ParsedRecord(key, record, (*repaired, *(_of(one, key) for one in told)))
        else:
            yield found
    if first:
        lost = finding("record-not-parseable", key, "metadata", "no dcat:Dataset")
        yield ParsedRecord(key, None, (*repaired, *(_of(one, key) for one in page.findings), lost))
