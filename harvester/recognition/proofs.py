"""What proves that an answer is of a protocol: read by the parsers of harvests, so that what is recognised can be read.

A proof gets the answer, may ask once or twice more, and gives its evidence or None; it never raises.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import msgspec
from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct

from dcat.portal import Level, Portal, Protocol
from harvester.parsers import PARSERS, csw
from harvester.parsers.document import items_of, read_document, value_of
from harvester.parsers.page import Fetched, ParsedRecord, UnreadablePage
from harvester.parsers.xml_page import OPTIONS
from harvester.recognition.visits import MAX_BYTES

NOBODY = Portal("unknown", "", Level.NATIONAL, ("national",), "https://unknown.invalid")
MOST_READ = 100_000
"""Records counted in a document without a total."""

PAGES_TRIED = 2
DATASET_PAGE = re.compile(r"dataset|jeu|donnee|record|fiche|metadata|catalog", re.IGNORECASE)
_LOCATION = re.compile(r"<loc>\s*([^<\s]+)\s*</loc>", re.IGNORECASE)
_STRUCTURED = re.compile(
    r"""<script[^>]+application/ld\+json[^>]*>(?:(?!</script>).)*"@type"\s*:\s*\[?\s*"(?:https?://schema\.org/)?Dataset\"""",
    re.IGNORECASE | re.DOTALL,
)


class Evidence(Struct, frozen=True):
    """``datasets``: how many there are, where the answer tells. ``endpoint``: where it is not the probe's.
    ``title``: what the interface calls itself."""

    datasets: int | None = None
    endpoint: str = ""
    title: str = ""


Ask = Callable[[str], Fetched | None]
"""One more question; None where nothing came."""

Proof = Callable[[Fetched, Protocol, Ask], Evidence | None]


def page(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """A first page of a protocol: a total of zero, or a record that has a title."""
    try:
        parsed = PARSERS[protocol](answer, NOBODY)
        read = any(record.record and record.record.dataset.title for record in parsed.records)
    except UnreadablePage:
        return None
    return Evidence(parsed.declared) if read or parsed.declared == 0 else None


def dcat(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """RDF with a dataset in it, whatever the server calls it."""
    try:
        parsed = PARSERS[Protocol.DCAT](answer, NOBODY)
    except UnreadablePage:
        return None
    read = _count(parsed.records)
    return Evidence(parsed.declared or _all(answer, read)) if read else None


def _count(records: Iterable[ParsedRecord]) -> int:
    """A document that was cut raises at its end, after what came."""
    read = 0
    try:
        for record in islice(records, MOST_READ):
            read += record.record is not None
    except UnreadablePage:
        return read
    return read


def _all(answer: Fetched, read: int) -> int | None:
    """What was read is the whole, unless the answer was larger than we wait for."""
    return read if len(answer.body) < MAX_BYTES else None


def data_json(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """``{"dataset": [{"accessLevel": …}]}``, or the bare list."""
    try:
        document = read_document(answer)
        rows = document.items if document.items is not None else items_of((document.members or {}).get("dataset"))
        first = value_of(rows[0]) if rows else None
    except (UnreadablePage, msgspec.DecodeError):
        return None
    known = isinstance(first, dict) and {"title", "identifier"} <= first.keys()
    return Evidence(len(rows or ())) if known else None


def collections(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:
    """A list of collections of which one holds records: the first page of its items proves it."""
    try:
        listed = value_of((read_document(answer).members or {}).get("collections"))
    except UnreadablePage:
        return None
    found = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    for one in found:
        if one.get("itemType") == "record" and isinstance(one.get("id"), str):
            endpoint = f"{_plain(answer.url)}/{quote(one['id'], safe=':')}/items"
            items = ask(f"{endpoint}?f=json&limit=1")
            evidence = page(items, protocol, ask) if items else None
            return Evidence(evidence.datasets, endpoint, str(one.get("title") or "")) if evidence else None
    return None


def capabilities(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """A CSW, by its capabilities; it is then asked how many records it has."""
    root = _xml(answer, "Capabilities")
    if root is None or "/cat/csw/" not in str(root.tag):
        return None
    endpoint = _plain(answer.url)
    query = "service=CSW&version=2.0.2&request=GetRecords&resultType=hits&typeNames=csw:Record"
    hits = ask(f"{endpoint}?{query}")
    title = next((node.text or "" for node in root.iter("{*}Title")), "")
    return Evidence(_matched(hits) if hits else None, endpoint, title.strip())


def _matched(hits: Fetched) -> int | None:
    try:
        return csw.paging(hits).matched
    except UnreadablePage:
        return None


def identify(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """OAI-PMH says who it is; it has no total to ask for."""
    root = _xml(answer, "OAI-PMH")
    if root is None or root.find("{*}Identify") is None:
        return None
    return Evidence(None, _plain(answer.url), (root.findtext("{*}Identify/{*}repositoryName") or "").strip())


def sitemap(answer: Fetched, protocol: Protocol, ask: Ask) -> Evidence | None:  # noqa: ARG001 - its signature
    """A sitemap that leads to a page with a schema.org Dataset in it."""
    text = answer.body.decode("utf-8", "replace")
    if "<sitemapindex" in text[:2000]:
        part = next(iter(_locations(text, answer.url)), "")
        inner = ask(part) if part else None
        text = inner.body.decode("utf-8", "replace") if inner else ""
    found = _locations(text, answer.url)
    likely = [address for address in found if DATASET_PAGE.search(urlsplit(address).path)]
    for address in (likely or found)[:PAGES_TRIED]:
        shown = ask(address)
        if shown and _STRUCTURED.search(shown.body.decode("utf-8", "replace")):
            return Evidence()
    return None


def _locations(text: str, url: str) -> list[str]:
    """The addresses of a sitemap that are on its own host."""
    here = urlsplit(url).netloc
    found = (urljoin(url, address.replace("&amp;", "&")) for address in _LOCATION.findall(text)[:MOST_READ])
    return [address for address in found if urlsplit(address).netloc == here]


def _xml(answer: Fetched, name: str) -> Any:
    """The root element where it has this local name, else None."""
    try:
        root = etree.fromstring(answer.body, etree.XMLParser(**OPTIONS))
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root if etree.QName(root).localname == name else None


def _plain(url: str) -> str:
    """An interface's address without what was asked of it."""
    return url.partition("?")[0].partition("#")[0]


PROOFS: Mapping[str, Proof] = {
    "page": page,
    "dcat": dcat,
    "data-json": data_json,
    "collections": collections,
    "capabilities": capabilities,
    "identify": identify,
    "sitemap": sitemap,
}
"""By their names in the table."""

DOCUMENTS: tuple[tuple[str, Protocol, str], ...] = (
    ("CSW", Protocol.CSW, "capabilities"),
    ("OAI-PMH", Protocol.OAI_PMH, "identify"),
    ("OGC API – Records", Protocol.OGC_RECORDS, "collections"),
    ("OGC API – Records", Protocol.OGC_RECORDS, "page"),
    ("data.json", Protocol.DATA_JSON, "data-json"),
    ("DCAT", Protocol.DCAT, "dcat"),
)
"""What the very address that was given may be: software, protocol, proof."""
