"""One engine for SQLite and PostgreSQL, and their failures in our words."""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    JSON,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    Insert,
    String,
    TableValuedAlias,
    any_,
    bindparam,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from harvester.errors import ArchiveUnavailable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite

BUSY_TIMEOUT = 30.0
ASK_AGAIN = 0.01  # seconds
WRITES = "archive_writes"


def open_engine(url: str, busy_timeout: float = BUSY_TIMEOUT) -> Engine:
    """An engine that has not connected yet. ``busy_timeout`` in seconds: how long SQLite waits for another writer,
    unless the address says it (``sqlite:///path?timeout=5``)."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": 10})
    engine = create_engine(parsed, connect_args={} if "timeout" in parsed.query else {"timeout": busy_timeout})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # our own BEGIN, below
    _turn_to_the_log(connection)
    for pragma in ("synchronous = NORMAL", "foreign_keys = ON", "cache_size = -8192"):
        connection.execute(f"PRAGMA {pragma}")


def _turn_to_the_log(connection: sqlite3.Connection) -> None:
    """Write ahead, which the file remembers. Of processes that start together on a new file SQLite refuses some at
    once, whatever the time that they would wait: they ask again for as long."""
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() >= until:
                raise
            time.sleep(ASK_AGAIN)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    """Writers take the lock at once: a reader that turns writer later is refused without waiting."""
    if connection.get_execution_options().get(WRITES, False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # it waits for nobody, and is told to the driver itself: half of what a small question takes is around it
        connection.connection.cursor().execute("BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection for questions."""
    with in_our_words(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: everything in the block, or nothing of it."""
    with in_our_words(engine), engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


def insert_into(dialect: str, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """INSERT with ON CONFLICT, which the two databases spell alike but which SQLAlchemy keeps in their dialects; one of
    them is loaded."""
    made: sqlite.Insert | postgresql.Insert = resolve_name(f"sqlalchemy.dialects.{dialect}:insert")(table)
    return made


def write_rows(connection: Connection, query: Insert, rows: Sequence[tuple[Any, ...]]) -> None:
    """As ``execute`` with many rows, each in the order of the table's columns and of values as a driver takes them:
    what SQLAlchemy does with a row takes longer than to write it."""
    spelled = _by_position(query, type(connection.dialect))  # type: ignore[arg-type]  # a class can be hashed
    connection.exec_driver_sql(spelled, list(rows))


@cache
def _by_position(query: Insert, dialect: type[Dialect]) -> str:
    style = "qmark" if dialect.name == "sqlite" else "format"
    return str(query.compile(dialect=dialect(paramstyle=style)))  # type: ignore[call-arg]  # of every dialect


class _Strings(TypeDecorator[Sequence[str]]):
    """Strings in one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(String) if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> list[str] | str:
        strings = list(value or ())
        return strings if dialect.name == "postgresql" else json.dumps(strings)


def is_among(column: ColumnElement[str], parameter: str, dialect: str) -> ColumnElement[bool]:
    """The column is one of the strings of a parameter, however many they are: where a list gets a parameter for each,
    the statement is put together and read by the database anew each time, which takes longer than to answer it."""
    given = bindparam(parameter, type_=_Strings())
    if dialect == "postgresql":
        return column == any_(given)
    return column.in_(select(func.json_each(given).table_valued("value").c.value))


def pairs(parameter: str, dialect: str) -> TableValuedAlias:
    """A parameter, a mapping of strings to strings, as a table of ``key`` and ``value``."""
    each = func.json_each_text if dialect == "postgresql" else func.json_each
    return each(bindparam(parameter, type_=JSON())).table_valued("key", "value")


@contextmanager
def in_our_words(engine: Engine) -> Iterator[None]:
    """Turn what the drivers raise for lack of a usable database into ``ArchiveUnavailable``; a constraint stays as
    it is."""
    try:
        yield
    except DBAPIError as error:
        code = _code(error)
        if code is None:
            raise
        where = engine.url.render_as_string(hide_password=True)
        detail = str(error.orig).strip().partition("\n")[0]
        raise ArchiveUnavailable(code, where=where, detail=detail) from error


# SQLite's primary result codes (https://www.sqlite.org/rescode.html): extended ones keep them in the low byte.
_SQLITE_CODES = {
    sqlite3.SQLITE_BUSY: "archive-locked",
    sqlite3.SQLITE_LOCKED: "archive-locked",
    sqlite3.SQLITE_FULL: "archive-full",
    sqlite3.SQLITE_IOERR: "archive-unreachable",
    sqlite3.SQLITE_CANTOPEN: "archive-unreachable",
    sqlite3.SQLITE_PERM: "archive-read-only",
    sqlite3.SQLITE_READONLY: "archive-read-only",
    sqlite3.SQLITE_CORRUPT: "archive-damaged",
    sqlite3.SQLITE_NOTADB: "archive-damaged",
}

# PostgreSQL's SQLSTATE classes and codes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRES_CODES = {
    "42P01": "archive-missing",
    "53100": "archive-full",
    "55P03": "archive-locked",
    "40P01": "archive-locked",
    "25006": "archive-read-only",
}
_POSTGRES_LOST = (
    "",
    "08",
    "28",
    "3D",
    "53",
    "57",
)  # no answer, connection, login, no such database, resources, shutdown


def _code(error: DBAPIError) -> str | None:
    if isinstance(error.orig, sqlite3.DatabaseError):
        if "no such table" in str(error.orig):
            return "archive-missing"
        return _SQLITE_CODES.get(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF)
    # By psycopg's attribute, not its class: to import it takes a sixth of a harvesting process's start.
    state = getattr(error.orig, "sqlstate", None) or ""
    lost = isinstance(error, OperationalError) and state[:2] in _POSTGRES_LOST
    return _POSTGRES_CODES.get(state, "archive-unreachable" if lost else None)
