"""A new SQLite file that several processes open at once."""

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from harvester.archive.engine import open_engine


@pytest.fixture
def other(tmp_path: Path) -> sqlite3.Connection:
    """Another process that makes its tables before anybody turned the file to the write-ahead log: SQLite refuses to
    turn it then, at once."""
    connection = sqlite3.connect(tmp_path / "archive.sqlite", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def test_who_is_refused_the_log_asks_again(
    tmp_path: Path, other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def meanwhile(seconds: float) -> None:
        waits.append(seconds)
        other.execute("COMMIT")

    monkeypatch.setattr(time, "sleep", meanwhile)
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    assert len(waits) == 1


def test_and_is_told_when_its_patience_ends(tmp_path: Path, other: sqlite3.Connection) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'archive.sqlite'}", busy_timeout=0.0)
    with pytest.raises(OperationalError, match="locked"):
        engine.connect()
    other.execute("ROLLBACK")
