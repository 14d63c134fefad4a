"""schema.org in pages: the ``Dataset`` of a page's JSON-LD, wherever it stands in it (protocols.md §j).

The terms are read by their names, in whatever context; nothing is fetched. A page that lists addresses (a sitemap) has
no records; a page without a dataset is no fault, and is counted.
"""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Raw
from msgspec.json import encode

from dcat.findings import Finding, finding
from dcat.portal import Portal
from dcat.rdf import clean, lengths
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.syntax import Syntax
from dcat.rdf.term import clean_language
from harvester.parsers.document import encoded_object, read_document, value_of
from harvester.parsers.linked import types_of
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.parsers.rows import read_rows
from harvester.parsers.schema_org_dataset import LANGUAGE, PAGE, SHAPE
from harvester.parsers.sitemap import is_listing, read_sitemap

DATASET = "Dataset"
MAIN = ("@graph", "mainEntity", "mainEntityOfPage")
"""Where what a page is about stands; elsewhere, a dataset may be only mentioned."""
CONTENT = frozenset(("description", "distribution"))
NAMES = frozenset(("@id", "@type", "@context", "name"))
DEEPEST = 50
DEEPEST_REFERENCE = 4
MOST_REFERENCES = 2_000
LARGEST_TEXT = 10_000_000
"""Bytes: of a larger script, the reader of HTML gives nothing."""

_LD_JSON = re.compile(r"\s*application/ld\+json\b", re.IGNORECASE)
_COMMENT = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)+|(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)+\s*$"
)

Node = dict[str, Any]


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page, or a document of JSON-LD. Raises ``UnreadablePage`` on an empty body."""
    if is_listing(fetched):
        listed = read_sitemap(fetched)
        cut = (finding("page-truncated", place=fetched.url, value="sitemap"),)
        return ParsedPage(records=(), findings=() if listed is None or listed.whole else cut)
    data, findings = _cleaned(fetched)
    language, scripts = ("", [data.decode("utf-8", "replace")]) if data[:1] in b"{[" else _scripts(data)
    values, lost = _values(scripts, fetched, findings)
    try:
        nodes = [_with_page(node, fetched.url, language) for node in datasets_in(values)]
    except RecursionError as error:
        raise UnreadablePage(*findings, finding("page-not-parseable", place=fetched.url, value=error)) from error
    if not nodes and not lost:
        findings.append(finding("page-without-dataset", place=fetched.url))
    rows = (Raw(encode(node)) for node in nodes)
    return ParsedPage(records=_records(rows, lost, portal), findings=tuple(findings))


def _cleaned(fetched: Fetched) -> tuple[bytes, list[Finding]]:
    try:
        data, findings = clean.decompress(fetched.body)
        data, more = clean.to_utf8(data, fetched.headers.get("content-type", ""))
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error
    data, controls = clean.without_controls(data)
    if len(data) > LARGEST_TEXT:
        data, cut = lengths.shorten(data, Syntax.JSON)
        controls += cut
    data = data.strip()
    if not data:
        raise UnreadablePage(finding("page-not-parseable", place=fetched.url, value="an empty body"))
    return data, findings + more + controls


def _scripts(data: bytes) -> tuple[str, list[str]]:
    """The language of an HTML page, and its scripts of JSON-LD; of what is no HTML, none."""
    parser = etree.HTMLParser(encoding="utf-8", recover=True, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, etree.ParserError):
        return "", []
    if root is None:
        return "", []
    scripts = [one.text or "" for one in root.iter("script") if _LD_JSON.match(one.get("type") or "")]
    language = root.get("lang") or ""
    return clean_language(language)[0] if language else "", scripts


def _values(scripts: list[str], fetched: Fetched, findings: list[Finding]) -> tuple[list[Any], list[Finding]]:
    """The decoded scripts, and why a script that holds a dataset could not be; what was mended goes to ``findings``."""
    values: list[Any] = []
    lost: list[Finding] = []
    for script in scripts:
        text = _COMMENT.sub("", script)
        if not text.strip():
            continue
        try:
            value, mended = _decoded(text, fetched.url)
        except UnreadablePage as error:
            why = error.findings[-1]
            if DATASET in text:
                lost.append(finding("record-not-parseable", place=fetched.url, value=why.value))
            else:
                findings.append(finding("page-statement-skipped", place=fetched.url, value=why.value))
        else:
            values.append(value)
            findings += mended
    return values, lost


def _decoded(text: str, url: str) -> tuple[Any, tuple[Finding, ...]]:
    """As it is, else without the escapes of HTML. Raises ``UnreadablePage``."""
    try:
        return _read(text, url)
    except UnreadablePage:
        plain = html.unescape(text)
        if plain == text:
            raise
        value, mended = _read(plain, url)
        return value, (*mended, finding("page-syntax-repaired", place=url, value="HTML escapes"))


def _read(text: str, url: str) -> tuple[Any, tuple[Finding, ...]]:
    document = read_document(Fetched(url=url, body=text.encode("utf-8", "replace")))
    try:
        if document.items is not None:
            return [value_of(item) for item in document.items], document.findings
        return value_of(encoded_object(document.members or {})), document.findings
    except RecursionError as error:
        raise UnreadablePage(finding("page-not-parseable", place=url, value=error)) from error


def _records(rows: Iterator[Raw], lost: list[Finding], portal: Portal) -> Iterator[ParsedRecord]:
    """A script that could not be read may hold a record that is known: it has no key, so that nothing is deleted."""
    yield from read_rows(rows, portal, SHAPE)
    for why in lost:
        yield ParsedRecord("", None, (why,))


# --- which nodes are datasets -----------------------------------------------------------------------------------------


def datasets_in(values: list[Any]) -> Iterator[Node]:
    """The datasets that a page is about, in the order of the document, what they point to put in its place.

    A dataset inside another is a part of it. One that stands in something else (an article, a list) counts where it has
    a description or a distribution, and is a mention otherwise; so is one that has a name alone, wherever it stands.
    """
    known = {
        node["@id"]: node for node in _nodes(values, DEEPEST) if isinstance(node.get("@id"), str) and len(node) > 1
    }
    references = _References(known)
    for node in _datasets(values, DEEPEST, main=True):
        yield references.followed(node, DEEPEST_REFERENCE)


def _datasets(value: Any, left: int, *, main: bool) -> Iterator[Node]:
    if not left:
        return
    if isinstance(value, list):
        for item in value:
            yield from _datasets(item, left - 1, main=main)
    elif isinstance(value, dict):
        if DATASET in types_of(value):
            if _is_described(value, main=main):
                yield value
            return
        for name, member in value.items():
            yield from _datasets(member, left - 1, main=main and name in MAIN)


def _is_described(node: Node, *, main: bool) -> bool:
    names = {
        name.rpartition(":")[2].rpartition("/")[2] for name, value in node.items() if value not in (None, "", [], {})
    }
    return bool(names - NAMES) if main else bool(names & CONTENT)


def _nodes(value: Any, left: int) -> Iterator[Node]:
    if not left:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, left - 1)
    elif isinstance(value, dict):
        yield value
        for member in value.values():
            yield from _nodes(member, left - 1)


class _References:
    """What ``{"@id": …}`` points to, where the page describes it; so many times a page that none can explode."""

    def __init__(self, known: Mapping[str, Node]) -> None:
        self._known = known
        self._left = MOST_REFERENCES

    def followed(self, value: Any, depth: int) -> Any:
        """The value with what it points to in its place."""
        if isinstance(value, list):
            return [self.followed(item, depth) for item in value]
        if not isinstance(value, dict):
            return value
        target = self._known.get(value["@id"]) if value.keys() == {"@id"} and isinstance(value["@id"], str) else None
        if target is not None and depth and self._left:
            self._left -= 1
            return self.followed(target, depth - 1)
        return {name: self.followed(member, depth) for name, member in value.items()}


def _with_page(node: Node, url: str, language: str) -> Node:
    return {**node, PAGE: url, LANGUAGE: language}
