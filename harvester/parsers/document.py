"""Bytes of a JSON answer → its members, still encoded: a catalogue of any size is decoded one record at a time."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

import msgspec
from msgspec import Raw, Struct

from dcat.findings import Finding, finding
from dcat.rdf import clean, clean_file, nesting
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.syntax import Syntax
from harvester.parsers.mending import lenient, mended, why_unreadable
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.parsers.stretch import Stretch, whole

# A document larger than this once decompressed is refused (the largest French catalogue takes about 400 MB in one
# document).
MAX_BYTES = 1 << 29

# A single value of a document in a file that is larger than this is not brought to memory.
MAX_VALUE = 1 << 26

_WHITE = b" \t\r\n\x00"

Encoded = Raw | Stretch
Members = Mapping[str, Encoded]


class Items(Protocol):
    """The items of an array, still encoded."""

    def __iter__(self) -> Iterator[Encoded]: ...
    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> Encoded: ...


class Document(Struct, frozen=True):
    """A JSON document: an object (``members``) or an array (``items``), every value still encoded."""

    members: Members | None = None
    items: Items | None = None
    findings: tuple[Finding, ...] = ()


def read_document(fetched: Fetched) -> Document:
    """The JSON document of an answer, however badly served.

    A byte order mark, a wrong charset, gzip without header, raw control characters, commas that nothing follows, what
    stands after the end, ``NaN`` and numbers beyond measure, broken escapes of characters are repaired, with a finding.
    Raises ``UnreadablePage`` where nothing is left to read: HTML, a cut body, another syntax. What is in a file is
    repaired value by value, as values are asked for, and of a cut one what came is read.
    """
    try:
        return _in_file(fetched) if fetched.file else _held(fetched)
    except UnreadableRdf as error:
        raise UnreadablePage(*error.findings) from error


def _held(fetched: Fetched) -> Document:
    data, findings = clean.decompress(fetched.body)
    data, more = clean.to_utf8(data, fetched.headers.get("content-type", ""))
    findings += more
    data = data.strip(_WHITE)
    _check(len(data), data[:1], findings, fetched.url)
    data, more = nesting.flatten(data, Syntax.JSON)
    return _with_an_object(_read(data, findings + more, fetched.url), fetched.url)


def _check(size: int, first: bytes, findings: list[Finding], url: str) -> None:
    """Raises ``UnreadablePage`` for what need not be looked at."""
    if size > MAX_BYTES:
        raise UnreadablePage(finding("page-not-parseable", place=url, value=f"over {MAX_BYTES} bytes"))
    if first in (b"", b"<"):
        what = "an HTML or XML page" if first else "an empty body"
        raise UnreadablePage(*findings, finding("page-not-parseable", place=url, value=what))


def _with_an_object(document: Document, url: str) -> Document:
    if document.items and not any(_starts(item, b"{") for item in document.items):
        why = finding("page-not-parseable", place=url, value="an array without an object")
        raise UnreadablePage(*document.findings, why)
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


def _repaired(data: bytes, url: str, before: list[Finding]) -> tuple[bytes, list[Finding]]:
    """The document written anew, and what was wrong with it."""
    try:
        value, findings = mended(data, url)
    except (ValueError, RecursionError) as error:
        raise UnreadablePage(*before, why_unreadable(error, url)) from error
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), findings


# --- in a file --------------------------------------------------------------------------------------------------------


class _Listed:
    """The items of an array in a file, looked for each time that they are gone through."""

    def __init__(self, array: Stretch) -> None:
        self._array = array

    def __iter__(self) -> Iterator[Stretch]:
        return (item for item in self._array.items() if item.size)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return next(iter(self), None) is not None

    def __getitem__(self, number: int) -> Stretch:
        return next(islice(self, number if number >= 0 else len(self) + number, None))


def _in_file(fetched: Fetched) -> Document:
    path, findings = clean_file.decompress(Path(fetched.file))
    path, more = clean_file.to_utf8(path, fetched.headers.get("content-type", ""))
    findings += more
    top = whole(path)
    _check(top.size if top else 0, top.sign if top else b"", findings, fetched.url)
    if top is None or top.sign not in b"{[":
        said = top.read(40).decode("utf-8", "replace") if top else ""
        raise UnreadablePage(*findings, finding("page-not-parseable", place=fetched.url, value=said))
    members, faults = _surveyed(top, fetched)
    known = tuple(findings + faults)
    listed = None if top.sign == b"{" else _Listed(top)
    return _with_an_object(Document(None if listed else members, listed, known), fetched.url)


def _surveyed(top: Stretch, fetched: Fetched) -> tuple[dict[str, Encoded], list[Finding]]:
    """The members of an object, and what is wrong between them, or between the items of an array."""
    members: dict[str, Encoded] = {}
    count, gaps, last = 0, 0, top
    for last in top.items():
        count, gaps = count + 1, gaps + (not last.size)
        if top.sign == b"{" and (named := last.named()):
            members[_name(named[0])] = named[1]
    faults = []
    if not last.closed and not fetched.cut:
        faults.append(finding("page-truncated", place=fetched.url, value=f"{top.size} bytes came"))
    behind = Stretch(top.file, min(last.end + 1, top.end), top.end).read(1000).strip(_WHITE)
    odd = ["trailing comma"] * (gaps > 0 and count > 1) + [behind[:40].decode("utf-8", "replace")] * bool(behind)
    if odd:
        faults.append(finding("page-syntax-repaired", place=fetched.url, value=", ".join(odd)))
    return members, faults


def _name(encoded: bytes) -> str:
    try:
        return str(msgspec.json.decode(encoded, type=str))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return encoded[1:-1].decode("utf-8", "replace")


def _members_in(value: Stretch) -> dict[str, Encoded]:
    members = (item.named() for item in value.items())
    return {_name(member[0]): member[1] for member in members if member}


def _value_in(value: Stretch, odd: list[Finding] | None) -> Any:
    """As ``value_of``. What cannot be read raises ``ValueError`` or ``RecursionError`` where ``odd`` is asked for, and
    is None where nobody would be told."""
    if value.size > MAX_VALUE:
        if odd is not None:
            raise ValueError(f"{value.size} bytes > {MAX_VALUE}")
        return None
    data, findings = nesting.flatten(value.read(), Syntax.JSON)
    try:
        found = value_of(Raw(data), odd)
    except (msgspec.DecodeError, UnicodeDecodeError):
        try:
            found, more = mended(data)
        except (ValueError, RecursionError):
            if odd is None:
                return None
            raise
        findings += more
    if odd is not None:
        odd += findings
    return found


# --- values -----------------------------------------------------------------------------------------------------------


def members_of(raw: Encoded | None) -> Members | None:
    """The members of an encoded object, still encoded; None where it is none."""
    if raw is None or not _starts(raw, b"{"):
        return None
    return _members_in(raw) if isinstance(raw, Stretch) else msgspec.json.decode(raw, type=dict[str, Raw])


def items_of(raw: Encoded | None) -> Items | None:
    """The items of an encoded array, still encoded; None where it is none."""
    if raw is None or not _starts(raw, b"["):
        return None
    return _Listed(raw) if isinstance(raw, Stretch) else msgspec.json.decode(raw, type=list[Raw])


def encoded_object(members: Members) -> Raw:
    """The object of such members, encoded as one."""
    held = {name: Raw(raw.read()) if isinstance(raw, Stretch) else raw for name, raw in members.items()}
    return Raw(msgspec.json.encode(held))


def value_of(raw: Encoded | None, odd: list[Finding] | None = None) -> Any:
    """An encoded value, decoded; None where there is none. What had to be left out or repaired (numbers beyond measure,
    what is nested too deep) is told in ``odd``."""
    if raw is None:
        return None
    if isinstance(raw, Stretch):
        return _value_in(raw, odd)
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        flat, cut = nesting.flat_json(bytes(raw))
        if odd is not None:
            odd += cut
        return msgspec.json.decode(flat) if cut else None
    except msgspec.ValidationError:
        numbers: list[str] = []
        value = lenient(numbers).decode(bytes(raw).decode())
        if odd is not None:
            odd += [finding("value-ill-typed", value=digits) for digits in numbers]
        return value


def count_of(raw: Encoded | None) -> int | None:
    """A whole number, zero or more, written as a number or in digits; None for anything else."""
    value = value_of(raw)
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value[:20])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _starts(raw: Encoded, sign: bytes) -> bool:
    if isinstance(raw, Stretch):
        return raw.sign == sign
    return bytes(memoryview(raw)[:64]).lstrip()[:1] == sign
