"""Tables made by processes that start together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import sqlalchemy as sa

from harvester.archive.engine import open_engine
from search.dedupe.sessions import make_tables
from search.dedupe.tables import metadata

PROCESSES = 6


def test_processes_that_start_together_take_turns(tmp_path: Path) -> None:
    """Each has an engine of its own, as a process has."""
    together = Barrier(PROCESSES)

    def start(_: int) -> set[str]:
        engine = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}")
        together.wait()
        make_tables(engine, metadata)
        found = set(sa.inspect(engine).get_table_names())
        engine.dispose()
        return found

    with ThreadPoolExecutor(PROCESSES) as pool:
        for found in pool.map(start, range(PROCESSES)):
            assert found >= metadata.tables.keys()


def test_where_all_are_there_nobody_waits_for_a_writer(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}", busy_timeout=0.0)
    make_tables(engine, metadata)
    writer = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    with writer.connect().execution_options(archive_writes=True) as connection, connection.begin():
        make_tables(engine, metadata)
    engine.dispose()
    writer.dispose()
