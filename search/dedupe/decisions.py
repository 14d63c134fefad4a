"""What people decided about pairs of records: it wins over every clue."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from search.dedupe.verdict import Relation

Decided = Mapping[tuple[str, str], Relation]
"""Two record ids, the smaller first → what they are to each other."""


def decided_about(_connection: sa.Connection, _records: Collection[str]) -> Decided:
    """The decisions in force on pairs that hold any of these records."""
    return {}


def all_decided(_connection: sa.Connection) -> Decided:
    """Every decision in force."""
    return {}
