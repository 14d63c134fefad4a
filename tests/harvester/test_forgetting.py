"""Somebody asks to be forgotten: afterwards nothing of the archive holds the value, and no harvest brings it back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import LargeBinary, select

from dcat.findings import finding
from dcat.model import ContactPoint, Dataset, Record, Text
from dcat.personal import PersonalData
from dcat.redaction import Redactor
from harvester.archive import Archive, Page
from harvester.archive.bodies import PART
from harvester.archive.compression import decompress
from harvester.archive.forgotten import finish, forgotten_values, remember_to_forget, unfinished
from harvester.archive.tables import forgotten, metadata, readings
from harvester.archive.vacuum import vacuum
from harvester.forgetting import Erased, erase, forget_readings
from harvester.parsers.page import ParsedPage, ParsedRecord
from harvester.persons.privacy import Privacy
from harvester.runs.outcome import Ending
from tests.harvester.sources import NOON, RENNES, make_record, page, read, recorder

EMAIL, PHONE, NAME = "andré.lefèvre@ville-exemple.fr", "02 99 86 62 62", "André Lefèvre"
KEEPING = Privacy(PersonalData.KEEP)
VALUES = (EMAIL, PHONE, NAME)
SECRETS = re.compile(rb"lef.{1,12}vre|99.{0,3}86.{0,3}62.{0,3}62", re.IGNORECASE | re.DOTALL)


def planted(key: str = "a", title: str = "Arbres") -> ParsedRecord:
    """A record that speaks of a person in every way."""
    record = make_record(key, title)
    dataset = Dataset(
        title=record.dataset.title,
        description=(Text(f"Suivi par {NAME} ({PHONE}), {EMAIL}", "fr"),),
        contact_points=(ContactPoint(name=(Text("LEFEVRE André"),), email=EMAIL, telephone=PHONE),),
        landing_pages=(f"https://data.example.fr/{quote(EMAIL)}",),
    )
    said = Record(record.id, record.portal, key, dataset)
    return ParsedRecord(key, said, (finding("html-cleaned", key, "dct:description", f"{NAME} {EMAIL} {PHONE}"),))


def body(text: str) -> bytes:
    return f'{{"mbox": "{text}", "escaped": "{quote(EMAIL)}", "name": "Andr\\u00e9 Lef\\u00e8vre"}}'.encode()


def run(archive: Archive, *records: ParsedRecord, raw: bytes) -> None:
    """One run of one page, as it comes."""
    under_way = recorder(archive)
    came = Page(1, f"https://data.example.fr/?contact={quote(EMAIL)}", 200, {"x-by": NAME}, raw)
    under_way.record_page(came, read(ParsedPage(records), privacy=KEEPING))
    under_way.finish(Ending.EXHAUSTED)


def everything(archive: Archive) -> Iterator[bytes]:
    """Every cell of every table, unpacked; not who asked to be forgotten."""
    with archive.engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table is forgotten:
                continue
            for row in connection.execute(select(table)):
                for column, cell in zip(table.columns, row, strict=True):
                    packed = isinstance(column.type, LargeBinary)
                    yield decompress(cell) if packed and cell else str(cell).encode()


def holding(archive: Archive) -> list[bytes]:
    return [cell for cell in everything(archive) if SECRETS.search(cell)]


def forget(archive: Archive, *values: str) -> Erased:
    for value in values:
        remember_to_forget(archive, value, NOON)
    known = forgotten_values(archive)
    erased = erase(archive, Redactor(known.values, known.key))
    forget_readings(archive)
    return erased


@pytest.fixture
def full(archive: Archive) -> Archive:
    """Two runs, of which the second changed one record; a tombstone, findings, pages, a run under way."""
    run(archive, planted("a"), planted("b"), planted("c"), planted("d"), planted("e"), planted("f"), raw=body(EMAIL))
    run(archive, planted("a", "Arbres 2"), *(planted(key) for key in "bcde"), raw=body(PHONE))
    recorder(archive, now=NOON).record_page(page(1), read(ParsedPage([planted("g")]), privacy=KEEPING))
    return archive


def test_nothing_in_any_table_holds_the_values_afterwards(full: Archive) -> None:
    assert len(holding(full)) > 10
    erased = forget(full, *VALUES)
    assert holding(full) == []
    assert erased.pages == 2
    assert erased.versions == 7
    assert erased.rows > 7


def test_what_stood_around_them_stays(full: Archive) -> None:
    forget(full, *VALUES)
    record = full.record(make_record("a").id)
    assert record is not None
    assert record.dataset.title == (Text("Arbres 2", "fr"),)
    assert record.dataset.description == (Text("Suivi par … (…), …", "fr"),)
    assert record.dataset.contact_points == ()
    assert [found.value for found in full.findings(2).results if found.record == "a"] == ["… …"]
    (raw,) = full.pages(2)
    assert raw.body.startswith(b'{"mbox": "xqxqxq')
    assert len(raw.body) == len(body(PHONE))


def test_a_body_that_came_in_a_file_loses_them_in_every_part(archive: Archive, tmp_path: Path) -> None:
    across = PART - 20  # the address stands in two parts
    told = b"x" * across + body(EMAIL) + b"y" * across + body(PHONE)
    (tmp_path / "body").write_bytes(told)
    under_way = recorder(archive)
    came = Page(1, "https://data.example.fr/", 200, {}, b"", file=str(tmp_path / "body"))
    under_way.record_page(came, read(ParsedPage([planted()]), privacy=KEEPING))
    under_way.finish(Ending.EXHAUSTED)
    assert forget(archive, *VALUES).pages == 1
    assert holding(archive) == []
    (page,) = archive.pages(1)
    left = b"".join(archive.body_parts(RENNES.id, page.kept))
    assert len(left) == len(told)
    assert left[across:].startswith(b'{"mbox": "xqxqxq')
    assert forget(archive, *VALUES).pages == 0


def test_a_trial_counts_and_changes_nothing(full: Archive) -> None:
    before = list(everything(full))
    trial = Redactor([], b"0" * 16)
    assert erase(full, trial, dry_run=True).nothing
    remember_to_forget(full, EMAIL, NOON)
    known = forgotten_values(full)
    counted = erase(full, Redactor(known.values, known.key), dry_run=True)
    assert counted.versions == 7
    assert list(everything(full)) == before
    assert forget(full, EMAIL) == counted


def test_changes_are_numbered_so_that_the_index_follows(full: Archive) -> None:
    last = full.last_change()
    forget(full, *VALUES)
    changed = {change.record_id for change in full.changes(last)}
    assert changed == {make_record(key).id for key in "abcdef"}


def test_the_same_source_changes_nothing_afterwards(full: Archive) -> None:
    forget(full, *VALUES)
    known = forgotten_values(full)
    privacy = Privacy(PersonalData.KEEP, known.values, known.key)
    full.close_dead(3, NOON + timedelta(hours=1))
    under_way = recorder(full, now=NOON + timedelta(hours=1))
    came = Page(1, "https://data.example.fr/", 200, {}, privacy.body(body(PHONE)))
    records = [planted("a", "Arbres 2"), *(planted(key) for key in "bcde")]
    under_way.record_page(came, read(ParsedPage(records), privacy=privacy))
    report = under_way.finish(Ending.EXHAUSTED)
    assert (report.counts.updated, report.counts.unchanged) == (0, 5)
    assert holding(full) == []


def test_what_was_asked_is_recorded_without_the_value(archive: Archive) -> None:
    first = remember_to_forget(archive, EMAIL, NOON)
    assert remember_to_forget(archive, EMAIL.upper(), NOON) == first
    remember_to_forget(archive, NAME, NOON)
    known = forgotten_values(archive)
    assert len(known.values) == 2
    assert known.values[0] == first
    with archive.engine.connect() as connection:
        assert not SECRETS.search(repr(connection.execute(select(forgotten)).all()).encode())
    assert len(unfinished(archive)) == 2
    finish(archive, [one.digest for one in unfinished(archive)], NOON)
    assert unfinished(archive) == []
    remember_to_forget(archive, NAME, NOON)
    assert len(unfinished(archive)) == 1


def test_a_value_that_would_hide_too_much_is_not_remembered(archive: Archive) -> None:
    with pytest.raises(ValueError, match="letters"):
        remember_to_forget(archive, "a", NOON)
    assert forgotten_values(archive).values == ()


def test_an_identifier_that_is_the_value_stays_one(archive: Archive) -> None:
    run(archive, planted(EMAIL), planted("autre"), raw=b"{}")
    forget(archive, *VALUES)
    assert holding(archive) == []
    assert len({record.source_key for record in archive.records()}) == 2


def test_readings_are_forgotten(full: Archive) -> None:
    forget(full, *VALUES)
    with full.engine.connect() as connection:
        assert connection.execute(select(readings)).all() == []


def test_the_file_gives_back_what_was_deleted(full: Archive, tmp_path: Path) -> None:
    if full.engine.dialect.name != "sqlite":
        forget(full, *VALUES)
        vacuum(full)
        assert holding(full) == []
        return
    full.close_dead(3, NOON + timedelta(hours=1))
    with full.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")
    forget(full, *VALUES)
    vacuum(full)
    files = [path for path in tmp_path.iterdir() if path.name.startswith("archive.db")]
    assert files
    for path in files:
        assert not SECRETS.search(path.read_bytes()), path


def test_other_portals_and_other_values_are_left_alone(full: Archive) -> None:
    before = {record.id: record for record in full.records(RENNES.id)}
    assert forget(full, "someone.else@example.org", "Someone Else").nothing
    assert {record.id: record for record in full.records(RENNES.id)} == before
