"""Giving back what was deleted: until then its bytes still stand in the file."""

from time import sleep

from sqlalchemy import text

from harvester.archive.engine import in_our_words
from harvester.archive.store import Archive

ATTEMPTS = 30
SECONDS_BETWEEN = 1.0
"""Readers keep what they read from being overwritten: they are waited for."""


def vacuum(archive: Archive) -> None:
    """Write the database anew without what was deleted. Nobody can write meanwhile; on PostgreSQL nobody can read the
    table under way either. Raises ``ArchiveUnavailable``."""
    with in_our_words(archive.engine), archive.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM (FULL)"))
            return
        raw = connection.connection.driver_connection
        assert raw is not None  # noqa: S101 - the connection is open
        raw.execute("VACUUM")
        for _ in range(ATTEMPTS):
            (busy, *_) = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:
                return
            sleep(SECONDS_BETWEEN)
