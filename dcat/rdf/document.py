"""A document ready to be parsed, in memory or in a file: what the parser, its guards and its repairs ask of it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from dcat.findings import Finding
from dcat.rdf.repair import Fault, repair, repair_lines, repair_pieces
from dcat.rdf.syntax import Syntax

CHUNK = 1 << 20
_BY_LINE = frozenset((Syntax.TURTLE, Syntax.NTRIPLES))


class Document(Protocol):
    """UTF-8, cleaned."""

    @property
    def blank(self) -> bool:
        """There is nothing in it."""

    def parser(self, form: RdfFormat) -> ox.QuadParser:
        """Its statements."""

    def start(self, size: int) -> bytes:
        """The first bytes."""

    def end(self, size: int) -> bytes:
        """The last bytes."""

    def repaired(self, syntax: Syntax, faults: Sequence[Fault]) -> "tuple[Document | None, list[Finding]]":
        """A better document, None where nothing could be done."""


class InMemory:
    """A page."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @property
    def blank(self) -> bool:
        return not self.data.strip()

    def parser(self, form: RdfFormat) -> ox.QuadParser:
        return ox.parse(self.data, format=form, lenient=True)

    def start(self, size: int) -> bytes:
        return self.data[:size]

    def end(self, size: int) -> bytes:
        return self.data[-size:]

    def repaired(self, syntax: Syntax, faults: Sequence[Fault]) -> tuple[Document | None, list[Finding]]:
        data, findings = repair(self.data, syntax, faults)
        return (InMemory(data) if data != self.data else None), findings


class InFile:
    """A document too large to be held. A repair makes another file beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def blank(self) -> bool:
        return all(not chunk.strip() for chunk in self._chunks())

    def parser(self, form: RdfFormat) -> ox.QuadParser:
        return ox.parse(path=self.path, format=form, lenient=True)

    def start(self, size: int) -> bytes:
        with self.path.open("rb") as file:
            return file.read(size)

    def end(self, size: int) -> bytes:
        with self.path.open("rb") as file:
            file.seek(-min(size, self.path.stat().st_size), 2)
            return file.read()

    def repaired(self, syntax: Syntax, faults: Sequence[Fault]) -> tuple[Document | None, list[Finding]]:
        """Line by line where the syntax has lines."""
        better = self.path.with_name(f"{self.path.name}+")
        if syntax in _BY_LINE:
            changed, findings = repair_lines(self.path, better, faults)
        else:
            changed, findings = repair_pieces(self.path, better, syntax, faults)
        if not changed:
            better.unlink()
            return None, findings
        return InFile(better), findings

    def _chunks(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
