"""Which portal's copy is shown of each dataset: who republishes whom, and whose copy is seen."""

from collections.abc import Collection, Mapping
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from search.dedupe import rows
from search.dedupe.sessions import reading, writing
from search.dedupe.tables import loops, records, shown

DIGITS = 16
HASH_LENGTH = DIGITS + 1  # what follows the portal in a record's id, with the colon (design §6)


class Whose(StrEnum):
    """Whose copy is shown of a dataset that a portal and others publish."""

    HERE = "here"  # the portal's
    THERE = "there"  # another's


class Republisher(Struct, frozen=True):
    """Another portal that publishes datasets of this one too: how many, of how many of these this one's copy is
    shown, and of how many the other's. The rest is shown from a third portal.
    """

    portal: str
    shared: int
    shown_here: int
    shown_there: int


def keep_shown(engine: sa.Engine, found: Mapping[str, str], gone: Collection[str] = (), *, anew: bool = False) -> None:
    """Dataset → the portal whose copy is shown; ``gone`` are datasets that exist no longer. ``anew``: after
    ``forget_shown``, so that nothing is there to be replaced."""
    new = [{"dataset": dataset, "portal": portal} for dataset, portal in found.items()]
    with writing(engine) as connection:
        if not anew:
            rows.delete_where(connection, shown, shown.c.dataset, [*found, *gone])
        rows.insert_all(connection, shown, new)


def forget_shown(engine: sa.Engine) -> None:
    """Everything is going to be told anew."""
    with writing(engine) as connection:
        connection.execute(shown.delete())
        connection.execute(loops.delete())


def republishers(engine: sa.Engine, portal: str) -> list[Republisher]:
    """The other portals that publish datasets of this one too, the most first."""
    each = _carried(portal)
    number = sa.func.count().label("shared")
    query = (
        sa.select(
            each.c.carrier, number, _counted(shown.c.portal == portal), _counted(shown.c.portal == each.c.carrier)
        )
        .outerjoin(shown, shown.c.dataset == each.c.dataset)
        .group_by(each.c.carrier)
        .order_by(number.desc(), each.c.carrier)
    )
    with reading(engine) as connection:
        return [Republisher(*row) for row in connection.execute(query)]


def shared_datasets(
    engine: sa.Engine, portal: str, other: str, whose: Whose | None, limit: int, offset: int
) -> tuple[list[str], int]:
    """So many of the datasets that others publish too, by id, and how many there are: those that ``other`` publishes,
    where it is given, and those of which this portal's copy is shown, or the other's (any other's)."""
    each = _carried(portal)
    query = sa.select(each.c.dataset).outerjoin(shown, shown.c.dataset == each.c.dataset).distinct()
    if other:
        query = query.where(each.c.carrier == other)
    if whose is not None:
        there = shown.c.portal == other if other else shown.c.portal != portal
        query = query.where(shown.c.portal == portal if whose is Whose.HERE else there)
    with reading(engine) as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
        found = connection.scalars(query.order_by(each.c.dataset).limit(limit).offset(offset))
        return list(found), total


def _carried(portal: str) -> sa.Subquery:
    """Each other portal with each dataset of this one that it publishes too."""
    theirs = records.alias()
    carrier = sa.func.substr(theirs.c.record, 1, sa.func.length(theirs.c.record) - HASH_LENGTH)
    mine = sa.select(records.c.dataset).where(_of(portal)).distinct()
    carried = sa.select(carrier.label("carrier"), theirs.c.dataset).where(theirs.c.dataset.in_(mine), carrier != portal)
    return carried.distinct().subquery()


def _of(portal: str) -> sa.ColumnElement[bool]:
    """The records of a portal, by their place in the index: a pattern alone reads every record."""
    span = records.c.record.between(f"{portal}:{'0' * DIGITS}", f"{portal}:{'f' * DIGITS}")
    return sa.and_(span, records.c.record.startswith(f"{portal}:", autoescape=True))


def _counted(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
