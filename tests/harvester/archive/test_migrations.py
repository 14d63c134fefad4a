"""An archive that an earlier version of the program made: brought up to date in place, with all it holds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, text

from dcat.codec import digest, encode
from harvester.archive import Archive
from harvester.archive.compression import compress
from tests.harvester.sources import catalogue, harvest, make_record, titles

SCRIPT = Path(__file__).with_name("version_1.sql")


NOW = "2026-02-01T03:00:00.000+00:00"
COUNTS = ("received", "accepted", "repaired", "rejected", "merged", "added", "updated", "unchanged", "deleted", "held")
RUN: dict[str, object] = {
    **dict.fromkeys((*COUNTS, "unidentified", "failed_pages"), 0),
    **dict.fromkeys(("started", "finished", "heartbeat", "lease_until"), NOW),
    **dict.fromkeys(("received", "accepted", "added", "declared"), 2),
    "portal": "rennes",
    "mode": "full",
    "status": "ok",
    "complete": True,
    "pages": 1,
    "findings_run": 1,
    "findings_digest": "",
}


def statements(dialect: str) -> list[str]:
    """What made an archive of version 1."""
    _, _, after = SCRIPT.read_text(encoding="utf-8").partition(f"-- {dialect}\n")
    return [one.strip() for one in after.partition("-- ")[0].split(";") if one.strip()]


@pytest.fixture
def old(database_url: str) -> Iterator[Archive]:
    """An archive of version 1 with one run over the records a and b, of which b was deleted."""
    archive = Archive(database_url)
    with archive.engine.begin() as connection:
        for statement in statements(connection.dialect.name):
            connection.execute(text(statement))
        connection.execute(text("INSERT INTO archive VALUES (1, 1, NULL, 2)"))
        marks = ", ".join(f":{name}" for name in RUN)
        connection.execute(text(f"INSERT INTO runs ({', '.join(RUN)}) VALUES ({marks})"), RUN)  # noqa: S608 - names above
        for number, key in enumerate("ab", 1):
            record = make_record(key)
            payload = encode(record)
            gone = 1 if key == "b" else None
            row: dict[str, Any] = {"id": record.id, "key": key, "digest": digest(payload), "gone": gone, "n": number}
            connection.execute(
                text("INSERT INTO records VALUES (:id, 'rennes', :key, :digest, 1, 1, 1, :gone, :n)"), row
            )
            connection.execute(
                text("INSERT INTO versions VALUES (1, :id, :digest, :payload)"), {**row, "payload": compress(payload)}
            )
    yield archive
    archive.close()


def columns(engine: Engine) -> dict[str, set[tuple[str, str, bool]]]:
    """By table: each column's name, type and whether it may be empty."""
    found = inspect(engine)
    return {
        table: {(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)}
        for table in found.get_table_names()
    }


def test_what_was_known_is_still_known_and_goes_on(old: Archive) -> None:
    old.create()
    assert titles(old) == {"a": "Arbres"}
    assert old.report(1).counts.received == 2
    report = harvest(old, catalogue("a", "b"))
    assert (report.counts.unchanged, report.counts.added, report.previous) == (1, 1, 1)
    assert titles(old) == {"a": "Arbres", "b": "Arbres"}


def test_it_becomes_what_a_new_archive_is(old: Archive, tmp_path: Path) -> None:
    if old.engine.dialect.name != "sqlite":
        pytest.skip("one comparison is enough: the types of the databases differ")
    fresh = Archive(f"sqlite:///{tmp_path / 'fresh.db'}")
    fresh.create()
    old.create()
    assert columns(old.engine) == columns(fresh.engine)
    fresh.close()


def test_it_is_done_once(old: Archive) -> None:
    old.create()
    harvest(old, catalogue("a"))
    before = columns(old.engine)
    old.create()
    assert columns(old.engine) == before


def test_a_migration_that_breaks_leaves_the_archive_as_it_was(old: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(*_: object) -> None:
        raise ZeroDivisionError

    before = columns(old.engine)
    monkeypatch.setattr("harvester.archive.migrations.from_1.upgrade", breaking)
    with pytest.raises(ZeroDivisionError):
        old.create()
    assert columns(old.engine) == before
    monkeypatch.undo()
    old.create()
    assert titles(old) == {"a": "Arbres"}
