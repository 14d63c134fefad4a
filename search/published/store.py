"""Published descriptions that last, their snapshots and the log of their changes. N changed datasets cost N."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
import zstandard
from msgspec import Struct

from dcat.publish.catalogue import base_in
from search.batches import batches
from search.dedupe import rows
from search.dedupe.sessions import make_tables, speaking
from search.dedupe.tables import metadata, state
from search.published.marks import mark_all
from search.published.tables import agents, snapshots, unpublished, versions, withheld

STREAMED = 200  # descriptions read at once
# Every request asks which snapshot it is answered from: building the question takes longer than the answer.
_NEWEST = sa.select(snapshots.c.number, snapshots.c.moment).order_by(snapshots.c.number.desc()).limit(1)
_ONE_AND_NEXT = (
    sa.select(snapshots.c.number, snapshots.c.moment)
    .where(snapshots.c.number >= sa.bindparam("wanted"))
    .order_by(snapshots.c.number)
    .limit(2)
)


class Version(Struct, frozen=True):
    """What is published of a dataset, and by what it is found: ``body`` are N-Triples, ``digest`` tells changes,
    ``agents`` are the keys of all that it names."""

    dataset: str
    digest: str
    body: str
    portal: str = ""
    publisher: str = ""
    themes: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()


class Withheld(Struct, frozen=True):
    """A dataset that stays out, and the property that it lacks."""

    dataset: str
    record: str
    portal: str
    property: str


class Snapshot(Struct, frozen=True):
    """All descriptions as they were from ``moment`` to ``ended`` (``""``: now); moments are UTC, to the second."""

    number: int
    moment: str
    ended: str = ""


class Event(Struct, frozen=True):
    """A change: ``kind`` is create, update or delete; ``body`` is ``""`` for a deletion."""

    number: int
    dataset: str
    kind: str
    moment: str
    body: str


class Filters(Struct, frozen=True):
    """Which datasets are wanted; ``""`` wants all. ``since`` is a moment of our description."""

    portal: str = ""
    publisher: str = ""
    theme: str = ""
    territory: str = ""
    since: str = ""


EVERYTHING = Filters()


class PublishedStore:
    """The tables of ``search.published``; ``search.dedupe.store`` makes them, and marks what may have changed."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def create(self) -> None:
        """Make the tables that are missing."""
        make_tables(self._engine, metadata)

    # writing

    def pending(self, limit: int) -> list[str]:
        """Datasets whose description may have changed."""
        with self._reading() as connection:
            query = sa.select(unpublished.c.dataset).order_by(unpublished.c.dataset).limit(limit)
            return list(connection.scalars(query))

    def publish_anew(self) -> None:
        """Look at every dataset again: what the descriptions are made with has changed."""
        with self._writing() as connection:
            mark_all(connection)

    def write(
        self,
        looked_at: Collection[str],
        current: Sequence[Version],
        kept_out: Sequence[Withheld],
        moment: str,
        head: str,
    ) -> int:
        """Bring ``looked_at`` in line with what they are now: those in ``current`` are published, others are not. Gives
        the number of changes; a new snapshot is made where there are any, or where ``head`` is another."""
        with self._writing() as connection:
            known = _digests(connection, looked_at)
            new = {one.dataset: one for one in current if known.get(one.dataset) != one.digest}
            gone = known.keys() - {one.dataset for one in current}
            rows.delete_where(connection, unpublished, unpublished.c.dataset, looked_at)
            rows.delete_where(connection, withheld, withheld.c.dataset, looked_at)
            rows.insert_all(connection, withheld, [_row(one) for one in kept_out])
            rows.delete_where(connection, agents, agents.c.dataset, looked_at)
            named = [{"agent": agent, "dataset": one.dataset} for one in current for agent in one.agents]
            rows.insert_all(connection, agents, named)
            if new or gone or _head_differs(connection, head):
                snapshot = _begin_snapshot(connection, moment, head)
                _append(connection, new, gone, known, snapshot, moment)
            return len(new) + len(gone)

    def drop_superseded(self) -> None:
        """Empty every description that was replaced: what was forgotten may stand in it."""
        with self._writing() as connection:
            connection.execute(versions.update().where(versions.c.until.is_not(None)).values(body=b"", publisher=""))

    # reading

    def snapshot(self, number: int | None = None) -> Snapshot | None:
        """The one of this number, else the newest; None where there is none."""
        with self._reading() as connection:
            if number is None:
                found = connection.execute(_NEWEST).all()
            else:
                found = connection.execute(_ONE_AND_NEXT, {"wanted": number}).all()
        if not found or number not in (None, found[0].number):
            return None
        first, *following = found
        return Snapshot(first.number, first.moment, following[0].moment if following else "")

    def head(self, snapshot: int) -> str:
        """The statements about the catalogue itself, as a snapshot has them."""
        query = sa.select(snapshots.c.head).where(snapshots.c.number == snapshot)
        with self._reading() as connection:
            return _text(connection.scalar(query) or b"")

    def base(self) -> str:
        """What every IRI of the newest snapshot begins with; ``""`` where there is none."""
        newest = self.snapshot()
        return base_in(self.head(newest.number)) if newest else ""

    def count(self, snapshot: int, filters: Filters = EVERYTHING) -> int:
        """How many datasets a snapshot has."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.count()).where(_wanted(snapshot, filters))) or 0

    def page(self, snapshot: int, filters: Filters, offset: int, limit: int) -> list[bytes]:
        """The descriptions of one page, by dataset id, in UTF-8."""
        query = sa.select(versions.c.number).where(_wanted(snapshot, filters)).order_by(versions.c.dataset)
        numbers = query.offset(offset).limit(limit)  # first, so that descriptions before the page are not read
        bodies = sa.select(versions.c.body).where(versions.c.number.in_(numbers)).order_by(versions.c.dataset)
        with self._reading() as connection:
            return _unpacked(connection.scalars(bodies))

    def last_modified(self, snapshot: int, filters: Filters) -> str:
        """When the newest of these descriptions changed, ``""`` where there are none."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(versions.c.moment)).where(_wanted(snapshot, filters))) or ""

    def stream(self, snapshot: int) -> Iterator[list[bytes]]:
        """Every description of a snapshot, some at a time, by dataset id, in UTF-8."""
        after = ""
        while True:
            query = sa.select(versions.c.dataset, versions.c.body).where(_wanted(snapshot, EVERYTHING))
            with self._reading() as connection:
                wanted = query.where(versions.c.dataset > after).order_by(versions.c.dataset).limit(STREAMED)
                found = connection.execute(wanted).all()
            if not found:
                return
            yield _unpacked(body for _, body in found)
            after = found[-1].dataset

    def identities(self, snapshot: int, offset: int, limit: int) -> list[tuple[str, str]]:
        """Dataset id and moment of its last change, by id."""
        query = sa.select(versions.c.dataset, versions.c.moment).where(_wanted(snapshot, EVERYTHING))
        with self._reading() as connection:
            found = connection.execute(query.order_by(versions.c.dataset).offset(offset).limit(limit))
            return [(dataset, moment) for dataset, moment in found]

    def one(self, dataset: str) -> Event | None:
        """The last change of a dataset."""
        query = sa.select(versions).where(versions.c.dataset == dataset).order_by(versions.c.number.desc()).limit(1)
        with self._reading() as connection:
            found = connection.execute(query).first()
        return _event(found) if found else None

    def described_in(self, agent: str) -> str:
        """A dataset whose description names the agent, ``""`` where none does."""
        query = sa.select(sa.func.min(agents.c.dataset)).where(agents.c.agent == agent)
        with self._reading() as connection:
            return connection.scalar(query) or ""

    def last_event(self) -> int:
        """The number of the newest change, 0 where there is none."""
        with self._reading() as connection:
            return connection.scalar(sa.select(sa.func.max(versions.c.number))) or 0

    def events(self, first: int, last: int) -> list[Event]:
        """The changes from one number to another, both included."""
        query = sa.select(versions).where(versions.c.number.between(first, last)).order_by(versions.c.number)
        with self._reading() as connection:
            return [_event(row) for row in connection.execute(query)]

    def withheld_counts(self) -> Mapping[str, int]:
        """Property that is lacking → how many datasets stay out for it."""
        query = sa.select(withheld.c.property, sa.func.count()).group_by(withheld.c.property)
        with self._reading() as connection:
            return {name: number for name, number in connection.execute(query)}  # noqa: C416 - rows are no pairs to mypy

    def withheld_by_portal(self, portals: Collection[str]) -> dict[str, dict[str, int]]:
        """The same of portals whose copy is the elected one; those without any are absent."""
        query = (
            sa.select(withheld.c.portal, withheld.c.property, sa.func.count())
            .where(withheld.c.portal.in_(portals))
            .group_by(withheld.c.portal, withheld.c.property)
            .order_by(withheld.c.portal, withheld.c.property)
        )
        found: dict[str, dict[str, int]] = {}
        with self._reading() as connection:
            for portal, name, number in connection.execute(query):
                found.setdefault(portal, {})[name] = number
        return found

    def withheld_property(self, dataset: str) -> str:
        """What a dataset lacks that stays out, ``""`` for others."""
        query = sa.select(withheld.c.property).where(withheld.c.dataset == dataset)
        with self._reading() as connection:
            return connection.scalar(query) or ""

    def withheld(self, offset: int, limit: int) -> list[Withheld]:
        """Those that stay out, by dataset id."""
        query = sa.select(withheld).order_by(withheld.c.dataset).offset(offset).limit(limit)
        with self._reading() as connection:
            return [Withheld(*row) for row in connection.execute(query)]

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with speaking(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """As ``search.dedupe.store``: the first statement writes, so that SQLite waits its turn."""
        with speaking(), self._engine.begin() as connection:
            connection.execute(state.update().where(state.c.name == "").values(value=0))
            yield connection


def _wanted(snapshot: int, filters: Filters) -> sa.ColumnElement[bool]:
    v = versions.c
    bounds = [v.since <= snapshot, sa.or_(v.until.is_(None), v.until > snapshot), v.kind != "delete"]
    equal = ((v.portal, filters.portal), (v.publisher, filters.publisher))
    within = ((v.themes, filters.theme), (v.territories, filters.territory))
    bounds += [column == value for column, value in equal if value]
    bounds += [column.contains(f" {value} ", autoescape=True) for column, value in within if value]
    bounds += [v.moment >= filters.since] if filters.since else []
    return sa.and_(*bounds)


def _digests(connection: sa.Connection, ids: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in batches(sorted(ids), rows.PARAMETERS):
        query = sa.select(versions.c.dataset, versions.c.digest).where(versions.c.dataset.in_(some))
        current = query.where(versions.c.until.is_(None), versions.c.kind != "delete")
        found.update((dataset, digest) for dataset, digest in connection.execute(current))
    return found


def _head_differs(connection: sa.Connection, head: str) -> bool:
    newest = sa.select(snapshots.c.digest).order_by(snapshots.c.number.desc()).limit(1)
    return connection.scalar(newest) != hashlib.sha256(head.encode()).hexdigest()


def _begin_snapshot(connection: sa.Connection, moment: str, head: str) -> int:
    number = (connection.scalar(sa.select(sa.func.max(snapshots.c.number))) or 0) + 1
    digest = hashlib.sha256(head.encode()).hexdigest()
    row = {"number": number, "moment": moment, "digest": digest, "head": _packed(head)}
    connection.execute(snapshots.insert().values(row))
    return number


def _append(
    connection: sa.Connection,
    new: Mapping[str, Version],
    gone: Collection[str],
    known: Collection[str],
    snapshot: int,
    moment: str,
) -> None:
    last = connection.scalar(sa.select(sa.func.max(versions.c.number))) or 0
    ids = sorted({*new, *gone})
    for some in batches(ids, rows.PARAMETERS):
        current = versions.c.dataset.in_(some) & versions.c.until.is_(None)
        connection.execute(versions.update().where(current).values(until=snapshot))
    added = []
    for number, dataset in enumerate(ids, last + 1):
        kind = "delete" if dataset in gone else "update" if dataset in known else "create"
        added.append(
            {"number": number, "kind": kind, "since": snapshot, "moment": moment}
            | _row(new.get(dataset) or Version(dataset, "", ""))
        )
    rows.insert_all(connection, versions, added)


def _row(one: Version | Withheld) -> dict[str, object]:
    if isinstance(one, Withheld):
        return {name: getattr(one, name) for name in one.__struct_fields__}
    told: dict[str, object] = {name: getattr(one, name) for name in ("dataset", "digest", "portal", "publisher")}
    codes = {name: f" {' '.join(getattr(one, name))} " for name in ("themes", "territories")}
    return told | codes | {"body": _packed(one.body)}


def _event(row: sa.Row[tuple[object, ...]]) -> Event:
    return Event(row.number, row.dataset, row.kind, row.moment, _text(row.body))


def _packed(text: str) -> bytes:
    return zstandard.compress(text.encode()) if text else b""


def _text(data: bytes) -> str:
    return zstandard.decompress(data).decode() if data else ""


def _unpacked(bodies: Iterable[bytes]) -> list[bytes]:
    """By one reader: to make another for each takes as long as reading."""
    unpack = zstandard.ZstdDecompressor().decompress
    return [unpack(data) if data else b"" for data in bodies]
