"""Removing values from an archive: from every version of every record, from findings, raw pages, addresses and keys.

Each batch is one transaction, so that harvests and readers beside it go on. What a value stood in stays, without it.
"""

import hashlib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    Column,
    Connection,
    Row,
    String,
    Table,
    and_,
    delete,
    select,
    tuple_,
    update,
)

from dcat.codec import decode, digest, encode
from dcat.model import Record
from dcat.redaction import GZIP, Redactor, record_without
from harvester.archive import Archive
from harvester.archive.bodies import PART, add_parts, add_whole, parts_of, remove
from harvester.archive.compression import compress, decompress
from harvester.archive.engine import reading, writing
from harvester.archive.staging import reserve_changes
from harvester.archive.tables import Words, bodies, forgotten, metadata, pages, readings, records, versions
from harvester.reading.page import title_key

BATCH = 200
KEYS = frozenset(("source_key", "record"))
"""Columns that hold a record's own identifier."""


class Erased(Struct, frozen=True):
    """In how many versions of records, other rows (findings, addresses, keys) and raw pages a value stood."""

    versions: int = 0
    rows: int = 0
    pages: int = 0

    @property
    def nothing(self) -> bool:
        """Whether it stood nowhere."""
        return not (self.versions or self.rows or self.pages)


def erase(archive: Archive, redactor: Redactor, *, dry_run: bool = False) -> Erased:
    """Remove the values; ``dry_run`` only counts."""
    return Erased(
        versions=sum(_in_versions(archive, redactor, dry_run=dry_run)),
        rows=sum(sum(_in_texts(archive, table, redactor, dry_run=dry_run)) for table in metadata.sorted_tables),
        pages=sum(_in_bodies(archive, redactor, dry_run=dry_run)),
    )


def forget_readings(archive: Archive) -> None:
    """What bodies were read as is read again."""
    with writing(archive.engine) as connection:
        connection.execute(delete(readings))


def _in_versions(archive: Archive, redactor: Redactor, *, dry_run: bool) -> Iterator[int]:
    for batch in _batches(archive, versions, [versions.c.payload]):
        found = ((row, _record_without(row.payload, redactor)) for row in batch)
        changed = [(row, record, encode(record)) for row, record in found if record is not None]
        if changed and not dry_run:
            with writing(archive.engine) as connection:
                _rewrite(connection, changed)
        yield len(changed)


def _record_without(payload: bytes, redactor: Redactor) -> Record | None:
    plain = decompress(payload)
    if not redactor.count(plain.decode("utf-8", "replace")):
        return None
    return record_without(decode(plain), redactor)


def _rewrite(connection: Connection, changed: Sequence[tuple[Row[Any], Record, bytes]]) -> None:
    """New payloads; of those that are current, the record changes, so that index and feed follow."""
    number = reserve_changes(connection, len(changed))
    for row, record, payload in changed:
        number += 1
        new = {"digest": digest(payload), "payload": compress(payload)}
        of_row = and_(versions.c.run_id == row.run_id, versions.c.record_id == row.record_id)
        connection.execute(update(versions).where(of_row).values(**new))
        current = and_(records.c.id == row.record_id, records.c.changed_run == row.run_id)
        about = {"title_key": title_key(record.dataset), "change": number}
        connection.execute(update(records).where(current).values(digest=new["digest"], **about))


def _in_texts(archive: Archive, table: Table, redactor: Redactor, *, dry_run: bool) -> Iterator[int]:
    """Every column that holds a text, whatever it is for: a table added later is searched too."""
    texts = [column for column in table.columns if _holds_text(column)]
    if not texts or table is forgotten:
        return
    for batch in _batches(archive, table, texts):
        changed = [(row, new) for row in batch if (new := _cells_without(row, texts, redactor))]
        if changed and not dry_run:
            with writing(archive.engine) as connection:
                for row, new in changed:
                    connection.execute(update(table).where(_is_row(table, row)).values(**new))
        yield len(changed)


def _holds_text(column: Column[Any]) -> bool:
    """Words, or a text without a length: names and digests of ours have one, or are part of a key."""
    free = isinstance(column.type, Words) or (isinstance(column.type, String) and column.type.length is None)
    return free and not column.primary_key


def _cells_without(row: Row[Any], texts: Sequence[Column[Any]], redactor: Redactor) -> dict[str, str]:
    new: dict[str, str] = {}
    for column in texts:
        cell = getattr(row, column.name)
        hidden = cell and (redactor.hide_key(cell) if column.name in KEYS else redactor.hide(cell))
        if hidden != cell:
            new[column.name] = hidden
    return new


def _in_bodies(archive: Archive, redactor: Redactor, *, dry_run: bool) -> Iterator[int]:
    """One at a time: a body may be large. Of one that came in a file a part is held at a time."""
    for (row,) in _batches(archive, bodies, [], size=1):
        with reading(archive.engine) as connection:
            kept = connection.execute(select(bodies.c.data).where(_is_row(bodies, row))).scalar_one_or_none()
        if kept == b"":
            yield int(_hidden_in_parts(archive, row, redactor, dry_run=dry_run))
            continue
        data = decompress(kept) if kept else b""
        hidden = redactor.hide_bytes(data)
        if hidden is not data and not dry_run:
            with writing(archive.engine) as connection:
                new = hashlib.sha256(hidden).hexdigest()
                if not _is_known(connection, row.portal, new):
                    add_whole(connection, row.portal, new, hidden)
                _refer(connection, row, new)
        yield int(hidden is not data)


def _hidden_in_parts(archive: Archive, row: Row[Any], redactor: Redactor, *, dry_run: bool) -> bool:
    """Whether a value stood in a body that is kept in parts: these are gone through once to know, once to write."""
    digested, some = hashlib.sha256(), False
    with reading(archive.engine) as connection:
        for piece, changed in _hidden_parts(connection, row, redactor):
            digested.update(piece)
            some = some or changed
    if some and not dry_run:
        with writing(archive.engine) as connection:
            if not _is_known(connection, row.portal, new := digested.hexdigest()):
                pieces = (piece for piece, _ in _hidden_parts(connection, row, redactor))
                add_parts(connection, row.portal, new, pieces)
            _refer(connection, row, new)
    return some


def _hidden_parts(connection: Connection, row: Row[Any], redactor: Redactor) -> Iterator[tuple[bytes, bool]]:
    """Without the values, unpacked where it came packed."""
    return redactor.hide_pieces(_unpacked(parts_of(connection, row.portal, row.digest)))


def _unpacked(parts: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed without a header that says so; of a body that breaks off, what came before."""
    stream, first = zlib.decompressobj(wbits=31), next(parts, b"")
    if not first.startswith(GZIP):
        yield from chain((first,), parts)
        return
    with suppress(zlib.error):
        for part in chain((first,), parts):
            rest = part
            while rest:
                yield stream.decompress(rest, PART)
                rest = stream.unconsumed_tail


def _is_known(connection: Connection, portal: str, digest: str) -> bool:
    known = select(bodies.c.digest).where(bodies.c.portal == portal, bodies.c.digest == digest)
    return connection.execute(known).first() is not None


def _refer(connection: Connection, row: Row[Any], new: str) -> None:
    """To a body under its new digest, where the next harvest finds it."""
    remove(connection, row.portal, row.digest)
    refer = and_(pages.c.portal == row.portal, pages.c.body == row.digest)
    connection.execute(update(pages).where(refer).values(body=new))


def _batches(
    archive: Archive, table: Table, columns: Sequence[Column[Any]], size: int = BATCH
) -> Iterator[Sequence[Row[Any]]]:
    """Rows with their primary key and these columns, in the order of the key, as they are when their turn comes."""
    key = list(table.primary_key.columns)
    query = select(*key, *columns).order_by(*key).limit(size)
    after: tuple[Any, ...] | None = None
    while True:
        later = query if after is None else query.where(tuple_(*key) > tuple_(*after))
        with reading(archive.engine) as connection:
            rows = connection.execute(later).all()
        if rows:
            yield rows
            after = tuple(getattr(rows[-1], column.name) for column in key)
        if len(rows) < size:
            return


def _is_row(table: Table, row: Row[Any]) -> Any:
    return and_(*(column == getattr(row, column.name) for column in table.primary_key.columns))
