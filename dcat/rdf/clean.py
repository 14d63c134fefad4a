"""Bytes as servers send them → the UTF-8 that an RDF parser accepts, with a finding for every repair.

Nothing here depends on the syntax more than it must, and a document without fault is passed through uncopied.
"""

import codecs
import re
import zlib
from collections.abc import Iterator
from mmap import mmap

from dcat.findings import Finding, finding
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.syntax import Syntax

# A page larger than this once decompressed is refused: decompression bombs.
MAX_BYTES = 1 << 30

_CHUNK = 1 << 20
_CONTROLS = bytes(range(9)) + b"\x0b\x0c" + bytes(range(14, 32))
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_XML_ENCODING = re.compile(rb"""(<\?xml[^>]*?\sencoding\s*=\s*["'])([A-Za-z0-9._-]+)""")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
# A byte that is no UTF-8 is read as Windows-1252, the superset of ISO-8859-1 that French servers really send.
AS_WINDOWS = {0xDC00 + byte: bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0x100)}

_PROLOG = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_DOCTYPE = re.compile(rb"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
"""Escapes of JSON: a character in two halves, half of one (group 1), any other."""
_ENTITY = re.compile(rb"<!\[CDATA\[.*?\]\]>|<!--.*?-->|(<!ENTITY\b)", re.DOTALL)


def decompress(data: bytes) -> tuple[bytes, list[Finding]]:
    """gzip bytes that came without a header saying so; what a truncated one holds is kept."""
    if data[:2] != b"\x1f\x8b":
        return data, []
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, MAX_BYTES)
    except zlib.error as error:
        raise UnreadableRdf(finding("page-not-parseable", value=f"gzip: {error}")) from error
    if stream.unconsumed_tail:
        raise UnreadableRdf(finding("page-not-parseable", value=f"gzip: over {MAX_BYTES} bytes"))
    return plain, [] if stream.eof else [finding("page-truncated", value="gzip")]


def to_utf8(data: bytes, content_type: str) -> tuple[bytes, list[Finding]]:
    """UTF-8 without byte order mark, whatever the prolog, the bytes and the header say, in this order of trust: bytes
    that are UTF-8, then the prolog, then the header, then Windows-1252."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            if encoding == "utf-8":
                return _checked_utf8(data[len(mark) :], "", [finding("page-bom-removed")])
            return set_prolog(data.decode(encoding, "replace").encode()), []
    return _checked_utf8(data, declared_charset(data, content_type), [])


def _checked_utf8(data: bytes, charset: str, findings: list[Finding]) -> tuple[bytes, list[Finding]]:
    lying = charset not in ("", "utf-8", "ascii")
    if _is_utf8(data):
        if not lying:
            return data, findings
        wrong = not data.isascii()
        return set_prolog(data), [*findings, *([finding("page-charset-repaired", value=charset)] if wrong else [])]
    if lying:
        return set_prolog(data.decode(charset, "replace").encode()), findings
    text = data.decode("utf-8", "surrogateescape").translate(AS_WINDOWS)
    return text.encode(), [*findings, finding("page-charset-repaired", value=charset or "windows-1252")]


def declared_charset(data: bytes, content_type: str) -> str:
    """The canonical name of the charset in the XML prolog, else in the header; ``""`` where none or unknown."""
    prolog = _XML_ENCODING.match(data[:200].lstrip())
    header = _CHARSET.search(content_type)
    name = prolog.group(2).decode("ascii") if prolog else header.group(1) if header else ""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def set_prolog(data: bytes) -> bytes:
    """The prolog of what is UTF-8 now must say so."""
    return _XML_ENCODING.sub(rb"\1UTF-8", data[:200]) + data[200:]


def _is_utf8(data: bytes) -> bool:
    """Checked a piece at a time, so that a large document is not held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(data):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _chunks(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield data[start : start + _CHUNK]


def without_controls(data: bytes) -> tuple[bytes, list[Finding]]:
    """The document without the control characters that no RDF syntax can carry to all the others."""
    if all(len(bare(chunk)) == len(chunk) for chunk in _chunks(data)):
        return data, []
    cleaned = bare(data)
    return cleaned, [finding("page-control-character", value=f"{len(data) - len(cleaned)} ×")]


def bare(data: bytes) -> bytes:
    """Without control characters."""
    return data.translate(None, _CONTROLS)


def whole(data: bytes) -> tuple[bytes, int]:
    """JSON without halves of characters (``\\ud83d`` alone, where a text was cut), for which the parser would leave all
    that follows; and how many there were."""
    if not _HALF.search(data):
        return data, 0
    lone = sum(1 for escape in _ESCAPES.finditer(data) if escape[1])
    return (_ESCAPES.sub(lambda escape: b"" if escape[1] else escape[0], data) if lone else data), lone


def without_doctype(data: bytes) -> tuple[bytes, list[Finding]]:
    """XML without its DOCTYPE; one that declares entities is refused, wherever it stands: the parser would expand
    it."""
    if b"<!ENTITY" in data:
        refuse_entities(data)
    start = _prolog_end(data)
    doctype = _DOCTYPE.match(data, start)
    return (data[:start] + data[doctype.end() :] if doctype else data), []


def refuse_entities(data: bytes | mmap) -> None:
    """Raises ``UnreadableRdf`` where one is declared outside texts and comments."""
    if any(found[1] for found in _ENTITY.finditer(data)):
        raise UnreadableRdf(finding("page-doctype-refused", value="<!ENTITY"))


def _prolog_end(data: bytes) -> int:
    prolog = _PROLOG.match(data)
    return prolog.end() if prolog else 0


def xml_root(data: bytes) -> re.Match[bytes] | None:
    """The start of the root element's tag, its name as group 1."""
    return _ROOT.search(data, _prolog_end(data))


def clean(data: bytes, syntax: Syntax) -> tuple[bytes, list[Finding]]:
    """Control characters, for XML the DOCTYPE and for JSON halves of characters; ``data`` is UTF-8 already."""
    data, findings = without_controls(data)
    if syntax is Syntax.XML:
        data, more = without_doctype(data)
        findings += more
    if syntax is Syntax.JSON:
        data, lone = whole(data)
        findings += [half_characters(lone)] if lone else []
    return data, findings


def half_characters(number: int) -> Finding:
    """Of so many that were removed."""
    return finding("page-control-character", value=f"{number} × \\ud800–\\udfff")
