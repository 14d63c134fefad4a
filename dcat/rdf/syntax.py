"""Which RDF syntax a document is in: by what the address and the headers say, unless the bytes say otherwise."""

import re
from enum import Enum
from urllib.parse import urlsplit

from pyoxigraph import RdfFormat


class Syntax(Enum):
    """The four syntaxes of DCAT feeds."""

    TURTLE = "ttl"
    XML = "rdf"
    JSON = "jsonld"
    NTRIPLES = "nt"

    @property
    def oxigraph(self) -> RdfFormat:
        """The parser's name for it."""
        return _OXIGRAPH[self]


_OXIGRAPH = {
    Syntax.TURTLE: RdfFormat.TURTLE,
    Syntax.XML: RdfFormat.RDF_XML,
    Syntax.JSON: RdfFormat.JSON_LD,
    Syntax.NTRIPLES: RdfFormat.N_TRIPLES,
}
_EXTENSIONS = {
    "ttl": Syntax.TURTLE,
    "turtle": Syntax.TURTLE,
    "n3": Syntax.TURTLE,
    "rdf": Syntax.XML,
    "xml": Syntax.XML,
    "owl": Syntax.XML,
    "jsonld": Syntax.JSON,
    "json": Syntax.JSON,
    "nt": Syntax.NTRIPLES,
}
_MEDIA_TYPES = {
    "text/turtle": Syntax.TURTLE,
    "application/x-turtle": Syntax.TURTLE,
    "text/n3": Syntax.TURTLE,
    "text/rdf+n3": Syntax.TURTLE,
    "application/rdf+xml": Syntax.XML,
    "application/xml": Syntax.XML,
    "text/xml": Syntax.XML,
    "application/ld+json": Syntax.JSON,
    "application/json": Syntax.JSON,
    "application/n-triples": Syntax.NTRIPLES,
}
_HTML = re.compile(rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*(?:<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL)
_TRIPLE = re.compile(rb"(?:\s|#[^\n]*\n)*(?:<[^>\n]*>|_:\S+)[ \t]+<[^>\n]*>[ \t]")
_XML_START = re.compile(rb"<(?:\?xml|!--|!DOCTYPE|[A-Za-z_][\w.-]*(?::\w|[\s/>]))", re.IGNORECASE)
_DIRECTIVE = re.compile(rb"@(?:prefix|base)\s|(?:prefix\s+\S*:\s*<|base\s+<)", re.IGNORECASE)


def is_html(data: bytes) -> bool:
    """An error or login page in place of the feed."""
    return _HTML.match(data[:2000]) is not None


def detect(data: bytes, url: str, content_type: str) -> Syntax:
    """The extension of the address, else the media type, else the first bytes; the bytes win where they exclude the
    rest."""
    seen = sniff(data)
    declared = _declared(url, content_type)
    if declared is None or (seen is not None and not _may_be(declared, seen)):
        return seen or Syntax.TURTLE
    return declared


def sniff(data: bytes) -> Syntax | None:
    """What the first bytes show, None where they show nothing certain."""
    start = data[:4000].lstrip()
    if start[:1] in (b"{", b"["):
        return None if start[:1] == b"[" and b'"' not in start else Syntax.JSON
    if _TRIPLE.match(start):
        return Syntax.TURTLE if _DIRECTIVE.search(start) else Syntax.NTRIPLES
    if _XML_START.match(start):
        return Syntax.XML
    return Syntax.TURTLE if _DIRECTIVE.search(start) else None


def _declared(url: str, content_type: str) -> Syntax | None:
    extension = urlsplit(url).path.rpartition("/")[2].lower().removesuffix(".gz").rpartition(".")[2]
    media_type = content_type.partition(";")[0].strip().lower()
    return _EXTENSIONS.get(extension) or _MEDIA_TYPES.get(media_type)


def _may_be(declared: Syntax, seen: Syntax) -> bool:
    """Every N-Triples document is Turtle too, and a Turtle document may look like N-Triples at its start."""
    text = (Syntax.TURTLE, Syntax.NTRIPLES)
    return declared is seen or (declared is Syntax.TURTLE and seen in text)
