"""Sitemaps (sitemaps.org): an index of them, a list of pages, the same as plain text; robots.txt, which names them."""

import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]
from msgspec import Struct

from harvester.parsers.page import Fetched, UnreadablePage
from harvester.parsers.xml_page import OPTIONS, cleaned_xml

INDEX, PAGES = "sitemapindex", "urlset"
ENTRIES = {INDEX: "{*}sitemap", PAGES: "{*}url"}
ROBOTS = "/robots.txt"
MOST = 500_000
"""Entries of one sitemap that are read: ten times what the standard allows."""

_NAMED = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
_LINE = re.compile(r"^\s*(https?://\S+)\s*$", re.MULTILINE)
_BARE = re.compile(rb"&(?!(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]+);)")
_ROOT = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:[\w.-]+:)?(sitemapindex|urlset)\b", re.DOTALL)


class Entry(Struct, frozen=True):
    """An address, and when what is there changed: ISO 8601, ``""`` where the sitemap does not tell."""

    address: str
    modified: str = ""


class Sitemap(Struct, frozen=True):
    """``index``: its entries are sitemaps, not pages. ``entries`` is lazy and read once; a fault ends it. ``whole``:
    its root element is closed."""

    index: bool
    entries: Iterator[Entry]
    whole: bool = True


def read_sitemap(fetched: Fetched) -> Sitemap | None:
    """None where the answer is something else: a page, most of the time."""
    path = urlsplit(fetched.url).path.lower()
    if path.endswith(".txt"):
        found = (_NAMED if path.endswith(ROBOTS) else _LINE).findall(fetched.body.decode("utf-8", "replace"))
        return Sitemap(path.endswith(ROBOTS), (Entry(address) for address in found[:MOST])) if found else None
    try:
        data = cleaned_xml(fetched)
    except UnreadablePage:
        return None
    root = _ROOT.match(data)
    if root is None:
        return None
    kind = root[1].decode()
    whole = data[-200:].rstrip().endswith((kind.encode() + b">", b"/>"))
    return Sitemap(kind == INDEX, _entries(_BARE.sub(b"&amp;", data), ENTRIES[kind]), whole)


def is_listing(fetched: Fetched) -> bool:
    """Whether the answer lists addresses: a sitemap, or robots.txt, also one that names none."""
    return urlsplit(fetched.url).path.lower().endswith(ROBOTS) or read_sitemap(fetched) is not None


def _entries(data: bytes, tag: str) -> Iterator[Entry]:
    """While the document is parsed; each element is forgotten once it was read."""
    count = 0
    try:
        for _, element in etree.iterparse(BytesIO(data), events=("end",), tag=tag, recover=True, **OPTIONS):
            address, modified = _child(element, "loc"), _child(element, "lastmod")
            element.clear()
            while (before := element.getprevious()) is not None:
                before.getparent().remove(before)
            if address and count < MOST:
                count += 1
                yield Entry(address, modified)
    except etree.XMLSyntaxError:
        return


def _child(element: etree._Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return (found.text or "").strip() if found is not None else ""
