"""Loops of harvesting: a record that came back to the portal it started from, through others.

Such a record often stays a dataset of its own (its portal tells the two apart), so loops are looked for along what
records say of their origin, across datasets.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from msgspec import Struct

from search.dedupe import rows
from search.dedupe.keys import is_crowded, key_number
from search.dedupe.publisher import origins_of
from search.dedupe.sessions import reading, writing
from search.dedupe.tables import loops
from search.document import Copy

MOST_STEPS = 4  # origins that are followed from one record
BETWEEN = " > "  # no id of a record or a portal has it

Way = tuple[str, ...]
"""Record ids: each names the next as its origin; the last is of the first one's portal."""


class LoopFound(Struct, frozen=True):
    """Portals that harvest each other round: each the next, the last the first; begins with the smallest id.
    ``datasets`` went round, ``example`` is one of them.
    """

    portals: tuple[str, ...]
    datasets: int
    example: str


def keep_loops(engine: sa.Engine, copies: Iterable[Copy], *, pointing: bool) -> None:
    """Look from these records along their origins, and write down those that came back. ``pointing``: from those too
    that name one of these as their origin: something of these has changed.
    """
    with reading(engine) as connection:
        known = {copy.record: copy for copy in copies}
        if pointing:
            _grow(connection, known, "own")
        starts = sorted(record for record, copy in known.items() if copy.identity.get("origin"))
        _grow(connection, known, "origin")
    origins = origins_of(list(known.values()))
    portal_of = {record: copy.portal for record, copy in known.items()}
    ways = [way for record in starts if (way := way_back(record, origins, portal_of))]
    with writing(engine) as connection:
        rows.delete_where(connection, loops, loops.c.record, starts)
        rows.insert_all(connection, loops, [{"record": way[0], "way": BETWEEN.join(way)} for way in ways])


def way_back(start: str, origins: Mapping[str, Collection[str]], portal_of: Mapping[str, str]) -> Way:
    """The shortest way along origins from a record through another portal to one of its own portal, itself or another;
    ``()`` where there is none.
    """
    ways: list[Way] = [(start,)]
    seen = {start}
    while ways:
        way = ways.pop(0)
        for record in sorted(origins.get(way[-1], ())):
            abroad = any(portal_of[one] != portal_of[start] for one in way)
            if abroad and portal_of[record] == portal_of[start]:
                return (*way, record)
            if record not in seen and len(way) <= MOST_STEPS:
                seen.add(record)
                ways.append((*way, record))
    return ()


def loops_of(engine: sa.Engine, portal: str) -> list[LoopFound]:
    """The loops that a portal is part of, the largest first; of records that are all still there."""
    datasets: dict[tuple[str, ...], set[str]] = defaultdict(set)
    with reading(engine) as connection:
        query = sa.select(loops.c.way).where(loops.c.way.contains(f"{portal}:", autoescape=True))
        ways = [tuple(way.split(BETWEEN)) for way in connection.scalars(query)]
        live = rows.read_datasets(connection, {record for way in ways for record in way})
    for way in ways:
        portals = _portals(way)
        if portal in portals and all(record in live for record in way):
            datasets[portals].add(live[way[0]])
    found = [LoopFound(portals, len(ids), min(ids)) for portals, ids in datasets.items()]
    return sorted(found, key=lambda loop: (-loop.datasets, loop.portals))


def _portals(way: Way) -> tuple[str, ...]:
    portals = tuple(dict.fromkeys(record.rpartition(":")[0] for record in way))
    first = portals.index(min(portals))
    return portals[first:] + portals[:first]


def _grow(connection: sa.Connection, known: dict[str, Copy], role: str) -> None:
    """Take in who holds the keys that these have in a role, and so on from those: by ``own`` those that point to them,
    by ``origin`` those that they point to."""
    frontier = list(known.values())
    for _ in range(MOST_STEPS):
        held = _holders(connection, _keys(frontier, role))
        frontier = [copy for record, copy in held.items() if record not in known]
        known.update((copy.record, copy) for copy in frontier)
        if not frontier:
            return


def _keys(copies: Iterable[Copy], role: str) -> set[int]:
    return {key_number(key) for copy in copies for key in copy.identity.get(role, ())}


def _holders(connection: sa.Connection, keys: Collection[int]) -> dict[str, Copy]:
    telling = [key for key, number in rows.key_counts(connection, keys).items() if not is_crowded(key, number)]
    held = dict(rows.holders(connection, telling))
    return rows.read_copies(connection, {record for records in held.values() for record in records})
