"""Bytes of an XML answer → its records, one element at a time; what is broken costs the record that it stands in."""

import html
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct

from dcat.findings import Finding, finding
from dcat.rdf import clean, lengths, nesting
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.syntax import Syntax
from harvester.parsers.page import Fetched, UnreadablePage

Element = Any

MAX_BYTES = 1 << 29
# A document that holds one of these instead of records says why it refuses.
REFUSALS = ("ExceptionReport", "ServiceExceptionReport")

_DOCTYPE = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_HTML = re.compile(rb"\s*(?:<!DOCTYPE\s+html|<html\b)", re.IGNORECASE)
_CONTROL_REFERENCE = re.compile(rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));")
_START = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_PREFIX = re.compile(rb"<([A-Za-z_][\w.-]*):")
_REFERENCE = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(?:(#x?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);)?", re.DOTALL)
_XML_NAMES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
_NAMESPACE = re.compile(rb"""\sxmlns:([\w.-]+)\s*=\s*("[^"<]*"|'[^'<]*')""")

OPTIONS: Mapping[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "remove_blank_text": True,
    "collect_ids": False,
}
"""No network, no DTD, no entity, bounded depth and text, no blanks between elements, no table of ``xml:id``."""


class XmlRecord(Struct, frozen=True):
    """The element of a record; None where nothing can be read of it. ``findings``: what was repaired."""

    element: Element | None
    findings: tuple[Finding, ...] = ()


class XmlPage(Struct, frozen=True):
    """``header``: the attributes of the element named, where the document has it. ``records`` is lazy and read once."""

    root: str
    header: Mapping[str, str]
    records: Iterator[XmlRecord]
    findings: tuple[Finding, ...] = ()


class _Fault(Exception):
    """A prefix without a namespace, which the parser notes and goes on."""


def read_xml(fetched: Fetched, header: str, records: frozenset[str]) -> XmlPage:
    """A page whose records are elements of these local names, wherever they stand but not inside each other.

    Raises ``UnreadablePage`` on HTML, on a DOCTYPE, on a refusal, on what is no XML at all.
    """
    data, findings = _cleaned(fetched)
    start = _start(data)
    if start in REFUSALS:
        raise UnreadablePage(*findings, finding("page-not-parseable", place=fetched.url, value=_refusal(data)))
    attributes = _attributes(data, header)
    return XmlPage(start, attributes, _records(data, records, fetched.url), tuple(findings))


def cleaned_xml(fetched: Fetched) -> bytes:
    """The bytes that ``read_xml`` reads: UTF-8 without control characters. Raises ``UnreadablePage`` as it does."""
    return _cleaned(fetched)[0]


def _cleaned(fetched: Fetched) -> tuple[bytes, list[Finding]]:
    try:
        data, findings = clean.decompress(fetched.body)
        data, more = clean.to_utf8(data, fetched.headers.get("content-type", ""))
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error
    findings += more
    data, more = clean.without_controls(data)
    findings += more
    data = data.strip()
    if len(data) > MAX_BYTES:
        raise UnreadablePage(finding("page-not-parseable", place=fetched.url, value=f"over {MAX_BYTES} bytes"))
    if not data.startswith(b"<") or _HTML.match(data):
        what = "an HTML page" if data.startswith(b"<") else "no XML" if data else "an empty body"
        raise UnreadablePage(*findings, finding("page-not-parseable", place=fetched.url, value=what))
    if _DOCTYPE.search(data[: _root_at(data)]):
        raise UnreadablePage(*findings, finding("page-doctype-refused", place=fetched.url, value="<!DOCTYPE"))
    return data, findings


def _root_at(data: bytes) -> int:
    found = clean.xml_root(data)
    return found.start() if found else len(data)


def _start(data: bytes) -> str:
    """The local name of the root element."""
    found = _START.match(data, _root_at(data))
    return found[2].decode() if found else ""


def _refusal(data: bytes) -> str:
    """The words of an exception report, tags left out."""
    text = re.sub(rb"<[^>]*>", b" ", data[_root_at(data) :][:4000]).decode("utf-8", "replace")
    code = re.search(rb"""\b(?:exceptionCode|code)\s*=\s*["']([^"']*)""", data[:4000])
    return f"{code[1].decode('utf-8', 'replace') if code else ''} {' '.join(text.split())}".strip() or "ExceptionReport"


def _attributes(data: bytes, name: str) -> Mapping[str, str]:
    """Those of the first element of a local name, read from its tag alone: the rest of the page may be broken."""
    tag = re.search(rb"<(?:[\w.-]+:)?" + name.encode() + rb"\b([^>]*)>", data)
    pairs = re.findall(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag[1]) if tag else []
    return {key.decode(): (one or other).decode("utf-8", "replace") for key, one, other in pairs}


def _records(data: bytes, names: frozenset[str], url: str) -> Iterator[XmlRecord]:
    """Whole records of a sound document; from the first fault on, each record by itself. Raises ``UnreadablePage``
    at the end of a document that was cut."""
    read = 0
    try:
        for element in _sound(data, names):
            yield XmlRecord(element)
            read += 1
    except (etree.XMLSyntaxError, _Fault) as error:
        for piece in islice(_pieces(data, names), read, None):
            yield _alone(piece, url)
        root = clean.xml_root(data)
        if root is None or not re.search(rb"</" + re.escape(root[1]) + rb"\s*>\s*$", data[-200:]):
            raise UnreadablePage(finding("page-truncated", place=url, value=error)) from error


def _sound(data: bytes, names: frozenset[str]) -> Iterator[Element]:
    """Records while the document is being parsed; each is forgotten once it was read."""
    tags = [f"{{*}}{name}" for name in names]
    inside: Element | None = None
    parsing = etree.iterparse(BytesIO(data), events=("start", "end"), tag=tags, **OPTIONS)
    for event, element in parsing:
        if event == "start":
            inside = element if inside is None else inside
        elif inside is not None and element is inside:
            if len(parsing.error_log):
                raise _Fault(parsing.error_log[0].message)
            inside = None
            yield element
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)


def _pieces(data: bytes, names: frozenset[str]) -> Iterator[bytes]:
    """The bytes of each record, from its start tag to its end tag, or to the next record where that is missing; in a
    root that declares the namespaces of what stood around it. A last record without an end was cut, and is left out."""
    any_name = b"|".join(name.encode() for name in sorted(names))
    opening = re.compile(rb"<((?:[\w.-]+:)?(?:" + any_name + rb"))(?=[\s>/])")
    declared = b"".join(_declarations(data[: _first(opening, data)]))
    starts = [(found.start(), b"</" + found[1] + b">") for found in opening.finditer(data)]
    for number, (start, closing) in enumerate(starts):
        limit = starts[number + 1][0] if number + 1 < len(starts) else len(data)
        end = data.find(closing, start, limit)
        if end >= 0 or limit < len(data):
            piece = data[start : end + len(closing) if end >= 0 else limit]
            yield b"<records" + declared + b">" + piece + b"</records>"


def _first(opening: re.Pattern[bytes], data: bytes) -> int:
    found = opening.search(data)
    return found.start() if found else 0


def _declarations(head: bytes) -> Iterator[bytes]:
    """Namespace declarations, the innermost of each prefix."""
    for prefix, value in dict(_NAMESPACE.findall(head)).items():
        yield b" xmlns:" + prefix + b"=" + value


def _alone(piece: bytes, url: str) -> XmlRecord:
    """One record by itself: as it is where it is sound, else repaired."""
    parser = etree.XMLParser(**OPTIONS)
    try:
        root = etree.fromstring(piece, parser)
    except etree.XMLSyntaxError:
        return _repaired(piece, url)
    return _repaired(piece, url) if len(parser.error_log) else XmlRecord(root[0])


def _repaired(piece: bytes, url: str) -> XmlRecord:
    piece, controls = _CONTROL_REFERENCE.subn(b"", piece)
    findings = [finding("page-control-character", place=url, value=f"{controls} ×")] if controls else []
    names: dict[str, None] = {}
    piece = _REFERENCE.sub(lambda match: _character(match, names), piece)
    if names:
        findings.append(finding("page-entity-undefined", place=url, value=" ".join(names)))
    if undeclared := _undeclared(piece):
        piece = piece.replace(b"<records", b"<records" + b"".join(_unknown(prefix) for prefix in undeclared), 1)
        shown = " ".join(f"{prefix.decode()}:" for prefix in undeclared)
        findings.append(finding("page-prefix-undeclared", place=url, value=shown))
    for step in (nesting.flat_xml, _shortened):
        piece, more = step(piece)
        findings += more
    parser = etree.XMLParser(recover=True, **OPTIONS)
    try:
        root = etree.fromstring(piece, parser)
    except etree.XMLSyntaxError as error:
        return XmlRecord(None, (*findings, finding("page-syntax-repaired", place=url, value=error)))
    errors = [error.message for error in parser.error_log]
    if errors:
        findings.append(finding("page-syntax-repaired", place=url, value=errors[0]))
    return XmlRecord(root[0] if root is not None and len(root) else None, tuple(findings))


def _shortened(piece: bytes) -> tuple[bytes, list[Finding]]:
    """Texts of megabytes are cut: libxml2 gives up what comes after them."""
    return lengths.shorten(piece, Syntax.XML)


def _undeclared(piece: bytes) -> list[bytes]:
    """The prefixes of elements that nothing declares."""
    known = {prefix for prefix, _ in _NAMESPACE.findall(piece)} | {b"xml"}
    return [prefix for prefix in dict.fromkeys(_PREFIX.findall(piece)) if prefix not in known]


def _unknown(prefix: bytes) -> bytes:
    """A namespace that stands for none: records are read by local names."""
    return b' xmlns:%b="urn:undeclared-prefix:%b"' % (prefix, prefix)


def _character(match: re.Match[bytes], names: dict[str, None]) -> bytes:
    """The character of an entity that HTML knows and XML does not; what is no entity at all stays as it is written.
    libxml2 would leave out the words after it."""
    whole, name = match[0], match[1] or b""
    if not whole.startswith(b"&") or name in _XML_NAMES or name.startswith(b"#"):
        return whole
    names[whole.decode()] = None
    known = html.unescape(whole.decode()) if name else "&"
    return known.encode() if not known.startswith(("&", "<")) else escape(known).encode()
