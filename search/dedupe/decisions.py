"""What people decided about pairs of records: it wins over every clue, and stays when a record is gone for a while.

A decision is written down by whoever may decide, at any time; the clusters follow it where they are written, in the
process that keeps the installation (``apply_decisions``).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Self

import sqlalchemy as sa
from msgspec import Struct

from search.batches import batches
from search.dedupe import rows
from search.dedupe.tables import decisions
from search.dedupe.verdict import Relation

Decided = Mapping[tuple[str, str], Relation]
"""Two record ids, the smaller first → what they are to each other."""


class Said(StrEnum):
    """What can be decided of two records; ``undo`` lets the clues speak again."""

    SAME = "same"
    DIFFERENT = "different"
    PART_OF = "part-of"
    UNDO = "undo"


RELATIONS: Mapping[str, Relation] = {
    Said.SAME: Relation.SAME,
    Said.DIFFERENT: Relation.DIFFERENT,
    Said.PART_OF: Relation.PART,
}


class Decision(Struct, frozen=True):
    """As it is said: ``one`` is the same as, different from, or a part of ``other``; both are record ids. ``when`` is
    ISO 8601 in UTC. ``applied``: the clusters follow it.
    """

    relation: Said
    one: str
    other: str
    reason: str
    who: str
    when: str
    applied: bool = False

    @property
    def pair(self) -> tuple[str, str]:
        """The smaller id first."""
        return min(self.one, self.other), max(self.one, self.other)

    @property
    def in_force(self) -> bool:
        """Not so where it was undone."""
        return self.relation is not Said.UNDO

    @classmethod
    def of_row(cls, row: Any) -> Self:
        """A part is told before its whole."""
        turned = row.whole == row.one
        one, other = (row.other, row.one) if turned else (row.one, row.other)
        return cls(Said(row.relation), one, other, row.reason, row.who, row.moment, row.applied)


def decided_about(connection: sa.Connection, records: Collection[str]) -> Decided:
    """The decisions in force on pairs that hold any of these records."""
    return _relations(in_force(connection, records))


def all_decided(connection: sa.Connection) -> Decided:
    """Every decision in force."""
    return _relations(map(Decision.of_row, connection.execute(_current())))


def in_force(connection: sa.Connection, records: Collection[str]) -> list[Decision]:
    """The last word on each pair that holds any of these records, an ``undo`` too."""
    found = {}
    for some in batches(sorted(records), rows.PARAMETERS // 2):
        about = sa.or_(decisions.c.one.in_(some), decisions.c.other.in_(some))
        found.update({row.number: row for row in connection.execute(_current().where(about))})
    return [Decision.of_row(found[number]) for number in sorted(found)]


def write_decisions(connection: sa.Connection, said: Iterable[Decision]) -> int:
    """Write these down, in this order; gives how many are news. Of one pair the latest word counts."""
    return sum(_write_batch(connection, some) for some in batches(said, rows.PARAMETERS))


def _write_batch(connection: sa.Connection, said: Sequence[Decision]) -> int:
    about = {record for decision in said for record in decision.pair}
    known = {decision.pair: decision for decision in in_force(connection, about)}
    new = 0
    for decision in said:
        if not _is_news(decision, known.get(decision.pair)):
            continue
        one, other = decision.pair
        replaced = decisions.update().where(decisions.c.one == one, decisions.c.other == other)
        connection.execute(replaced.values(current=False))
        connection.execute(decisions.insert().values(_row(decision)))
        known[decision.pair] = decision
        new += 1
    return new


def unapplied(connection: sa.Connection) -> dict[int, tuple[str, str]]:
    """Number → pair, of the decisions that the clusters do not follow yet."""
    query = sa.select(decisions.c.number, decisions.c.one, decisions.c.other)
    found = connection.execute(query.where(decisions.c.applied.is_(False)))
    return {row.number: (row.one, row.other) for row in found}


def mark_applied(connection: sa.Connection, numbers: Collection[int]) -> None:
    for some in batches(sorted(numbers), rows.PARAMETERS):
        connection.execute(decisions.update().where(decisions.c.number.in_(some)).values(applied=True))


def rename_in_decisions(connection: sa.Connection, successors: Mapping[str, str]) -> None:
    """What was decided of records that live on under another identifier holds for that one. Where both were decided
    about, the later word counts."""
    for some in batches(sorted(successors), rows.PARAMETERS // 2):
        about = sa.or_(decisions.c.one.in_(some), decisions.c.other.in_(some))
        for row in connection.execute(sa.select(decisions).where(about).order_by(decisions.c.number)).all():
            _rename(connection, row, successors)


def rewrite_decisions(connection: sa.Connection, hide: Callable[[str], str]) -> int:
    """Reasons and names without what must be forgotten; gives how many decisions held any of it."""
    found = connection.execute(sa.select(decisions.c.number, decisions.c.reason, decisions.c.who)).all()
    changed = 0
    for number, reason, who in found:
        if (hide(reason), hide(who)) != (reason, who):
            this = decisions.update().where(decisions.c.number == number)
            connection.execute(this.values(reason=hide(reason), who=hide(who)))
            changed += 1
    return changed


def history(connection: sa.Connection, limit: int, offset: int = 0) -> tuple[list[Decision], int]:
    """Everything that was decided, the newest first, and how much that is."""
    found = connection.execute(sa.select(decisions).order_by(decisions.c.number.desc()).limit(limit).offset(offset))
    total = connection.scalar(sa.select(sa.func.count()).select_from(decisions)) or 0
    return [Decision.of_row(row) for row in found], total


def _rename(connection: sa.Connection, row: Any, successors: Mapping[str, str]) -> None:
    one, other = (successors.get(record, record) for record in (row.one, row.other))
    this = decisions.c.number == row.number
    if one == other:
        connection.execute(decisions.delete().where(this))
        return
    pair = {"one": min(one, other), "other": max(one, other)}
    whole = successors.get(row.whole, row.whole)
    connection.execute(decisions.update().where(this).values(**pair, whole=whole))
    same = sa.select(decisions.c.number).where(*(decisions.c[name] == value for name, value in pair.items()))
    numbers: Sequence[int] = connection.scalars(same.where(decisions.c.current)).all()
    older = [number for number in numbers if number != max(numbers)]
    connection.execute(decisions.update().where(decisions.c.number.in_(older)).values(current=False))


def _current() -> sa.Select[Any]:
    return sa.select(decisions).where(decisions.c.current).order_by(decisions.c.number)


def _is_news(said: Decision, known: Decision | None) -> bool:
    if known is None:
        return said.relation is not Said.UNDO
    turned = said.relation is Said.PART_OF and known.one != said.one
    same = (known.relation, known.reason, known.who) == (said.relation, said.reason, said.who)
    return said.when >= known.when and (turned or not same)


def _row(decision: Decision) -> dict[str, Any]:
    one, other = decision.pair
    return {
        "one": one,
        "other": other,
        "relation": decision.relation,
        "whole": decision.other if decision.relation is Said.PART_OF else "",
        "reason": decision.reason,
        "who": decision.who,
        "moment": decision.when,
        "current": True,
        "applied": False,
    }


def _relations(said: Iterable[Decision]) -> Decided:
    return {decision.pair: RELATIONS[decision.relation] for decision in said if decision.relation in RELATIONS}
