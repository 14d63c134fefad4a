"""Statements grouped by subject: in memory for a page, on disk for a document that would not fit.

Real feeds spread the triples of one dataset over most of the file, so a dataset can be read only once the document has
been. A statement is kept as ``subject`` and ``rest``: the rest is ``predicate> object`` with the object as N-Triples.
"""

import sqlite3
from collections.abc import Iterator
from typing import Protocol

from dcat.rdf.noted import NOTABLE, Noted

# Beyond this many statements, grouping goes to disk: about 50 MB of memory.
MEMORY_STATEMENTS = 100_000

# A node with more statements than this is freed of repeated ones when it is first read: exports describe one licence
# anew in each distribution.
MANY_STATEMENTS = 24
MOST_LARGE = 2_000

_BITS = 1 << 25
_NOTHING: list[str] = []

_SPILL_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -20000;
CREATE TABLE run (subject TEXT NOT NULL, rests TEXT NOT NULL);
"""


class Statements(Protocol):
    """What a reader needs of a graph."""

    def about(self, subject: str) -> list[str]:
        """The ``predicate> object`` texts of a subject token, in the order read; empty where it is not described."""
        ...


class Groups:
    """Statements by subject. Fill with ``add``, then read with ``about``; ``close`` frees the disk. ``noted`` holds
    what they say of the document as a whole."""

    def __init__(self, limit: int = MEMORY_STATEMENTS) -> None:
        self._limit = limit
        self._count = 0
        self._memory: dict[str, list[str]] = {}
        self._spill: _Spill | None = None
        self._distinct: set[str] = set()
        self.noted = Noted()

    def add(self, subject: str, rest: str) -> None:
        """Take a statement."""
        if rest.startswith(NOTABLE):
            self.noted.add(subject, rest)
        group = self._memory.get(subject)
        if group is None:
            self._memory[subject] = [rest]
        else:
            group.append(rest)
        self._count += 1
        if self._count > self._limit:
            self._flush()

    def about(self, subject: str) -> list[str]:
        """The rests of a subject, possibly twice the same."""
        if self._spill is None:
            return self._about(subject)
        return self._spill.about(subject) + self._memory.get(subject, _NOTHING)

    def _about(self, subject: str) -> list[str]:
        group = self._memory.get(subject, _NOTHING)
        if len(group) > MANY_STATEMENTS and subject not in self._distinct:
            group = self._memory[subject] = list(dict.fromkeys(group))
            self._distinct.add(subject)
        return group

    @property
    def empty(self) -> bool:
        """Nothing was read."""
        return not self._memory and self._spill is None

    def close(self) -> None:
        """Free memory and disk; the groups are empty afterwards."""
        self._memory = {}
        if self._spill:
            self._spill.close()
            self._spill = None

    def _flush(self) -> None:
        if self._spill is None:
            self._spill = _Spill()
            self.noted.spill(self._spill.base)
        self._spill.write(self._memory)
        self._memory, self._count = {}, 0


class _Spill:
    """One row a subject and flush. A bit for the hash of each subject says without the disk that a node is not
    described, at next to nothing of memory however many there are."""

    def __init__(self) -> None:
        # An unnamed database is a temporary file that SQLite removes by itself, even after a crash.
        self.base = sqlite3.connect("", check_same_thread=False)
        self.base.executescript(_SPILL_SCHEMA)
        self._known = bytearray(_BITS // 8)
        self._indexed = False
        self._large: dict[str, list[str]] = {}

    def write(self, groups: dict[str, list[str]]) -> None:
        self._large.clear()
        for bit in map(_bit, groups):
            self._known[bit >> 3] |= 1 << (bit & 7)
        self.base.executemany("INSERT INTO run VALUES (?, ?)", _rows(groups))

    def about(self, subject: str) -> list[str]:
        bit = _bit(subject)
        if not self._known[bit >> 3] & 1 << (bit & 7):
            return []
        if subject in self._large:
            return self._large[subject]
        if not self._indexed:
            self.base.execute("CREATE INDEX run_subject ON run (subject)")
            self._indexed = True
        rows = self.base.execute("SELECT rests FROM run WHERE subject = ? ORDER BY rowid", (subject,))
        found = [rest for (rests,) in rows for rest in rests.split("\n")]
        if len(found) > MANY_STATEMENTS and len(self._large) < MOST_LARGE:
            found = self._large[subject] = list(dict.fromkeys(found))
        return found

    def close(self) -> None:
        self.base.close()


def _bit(subject: str) -> int:
    return hash(subject) % _BITS


def _rows(groups: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for subject, rests in groups.items():
        yield subject, "\n".join(rests)
