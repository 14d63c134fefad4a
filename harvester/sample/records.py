"""A federation seeded from real records: a data.gouv.fr catalogue export, as Parquet or CSV.

A record that was harvested is served twice: by the portal that it came from, and by the national portal with its
harvest block. A host that is no registered portal's becomes a generated national portal without authority. Rows are
read in batches into an SQLite file of the working folder and made into records one at a time: nothing but row numbers
is held.
"""

import csv
import hashlib
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from dcat.portal import Level, Portal, Protocol
from dcat.text import fold
from harvester.sample.identifiers import source_key
from harvester.sample.network import DIALECTS, SamplePortal, national_portal, sample_portals
from harvester.sample.real_record import COLUMNS, copy_of_row, key_of_row, record_of_row
from harvester.sample.record import Relation, SampleRecord, TruthRow

try:
    from pyarrow import parquet  # type: ignore[import-untyped,unused-ignore]
except ImportError:
    parquet = None

BATCH = 1_000
LARGEST_FIELD = 10_000_000

NO_PYARROW = (
    "Lire {path} (Parquet) demande l'extra « records » : pip install 'aiguillage[records]', ou donnez le CSV.\n"
    "Reading {path} (Parquet) needs the extra « records »: pip install 'aiguillage[records]', or give the CSV export."
)
UNREADABLE = (
    "Impossible de lire {path} : {problem}. Attendu : un export du catalogue de data.gouv.fr, en Parquet ou en CSV.\n"
    "Cannot read {path}: {problem}. Expected: a data.gouv.fr catalogue export, as Parquet or CSV."
)

Row = dict[str, Any]


class RecordsError(Exception):
    """The file of records cannot be used; the text says why and what to do, in French and English."""


class RealRecords:
    """A ``Catalogue`` of the first ``rows`` records of a file. ``folder`` gets ``records.sqlite``."""

    def __init__(self, registry: Iterable[Portal], path: Path, folder: Path, *, rows: int, seed: int = 1) -> None:
        self.portals = sample_portals(registry)
        self._seed = seed
        self._national = national_portal(self.portals)
        self._hosts = _hosts(self.portals)
        self._holdings: dict[str, array[int]] = {name: array("I") for name in self.portals}
        self._first: dict[bytes, int] = {}
        self._firsts = array("I")
        self._store = _store(folder / "records.sqlite")
        for batch in _batches(islice(read_rows(path), rows), BATCH):
            self._keep(batch)
        self._store.executescript("CREATE INDEX by_id ON records(id); CREATE INDEX by_slug ON records(slug);")

    def size(self, portal: str) -> int:
        """How many records a portal holds."""
        return len(self._holdings[portal])

    def record(self, portal: str, position: int) -> SampleRecord:
        """The record at a position of a portal."""
        return self._record(portal, self._holdings[portal][position])

    def find(self, portal: str, source_id: str) -> SampleRecord | None:
        """By id or slug: at the national portal the real ones, elsewhere those made from the row."""
        if portal == self._national:
            query = "SELECT number FROM records WHERE id = ?1 OR slug = ?1"
            found = self._store.execute(query, (source_id,)).fetchone()
            return self._record(portal, found[0]) if found else None
        records = (self._record(portal, number) for number in self._holdings[portal])
        return next((record for record in records if source_id in (record.source_id, record.slug)), None)

    def truth(self) -> Iterator[TruthRow]:
        """One row a record. Territory and competence are not known; a generated portal is never the authority."""
        for portal, numbers in self._holdings.items():
            for number in numbers:
                row = self._row(number)
                host = self._portal_of(row)
                copied = portal == self._national and host is not None
                dataset = f"r{self._firsts[number]:06d}"
                authority = self.portals[host].id if host and self.portals[host].portal.authority else self._national
                yield TruthRow(
                    portal=portal,
                    source_id=source_key(self.portals[portal], self._made(portal, number, row).source_id),
                    dataset=dataset,
                    relation=Relation.SAME if copied else Relation.NONE,
                    target=dataset if copied else "",
                    authority_portal=authority,
                    territory="",
                    competence="",
                )

    def _keep(self, batch: list[Row]) -> None:
        """Stores the rows, and lays out who holds them."""
        start = len(self._firsts)
        self._store.executemany(
            "INSERT INTO records VALUES (?, ?, ?, ?)",
            [(number, row["id"], row["slug"], msgspec.json.encode(row)) for number, row in enumerate(batch, start)],
        )
        for number, row in enumerate(batch, start):
            host = self._portal_of(row) or self._generated(row)
            self._holdings[self._national].append(number)
            if host is None:
                self._firsts.append(number)
                continue
            key = hashlib.blake2b(f"{host}/{key_of_row(row)}".encode(), digest_size=8).digest()
            first = self._first.setdefault(key, number)
            self._firsts.append(first)
            if first == number:
                self._holdings[host].append(number)

    def _portal_of(self, row: Row) -> str | None:
        """The portal that a row was harvested from; None where it was published at the national portal itself."""
        host = _bare(row["harvest.domain"])
        name = self._hosts.get(host)
        return None if name == self._national else name

    def _generated(self, row: Row) -> str | None:
        """A portal for a host that nobody registered: national, without authority."""
        host = _bare(row["harvest.domain"])
        if not host or host in self._hosts:
            return None
        name = "host-" + "-".join(fold(host).split())
        portal = Portal(name, host, Level.NATIONAL, ("national",), f"https://{host}", authority=False)
        protocol = _protocol(row)
        dialects = tuple(DIALECTS[protocol])
        self.portals[name] = SamplePortal(portal, protocol, dialects[len(self.portals) % len(dialects)])
        self._holdings[name] = array("I")
        self._hosts[host] = name
        return name

    def _record(self, portal: str, number: int) -> SampleRecord:
        return self._made(portal, number, self._row(number))

    def _made(self, portal: str, number: int, row: Row) -> SampleRecord:
        host = self._portal_of(row)
        if portal != self._national or host is None:
            return record_of_row(row, number, self.portals[portal], self._seed)
        first = self._firsts[number]
        source = record_of_row(self._row(first) if first != number else row, first, self.portals[host], self._seed)
        return copy_of_row(row, number, self.portals[self._national], source, row["harvest.domain"])

    def _row(self, number: int) -> Row:
        found = self._store.execute("SELECT content FROM records WHERE number = ?", (number,)).fetchone()
        row: Row = msgspec.json.decode(found[0])
        return row


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a catalogue export, the columns that are used. Raises ``RecordsError``."""
    try:
        yield from _parquet_rows(path) if path.suffix == ".parquet" else _csv_rows(path)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise RecordsError(UNREADABLE.format(path=path, problem=error)) from error


def _parquet_rows(path: Path) -> Iterator[Row]:
    if parquet is None:
        raise RecordsError(NO_PYARROW.format(path=path))
    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(BATCH, columns=list(COLUMNS)):
            for row in batch.to_pylist():
                yield {column: row[column] or "" for column in COLUMNS}


def _csv_rows(path: Path) -> Iterator[Row]:
    csv.field_size_limit(LARGEST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = ";" if ";" in file.readline() else ","
        file.seek(0)
        for row in csv.DictReader(file, delimiter=delimiter):
            yield {column: row[column] or "" for column in COLUMNS}


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    while batch := list(islice(rows, size)):
        yield batch


def _store(path: Path) -> sqlite3.Connection:
    """A new file each time; it is a cache of the export, so nothing waits for the disk."""
    path.unlink(missing_ok=True)
    store = sqlite3.connect(path, isolation_level=None)
    store.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    store.execute("CREATE TABLE records (number INTEGER PRIMARY KEY, id TEXT, slug TEXT, content BLOB)")
    return store


def _hosts(portals: Mapping[str, SamplePortal]) -> dict[str, str]:
    """Host → portal, without ``www.``."""
    return {_bare(host): name for name, sample in portals.items() for host in (sample.host, *sample.portal.hosts)}


def _bare(host: str) -> str:
    return host.strip().lower().removeprefix("www.")


def _protocol(row: Row) -> Protocol:
    """What the portal of a row speaks, as far as the row tells."""
    if "/explore/dataset/" in row["harvest.remote_url"]:
        return Protocol.ODS
    return Protocol.CKAN if row["harvest.backend"] == "CKAN" else Protocol.DCAT
