"""Documents with one value of many megabytes: cut, since the readers give such a document up whole.

Asked for when a reader has refused (pyoxigraph 0.5.13 takes tokens of 16 MiB, libxml2 texts of 10 MB); a document that
can be read is never looked at.
"""

import re
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

from dcat.findings import Finding, finding
from dcat.rdf.syntax import Syntax

LONGEST = (1 << 20) + 4_096
"""Bytes of a value: a little more than what ``dcat.normalise`` keeps of anything, so that it knows what was cut."""

_PART = 1 << 20

_QUOTED = re.compile(rb'(?:[^"\\]|\\.)++', re.DOTALL)
_ESCAPE_CUT = re.compile(rb"\\(?:u[0-9A-Fa-f]{0,3}|U[0-9A-Fa-f]{0,7})?$")
_TEXT = re.compile(rb"<([^<>]*+>)?([^<]*+)")
_REFERENCE_CUT = re.compile(rb"&[^;&]{0,12}$")


def shorten(data: bytes, syntax: Syntax) -> tuple[bytes, list[Finding]]:
    """The document with every value cut at ``LONGEST``."""
    lengths: list[int] = []
    shorter = b"".join(_pieces(data, syntax, lengths))
    return shorter, [_found(length) for length in lengths]


def shorten_file(path: Path, syntax: Syntax) -> tuple[Path, list[Finding]]:
    """The same of a file that is not empty: another beside it, where anything was cut. Only one value is ever held."""
    lengths: list[int] = []
    shorter = path.with_name(f"{path.name}-")
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data, shorter.open("wb") as cut:
        cut.writelines(_pieces(data, syntax, lengths))
    if lengths:
        return shorter, [_found(length) for length in lengths]
    shorter.unlink()
    return path, []


def _found(length: int) -> Finding:
    return finding("value-truncated", place="length", value=f"{length} > {LONGEST}")


def _pieces(data: bytes | mmap, syntax: Syntax, lengths: list[int]) -> Iterator[bytes]:
    """The document from its first byte to its last, too long values cut; what is between two of them in parts."""
    pattern = _TEXT if syntax is Syntax.XML else _QUOTED
    done = 0
    for found in pattern.finditer(data):
        start, end = found.span()
        if end - start > LONGEST:
            yield data[done:start]
            yield _short_text(found, lengths) if syntax is Syntax.XML else _short(found[0], _ESCAPE_CUT, lengths)
            done = end
        elif end - done > _PART:
            yield data[done:end]
            done = end
    yield data[done:]


def _short_text(found: re.Match[bytes], lengths: list[int]) -> bytes:
    """What follows a tag. Where the tag itself is that long, one of its attributes is: it ends with its quote."""
    tag, text = found[1] or b"", found[2]
    return b"<" + _short_tag(tag, lengths) + _short(text, _REFERENCE_CUT, lengths)


def _short_tag(tag: bytes, lengths: list[int]) -> bytes:
    if len(tag) <= LONGEST:
        return tag
    parts = re.split(rb"""("[^"]*+"|'[^']*+')""", tag)
    return b"".join(part[:1] + _short(part[1:-1], _REFERENCE_CUT, lengths) + part[-1:] for part in parts)


def _short(value: bytes, broken: re.Pattern[bytes], lengths: list[int]) -> bytes:
    """No character, escape or reference is cut in two."""
    if len(value) <= LONGEST:
        return value
    lengths.append(len(value))
    start = value[:LONGEST].decode("utf-8", "ignore").encode()
    return broken.sub(b"", start)
