"""The pairs that a person should look at, kept by the engine where words alone nearly said the contrary."""

from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from search.dedupe.decisions import Said
from search.dedupe.tables import decisions, relations
from search.dedupe.verdict import Relation


class Doubt(Struct, frozen=True):
    """Two records, the smaller first, and how far their score is from what is enough."""

    one: str
    other: str
    relation: Relation
    score: float
    doubt: float


def doubts(connection: sa.Connection, limit: int, offset: int = 0) -> tuple[list[Doubt], int]:
    """The most doubtful first, and how many there are; what somebody decided on is settled."""
    query = _open(relations.c.record, relations.c.other, relations.c.relation, relations.c.score, relations.c.doubt)
    ordered = query.order_by(relations.c.doubt, relations.c.record, relations.c.other).limit(limit).offset(offset)
    found = connection.execute(ordered).all()
    total = connection.scalar(sa.select(sa.func.count()).select_from(_open(relations.c.record).subquery())) or 0
    return [Doubt(row.record, row.other, Relation(row.relation), row.score, row.doubt) for row in found], total


def _open(*columns: sa.Column[Any]) -> sa.Select[Any]:
    settled = sa.exists().where(
        decisions.c.current,
        decisions.c.relation != Said.UNDO,
        decisions.c.one == relations.c.record,
        decisions.c.other == relations.c.other,
    )
    return sa.select(*columns).where(relations.c.doubt.is_not(None), ~settled)
