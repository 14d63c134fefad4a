"""What a front page tells of its portal: its title, the marks of its software, the feeds that it announces."""

import re
from urllib.parse import urljoin

from lxml import etree, html  # type: ignore[import-untyped]
from msgspec import Struct

from harvester.parsers.page import Fetched

FEEDS = ("application/rdf+xml", "text/turtle", "text/n3", "application/ld+json", "application/n-triples")
_ADDRESS = re.compile(r"catalog\.(?:ttl|rdf|xml|jsonld)|service=csw|/ows/s/|/csw(?:\?|$)|data\.json$", re.IGNORECASE)
_EMPTY = re.compile(
    r"^(?:accueil|home|bienvenue(?: sur)?|welcome(?: to)?)\b[\s:|–—-]*|[\s:|–—-]+(?:accueil|home|page d'accueil)$",
    re.IGNORECASE,
)
_TITLES = (
    "//meta[@property='og:site_name']/@content",
    "//meta[@name='application-name']/@content",
    "//title/text()",
    "//meta[@property='og:title']/@content",
)
LONGEST_TITLE = 120


class Front(Struct, frozen=True):
    """``text`` is the page as it came; ``feeds`` are absolute addresses. Of what is no HTML page nothing."""

    text: str = ""
    title: str = ""
    feeds: tuple[str, ...] = ()


def read_front(answer: Fetched) -> Front:
    """Never raises."""
    text = answer.body.decode("utf-8", "replace")
    if not re.search(r"<(?:html|head|title|body)\b", text[:20_000], re.IGNORECASE):
        return Front()
    try:
        root = html.document_fromstring(answer.body, parser=html.HTMLParser(encoding=_charset(answer), huge_tree=False))
    except (etree.ParserError, LookupError, ValueError):
        return Front(text)
    titles = (plain_title(str(found)) for path in _TITLES for found in root.xpath(path))
    return Front(text, next(filter(None, titles), ""), tuple(dict.fromkeys(_feeds(root, answer.url))))


def _charset(answer: Fetched) -> str:
    named = re.search(r"charset=\"?([\w.-]+)", answer.headers.get("content-type", ""), re.IGNORECASE)
    return named[1] if named else "utf-8"


def plain_title(text: str) -> str:
    """``Accueil - Rennes Métropole en accès libre`` without the words that every front page has."""
    words = " ".join(text.split())
    return _EMPTY.sub("", _EMPTY.sub("", words)).strip()[:LONGEST_TITLE]


def _feeds(root: html.HtmlElement, url: str) -> list[str]:
    announced = [str(link.get("href", "")) for link in root.iter("link") if str(link.get("type", "")).lower() in FEEDS]
    linked = [str(link.get("href", "")) for link in root.iter("a") if _ADDRESS.search(str(link.get("href", "")))]
    return [address for href in (*announced, *linked) if (address := _absolute(url, href))]


def _absolute(url: str, href: str) -> str:
    try:
        address = urljoin(url, href.strip())
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) and href.strip() else ""
