"""JSON in a file, too large to be held: its values are stretches of the file, told apart by brackets, commas and texts
alone. So what is wrong with one of them costs that one, and none is decoded before it is asked for.

msgspec and json want the whole document, ijson stops at the first fault.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from dcat.rdf.mapped import WINDOW, Mapped

_OUTSIDE = rb'[^"%s]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"?[^"%s]*+)*+(?:([%s])|\Z)'
"""Texts, closed or not, and what stands between them, up to one of some signs."""

_BRACKET = re.compile(_OUTSIDE.replace(b"%s", rb"\[\]{}"), re.DOTALL)
_SIGN = re.compile(_OUTSIDE.replace(b"%s", rb"\[\]{},"), re.DOTALL)
_MEMBER = re.compile(rb'\s*+("[^"\\]*+(?:\\.[^"\\]*+)*+")\s*+:', re.DOTALL)
_BLANK = re.compile(rb"[\s\x00]*+")


class Stretch(Struct, frozen=True):
    """An encoded value, from its first byte to the one behind its last. ``closed``: what ends it stands there; a file
    that was cut ends without."""

    file: Mapped
    start: int
    end: int
    closed: bool = True

    @property
    def size(self) -> int:
        """Bytes."""
        return self.end - self.start

    @property
    def sign(self) -> bytes:
        """The first."""
        return self.file.data[self.start : self.start + 1]

    def read(self, most: int | None = None) -> bytes:
        """The bytes, or the first of them."""
        end = self.end if most is None else min(self.end, self.start + most)
        self.file.reached(end)
        return self.file.data[self.start : end]

    def items(self) -> Iterator["Stretch"]:
        """What stands between the commas of an array, or of an object: there names and values. The last one, or what
        stands for a comma too many, may be empty."""
        place, sign = self.start + 1, b","
        while sign == b",":
            end, behind, sign = self._comma(place)
            yield Stretch(self.file, self._beyond_blank(place, end), end, closed=sign != b"")
            place = behind

    def named(self) -> "tuple[bytes, Stretch] | None":
        """A member of an object as its name, still encoded, and its value; None where it is none."""
        found = _MEMBER.match(self.file.data, self.start, self.end)
        if found is None:
            return None
        start = self._beyond_blank(found.end(), self.end)
        return found[1], Stretch(self.file, start, self.end, self.closed)

    def _comma(self, place: int) -> tuple[int, int, bytes]:
        """Where the value ends that is at a place, where the next one begins, and the sign between them."""
        while True:
            found = _SIGN.match(self.file.data, place, self.end)
            sign = found[1] if found else None
            if found is None or sign is None:
                return self.end, self.end, b""
            if sign not in b"[{":
                return found.end() - 1, found.end(), sign
            place = self._closing(found.end() - 1)

    def _closing(self, start: int) -> int:
        """The place behind the bracket that closes the one at ``start``."""
        depth, far = 0, start
        for found in _BRACKET.finditer(self.file.data, start, self.end):
            if found[1] is None:
                break
            depth += 1 if found[1] in b"[{" else -1
            if not depth:
                return found.end()
            if found.end() > far:
                self.file.reached(far := found.end() + WINDOW)
        return self.end

    def _beyond_blank(self, start: int, end: int) -> int:
        found = _BLANK.match(self.file.data, start, end)
        return found.end() if found else start


def whole(path: Path) -> Stretch | None:
    """All that stands in a file but the blanks around it; None where there is nothing."""
    size = path.stat().st_size
    if not size:
        return None
    file = Mapped(path)
    start = _BLANK.match(file.data)
    first = start.end() if start else 0
    return Stretch(file, first, size) if first < size else None
