"""Whom the archive was asked to forget: keyed digests of values, never the values.

The key stands beside them: whoever has the database can try guesses, nobody can read the values.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import insert, select, update

from dcat.personal import PersonalData
from dcat.redaction import Kind, Wanted, wanted
from harvester.archive.engine import reading, writing
from harvester.archive.store import Archive
from harvester.archive.tables import forgotten
from harvester.persons.privacy import Privacy

KEY_BYTES = 32

# Asked for every page: to put a question together costs more than to ask it.
_ALL = select(forgotten.c.kind, forgotten.c.digest, forgotten.c.hints, forgotten.c.key).order_by(forgotten.c.id)


class Forgotten(Struct, frozen=True):
    """All values, and the key of their digests."""

    values: tuple[Wanted, ...] = ()
    key: bytes = b""


class Asked(Struct, frozen=True):
    """When a value was asked to be forgotten."""

    digest: str
    asked: datetime


def forgotten_values(archive: Archive) -> Forgotten:
    """In the order in which they were asked for."""
    with reading(archive.engine) as connection:
        rows = connection.execute(_ALL).all()
    values = tuple(Wanted(Kind(row.kind), row.digest, tuple(row.hints.split())) for row in rows)
    return Forgotten(values, rows[0].key if rows else b"")


def privacy_of(archive: Archive, personal: PersonalData) -> Privacy:
    """What is not kept now."""
    known = forgotten_values(archive)
    return Privacy(personal, known.values, known.key)


def key_of(archive: Archive) -> bytes:
    """The key of the digests, made once."""
    return forgotten_values(archive).key or secrets.token_bytes(KEY_BYTES)


def remember_to_forget(archive: Archive, value: str, now: datetime) -> Wanted:
    """From now on no harvest keeps the value. Raises ``ValueError`` where it would hide too much."""
    with writing(archive.engine) as connection:
        key = connection.execute(select(forgotten.c.key).limit(1)).scalar_one_or_none() or secrets.token_bytes(
            KEY_BYTES
        )
        asked = wanted(value, key)
        known = select(forgotten.c.id).where(forgotten.c.digest == asked.digest)
        if (row := connection.execute(known).scalar_one_or_none()) is not None:
            again = {"asked": now, "finished": None}
            connection.execute(update(forgotten).where(forgotten.c.id == row).values(**again))
        else:
            new = {"kind": asked.kind, "digest": asked.digest, "hints": " ".join(asked.hints), "key": key, "asked": now}
            connection.execute(insert(forgotten).values(**new))
    return asked


def unfinished(archive: Archive) -> list[Asked]:
    """Values that may still stand in the index, or in what the database has not given back."""
    query = select(forgotten.c.digest, forgotten.c.asked).where(forgotten.c.finished.is_(None))
    with reading(archive.engine) as connection:
        return [Asked(*row) for row in connection.execute(query)]


def finish(archive: Archive, digests: Sequence[str], now: datetime) -> None:
    """The values are gone everywhere."""
    with writing(archive.engine) as connection:
        connection.execute(update(forgotten).where(forgotten.c.digest.in_(digests)).values(finished=now))
