"""Bytes of a JSON answer → its members, still encoded: a catalogue of any size is decoded one record at a time."""

import json
import math
import re
from typing import Any

import msgspec
from msgspec import Raw, Struct

from dcat.findings import Finding, finding
from dcat.rdf import clean, nesting
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.syntax import Syntax
from harvester.parsers.page import Fetched, UnreadablePage

# A document larger than this once decompressed is refused (the largest French catalogue takes about 400 MB in one
# document).
MAX_BYTES = 1 << 29

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A text, or a comma that nothing follows.
_TRAILING_COMMA = re.compile(r'"(?:[^"\\]|\\.)*"|,(?=\s*[}\]])', re.DOTALL)
_WHITE = b" \t\r\n\x00"


class Document(Struct, frozen=True):
    """A JSON document: an object (``members``) or an array (``items``), every value still encoded."""

    members: dict[str, Raw] | None = None
    items: list[Raw] | None = None
    findings: tuple[Finding, ...] = ()


def read_document(fetched: Fetched) -> Document:
    """The JSON document of an answer, however badly served.

    A byte order mark, a wrong charset, gzip without header, raw control characters, commas that nothing follows, what
    stands after the end, ``NaN`` and numbers beyond measure, broken escapes of characters are repaired, with a finding.
    Raises ``UnreadablePage`` where nothing is left to read: HTML, a cut body, another syntax.
    """
    try:
        data, findings = clean.decompress(fetched.body)
        data, more = clean.to_utf8(data, fetched.headers.get("content-type", ""))
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error
    findings += more
    data = data.strip(_WHITE)
    if len(data) > MAX_BYTES:
        raise UnreadablePage(finding("page-not-parseable", place=fetched.url, value=f"over {MAX_BYTES} bytes"))
    if not data or data.startswith(b"<"):
        what = "an HTML or XML page" if data else "an empty body"
        raise UnreadablePage(*findings, finding("page-not-parseable", place=fetched.url, value=what))
    return _document(data, findings, fetched.url)


def _document(data: bytes, findings: list[Finding], url: str) -> Document:
    data, more = nesting.flatten(data, Syntax.JSON)
    findings += more
    document = _read(data, findings, url)
    if document.items and not any(_starts(item, b"{") for item in document.items):
        raise UnreadablePage(*findings, finding("page-not-parseable", place=url, value="an array without an object"))
    return document


def _read(data: bytes, findings: list[Finding], url: str) -> Document:
    try:
        return _split(data, findings)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        repaired, more = _repaired(data, url, findings)
    try:
        return _split(repaired, findings + more)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadablePage(*findings, finding("page-not-parseable", place=url, value=error)) from error


def _split(data: bytes, findings: list[Finding]) -> Document:
    value = msgspec.json.decode(data, type=dict[str, Raw] | list[Raw])
    if isinstance(value, dict):
        return Document(members=value, findings=tuple(findings))
    return Document(items=value, findings=tuple(findings))


def members_of(raw: Raw | None) -> dict[str, Raw] | None:
    """The members of an encoded object, still encoded; None where it is none."""
    return msgspec.json.decode(raw, type=dict[str, Raw]) if raw is not None and _starts(raw, b"{") else None


def items_of(raw: Raw | None) -> list[Raw] | None:
    """The items of an encoded array, still encoded; None where it is none."""
    return msgspec.json.decode(raw, type=list[Raw]) if raw is not None and _starts(raw, b"[") else None


def encoded_object(members: dict[str, Raw]) -> Raw:
    """The object of such members, encoded as one."""
    return Raw(msgspec.json.encode(members))


def value_of(raw: Raw | None, odd: list[str] | None = None) -> Any:
    """An encoded value, decoded; None where there is none. Numbers beyond measure, and what is nested too deep, become
    None, named in ``odd``."""
    if raw is None:
        return None
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        flat, cut = nesting.flat_json(bytes(raw))
        if odd is not None:
            odd += [found.value for found in cut]
        return msgspec.json.decode(flat) if cut else None
    except msgspec.ValidationError:
        return _lenient([] if odd is None else odd).decode(bytes(raw).decode())


def count_of(raw: Raw | None) -> int | None:
    """A whole number, zero or more, written as a number or in digits; None for anything else."""
    value = value_of(raw)
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value[:20])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _starts(raw: Raw, sign: bytes) -> bool:
    return bytes(memoryview(raw)[:64]).lstrip()[:1] == sign


def _repaired(data: bytes, url: str, before: list[Finding]) -> tuple[bytes, list[Finding]]:
    """The document as Python's more lenient reader understands it, written anew; and what it had to overlook."""
    text, controls = _CONTROLS.subn("", data.decode("utf-8", "replace"))
    text, odd = _without_trailing_commas(text)
    reader = _lenient(odd)
    try:
        value, end = reader.raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise UnreadablePage(*before, _unreadable(error, text, url)) from error
    odd += [rest] if (rest := text[end:].strip()) else []
    findings = [finding("page-control-character", value=f"{controls} ×")] if controls else []
    if odd or not controls:
        shown = ", ".join(word[:40] for word in odd[:5]) or "line break or broken escape in a text"
        findings.append(finding("page-syntax-repaired", place=url, value=shown))
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), findings


def _without_trailing_commas(text: str) -> tuple[str, list[str]]:
    """``[1, 2,]``: the comma leaves; what was overlooked as the second."""
    without = _TRAILING_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)
    return without, ["trailing comma"] if len(without) < len(text) else []


def _lenient(odd: list[str]) -> json.JSONDecoder:
    """Python's reader, which takes raw line breaks in texts too; what is no number is None, and named in ``odd``."""

    def silent(word: str) -> None:
        odd.append(word)

    def number(digits: str) -> float | None:
        if math.isfinite(value := float(digits)):
            return value
        odd.append(digits)
        return None

    return json.JSONDecoder(strict=False, parse_constant=silent, parse_float=number)


def _unreadable(error: Exception, text: str, url: str) -> Finding:
    """A body that stops before its end is told from one that is no JSON: the former may be whole the next time."""
    if isinstance(error, json.JSONDecodeError):
        ended = error.pos >= len(text) or error.msg.startswith("Unterminated string")
        return finding("page-truncated" if ended else "page-not-parseable", place=url, value=error)
    return finding("page-not-parseable", place=url, value=f"{type(error).__name__}: {error}")
