"""A database that cannot be used: a clear sentence in both languages, and nothing lost."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import update

from harvester.archive import Archive, tables
from harvester.errors import ArchiveUnavailable
from harvester.runs.outcome import Ending, Status
from tests.harvester.sources import catalogue, harvest, parsed, recorder, take, titles


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "archive.db"


def opened(file: Path) -> Archive:
    archive = Archive(f"sqlite:///{file}", busy_timeout=0.05)
    archive.create()
    return archive


def test_a_full_disk_stops_the_run_and_loses_nothing(file: Path) -> None:
    archive = opened(file)
    harvest(archive, catalogue("a", "b"))
    run = recorder(archive)
    take(run, 0, *catalogue("a", "b", "c", "d"))
    with archive.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
    large = [
        parsed(f"jeu-{number}", "".join(chr(0x100 + (number * 7 + i * i) % 20000) for i in range(3000)))
        for number in range(50)
    ]

    with pytest.raises(ArchiveUnavailable) as refused:
        take(run, 1, *large)

    assert refused.value.code == "archive-full"
    assert "disque" in refused.value.message("fr")
    assert "free some space" in refused.value.message("en")
    archive.close()
    reopened = opened(file)
    assert titles(reopened) == {"a": "Arbres", "b": "Arbres"}
    assert reopened.run(1).status is Status.OK
    assert reopened.run(2).counts.received == 4
    reopened.close()


def test_a_locked_database_says_so_and_the_run_can_go_on(file: Path) -> None:
    archive = opened(file)
    run = recorder(archive)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(ArchiveUnavailable) as refused:
        take(run, 0, *catalogue("a"))
    assert refused.value.code == "archive-locked"
    assert titles(archive) == {}  # readers are not held up

    other.execute("ROLLBACK")
    other.close()
    take(run, 0, *catalogue("a"))
    assert run.finish(Ending.EXHAUSTED).counts.accepted == 1
    archive.close()


def test_an_archive_without_tables_says_what_to_run(database_url: str) -> None:
    archive = Archive(database_url)
    with pytest.raises(ArchiveUnavailable) as refused:
        archive.last_runs()
    assert refused.value.code == "archive-missing"
    archive.close()


def test_a_folder_that_cannot_be_made_is_named(file: Path) -> None:
    file.write_text("a file, not a folder", encoding="utf-8")
    archive = Archive(f"sqlite:///{file / 'below' / 'archive.db'}")
    with pytest.raises(ArchiveUnavailable) as refused:
        archive.create()
    assert refused.value.code == "archive-unreachable"
    assert str(file) in refused.value.message("fr")
    archive.close()


def test_a_file_that_is_no_database_is_left_alone(file: Path) -> None:
    file.write_bytes(b"<html>not a database</html>" * 100)
    archive = Archive(f"sqlite:///{file}")
    with pytest.raises(ArchiveUnavailable) as refused:
        archive.create()
    assert refused.value.code == "archive-damaged"
    assert file.read_bytes().startswith(b"<html>")
    archive.close()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    archive = Archive("postgresql://someone:secret@127.0.0.1:1/archive")
    with pytest.raises(ArchiveUnavailable) as refused:
        archive.create()
    assert refused.value.code == "archive-unreachable"
    assert "127.0.0.1:1" in refused.value.message("en")
    assert "secret" not in refused.value.message("en") + refused.value.message("fr")
    archive.close()


def test_another_version_of_the_tables_is_refused(archive: Archive) -> None:
    with archive.engine.begin() as connection:
        connection.execute(update(tables.archive).values(schema_version=tables.SCHEMA_VERSION + 1))
    with pytest.raises(ArchiveUnavailable) as refused:
        archive.create()
    assert refused.value.code == "archive-version"


def test_nothing_is_opened_before_the_first_call(file: Path) -> None:
    Archive(f"sqlite:///{file}").close()
    assert not file.exists()
