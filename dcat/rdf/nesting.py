"""Documents whose values stand inside each other without end: cut to a depth, whatever is shallower stays.

No description is nested so. Readers that walk down such a document give it up whole, or take time in the square of its
depth: 100,000 elements within each other, 2 MB, took pyoxigraph 0.5.13 500 s.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from mmap import mmap
from pathlib import Path

from dcat.findings import Finding, finding
from dcat.rdf.mapped import Mapped
from dcat.rdf.syntax import Syntax

DEEPEST = 100
"""Levels. The deepest real documents, ISO 19115-3 inside CSW inside SOAP, have about thirty."""

_PIECE = 1 << 11
"""Bytes between two looks: what stands between may be as deep, and costs no more."""

_CHUNK = 1 << 20

Step = tuple[int, int, int]
"""Where a sign starts and ends, and whether it rises or falls."""

_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_XML = re.compile(
    rb"""<!--.*?(?:-->|$)|<!\[CDATA\[.*?(?:\]\]>|$)|<[?!][^>]*>?"""
    rb"""|<(/?)[^\s<>/!?](?:[^<>"'/]++|"[^"]*+"|'[^']*+'|/(?!>))*+(/?)>""",
    re.DOTALL,
)


def flatten(data: bytes, syntax: Syntax) -> tuple[bytes, list[Finding]]:
    """The document without what is deeper than ``DEEPEST``; a shallow one is passed through after one quick look."""
    if syntax is Syntax.JSON and _rises((data,), _rise_json):
        return flat_json(data)
    if syntax is Syntax.XML and _rises((data,), _rise_xml) and _rises((data,), _rise_xml_closely):
        return flat_xml(data)
    return data, []


def flatten_file(path: Path, syntax: Syntax) -> tuple[Path, list[Finding]]:
    """The same of a file, which is gone through closely only where it seems too deep."""
    rise = {Syntax.JSON: _rise_json, Syntax.XML: _rise_xml_closely}.get(syntax)
    if rise is None or not _rises(_pieces(path), rise):
        return path, []
    file = Mapped(path)
    flat = path.with_name(f"{path.name}=")
    steps, instead = (_json_steps(file.data), b"null") if syntax is Syntax.JSON else (_xml_steps(file.data), b"")
    cut = _Cut(_reached(steps, file))
    with flat.open("wb") as other:
        for start, end in cut.kept(len(file.data)):
            other.writelines((instead if start else b"", *file.pieces(start, end)))
    return (flat, cut.findings) if cut.findings else (path, [])


def _reached(steps: Iterator[Step], file: Mapped) -> Iterator[Step]:
    for step in steps:
        file.reached(step[1])
        yield step


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece


def _rises(pieces: Iterable[bytes], rise: Callable[[bytes, int, int], int]) -> bool:
    """Whether a document seems too deep, counted without regard to what is text: brackets in texts cost a second,
    careful look and nothing else. This is a tenth of the time that reading takes."""
    depth = 0
    for data in pieces:
        for start in range(0, len(data), _PIECE):
            depth = max(0, depth + rise(data, start, start + _PIECE))
            if depth > DEEPEST:
                return True
    return False


def _rise_json(data: bytes, start: int, end: int) -> int:
    opened = data.count(b"{", start, end) + data.count(b"[", start, end)
    return opened - data.count(b"}", start, end) - data.count(b"]", start, end)


def _rise_xml(data: bytes, start: int, end: int) -> int:
    """Tags opened less tags closed; a comment counts as opened, a sign of two characters where it begins."""
    closed = 2 * data.count(b"</", start, end + 1) + data.count(b"/>", start, end + 1)
    return data.count(b"<", start, end) - closed


def _rise_xml_closely(data: bytes, start: int, end: int) -> int:
    return _rise_xml(data, start, end) - data.count(b"<!", start, end + 1) - data.count(b"<?", start, end + 1)


def flat_json(data: bytes) -> tuple[bytes, list[Finding]]:
    """What is deeper becomes ``null``."""
    return _flat(data, _json_steps(data), b"null")


def flat_xml(data: bytes) -> tuple[bytes, list[Finding]]:
    """Elements that are deeper leave with all that they hold."""
    return _flat(data, _xml_steps(data), b"")


def _json_steps(data: bytes | mmap) -> Iterator[Step]:
    for found in _JSON.finditer(data):
        sign = found[0]
        if sign in b"{[":
            yield found.start(), found.start(), 1
        elif sign in b"}]":
            yield found.start(), found.end(), -1


def _xml_steps(data: bytes | mmap) -> Iterator[Step]:
    for found in _XML.finditer(data):
        if found[1] is not None and not found[2]:
            yield found.start(), found.end(), -1 if found[1] else 1


def _flat(data: bytes, steps: Iterator[Step], instead: bytes) -> tuple[bytes, list[Finding]]:
    cut = _Cut(steps)
    pieces = instead.join(data[start:end] for start, end in cut.kept(len(data)))
    return (pieces, cut.findings) if cut.findings else (data, [])


class _Cut:
    """Leaves out from each rise above ``DEEPEST`` to the fall back to it."""

    def __init__(self, steps: Iterator[Step]) -> None:
        self._steps = steps
        self.findings: list[Finding] = []

    def kept(self, size: int) -> Iterator[tuple[int, int]]:
        """From where to where the document is kept; ``findings`` are known afterwards."""
        depth, kept, cut, deepest = 0, 0, False, 0
        for start, end, step in self._steps:
            depth = max(0, depth + step)
            deepest = max(deepest, depth)
            if step > 0 and depth == DEEPEST + 1 and not cut:
                yield kept, start
                cut = True
            elif step < 0 and depth == DEEPEST and cut:
                kept, cut = end, False
        yield (size, size) if cut else (kept, size)
        if deepest > DEEPEST:
            self.findings.append(finding("value-truncated", place="nesting", value=f"{deepest} > {DEEPEST}"))
