"""Transactions on the one database, and its errors in words that say what to do."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from search.dedupe.tables import state
from search.engines.backend import IndexUnavailable

WRITES = "archive_writes"  # SQLite's writer's lock from the first statement on: what opened the engine reads it


class StoreUnavailable(IndexUnavailable):
    """The database of the clusters cannot answer now; the words say what to do."""


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """One transaction. The first statement writes: SQLite then waits for another writer's turn to end, where it would
    refuse a reader that turns writer later.
    """
    with speaking(), engine.begin() as connection:
        connection.execute(state.update().where(state.c.name == "").values(value=0))
        yield connection


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    with speaking(), engine.connect() as connection:
        yield connection


def make_tables(engine: sa.Engine, wanted: sa.MetaData) -> None:
    """Make those that are missing. Processes that start together take turns, before either looks what there is."""
    with reading(engine) as connection:
        if wanted.tables.keys() <= set(sa.inspect(connection).get_table_names()):
            return
    with speaking(), engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('aiguillage search'))"))
        wanted.create_all(connection)


@contextmanager
def speaking() -> Iterator[None]:
    """The database's errors in words that say what to do."""
    try:
        yield
    except sa.exc.DBAPIError as problem:
        reason = str(problem.orig).strip()[:300]
        raise StoreUnavailable(
            f"La base de données ne répond pas ({reason}) : vérifiez qu'elle tourne, qu'elle a de la place et qu'aucun "
            "autre processus ne la bloque, puis relancez.",
            f"The database does not answer ({reason}): check that it is running, that it has space and that no other "
            "process locks it, then try again.",
        ) from problem
