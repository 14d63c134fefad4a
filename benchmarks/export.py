"""Rows of a catalogue export as the records that deduplication meets, with their identifiers or without."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
from msgspec.structs import replace

from benchmarks.corpus import Row, portal_of, record_of, rows
from dcat.model import Record
from dcat.portal import Portal

HIDDEN = ("id", "slug", "url", "harvest.remote_url")
MASKED = re.compile(
    r"https?://\S+|www\.\S+|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{24})(?![0-9a-f])",
    re.IGNORECASE,
)


def portals(path: Path) -> dict[str, Portal]:
    """The portals that the rows came from."""
    domains = {domain or "" for domain in pq.read_table(path, columns=["harvest.domain"])["harvest.domain"].to_pylist()}
    return {portal.id: portal for portal in map(portal_of, sorted(domains))}


def records(path: Path, hide: bool) -> Iterator[tuple[str, Record]]:
    """Each row's id, for the labels alone, and its record; ``hide`` takes away all that identifies it."""
    for number, row in enumerate(rows(path)):
        record = record_of(_hidden(row) if hide else row)
        identity = f"{record.portal}:{number:016x}"
        dataset = record.dataset if hide else replace(record.dataset, other_identifiers=(row["slug"],))
        yield row["id"], replace(record, id=identity, dataset=dataset, archived=row["archived"] != "False")


def _hidden(row: Row) -> Row:
    masked = {name: MASKED.sub(" ", row[name]) for name in ("title", "description")}
    return {**row, **dict.fromkeys(HIDDEN, ""), **masked}
