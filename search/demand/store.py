"""Counters that last, by month."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy.dialects import postgresql, sqlite

from search.batches import batches
from search.dedupe.sessions import make_tables, reading, writing
from search.dedupe.tables import metadata
from search.demand.counted import Counted, Event
from search.demand.tables import demand

WRITTEN = 100
"""Rows a statement: six values each stay below every database's limit."""

KEY = ("month", "event", "portal", "territory", "competence")


class Wanted(Struct, frozen=True):
    """Which counters are asked for; empty: all of them. ``since`` is a month, ``2026-11``."""

    events: Collection[Event] = ()
    portal: str = ""
    territory: str = ""
    competences: Collection[str] | None = None
    since: str = ""


class Total(Struct, frozen=True):
    """What was counted, how often."""

    counted: Counted
    number: int


class DemandStore:
    """The table of ``search.demand``."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(self) -> None:
        """Make the tables that are missing."""
        make_tables(self._engine, metadata)

    def add(self, month: str, counts: Mapping[Counted, int]) -> None:
        """Add to the counters of a month, in one transaction; other processes may add to the same."""
        rows = [{"month": month, **_values(counted), "number": number} for counted, number in counts.items()]
        insert = postgresql.insert if self._engine.dialect.name == "postgresql" else sqlite.insert
        with writing(self._engine) as connection:
            for some in batches(rows, WRITTEN):
                added = insert(demand).values(list(some))
                number = demand.c.number + added.excluded.number
                connection.execute(added.on_conflict_do_update(index_elements=KEY, set_={"number": number}))

    def totals(self, wanted: Wanted, limit: int, offset: int = 0) -> tuple[list[Total], int]:
        """Counters added up over the months, the largest first, and how many there are."""
        columns = (demand.c.event, demand.c.portal, demand.c.territory, demand.c.competence)
        grouped = sa.select(*columns, sa.func.sum(demand.c.number).label("number")).where(_where(wanted))
        grouped = grouped.group_by(*columns)
        ranked = grouped.order_by(sa.desc("number"), *columns).limit(limit).offset(offset)
        with reading(self._engine) as connection:
            total = connection.scalar(sa.select(sa.func.count()).select_from(grouped.subquery())) or 0
            return [_total(*row) for row in connection.execute(ranked)], total

    def by_portal(self, wanted: Wanted) -> Mapping[str, Mapping[Event, int]]:
        """Portal → event → how often, the most asked first; ``""`` stands for none."""
        query = sa.select(demand.c.portal, demand.c.event, sa.func.sum(demand.c.number)).where(_where(wanted))
        found: dict[str, dict[Event, int]] = {}
        with reading(self._engine) as connection:
            for portal, event, number in connection.execute(query.group_by(demand.c.portal, demand.c.event)):
                found.setdefault(portal, {})[Event(event)] = int(number)
        ranked = sorted(found, key=lambda portal: (-found[portal].get(Event.ASKED, 0), portal))
        return {portal: found[portal] for portal in ranked}


def _values(counted: Counted) -> dict[str, str]:
    return {name: str(getattr(counted, name)) for name in KEY[1:]}


def _total(event: str, portal: str, territory: str, competence: str, number: int) -> Total:
    return Total(Counted(Event(event), portal, territory, competence), int(number))


def _where(wanted: Wanted) -> sa.ColumnElement[bool]:
    columns: Sequence[tuple[sa.Column[str], str]] = (
        (demand.c.portal, wanted.portal),
        (demand.c.territory, wanted.territory),
    )
    bounds: list[sa.ColumnElement[bool]] = [column == value for column, value in columns if value]
    if wanted.events:
        bounds.append(demand.c.event.in_([str(event) for event in wanted.events]))
    if wanted.competences is not None:
        bounds.append(demand.c.competence.in_(list(wanted.competences)))
    if wanted.since:
        bounds.append(demand.c.month >= wanted.since)
    return sa.and_(sa.true(), *bounds)
