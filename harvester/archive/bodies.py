"""Raw bodies as they came: whole, or in parts where they came in a file."""

from collections.abc import Iterable, Iterator
from itertools import count

from sqlalchemy import Connection, and_, delete, insert, select

from harvester.archive.compression import compress, decompress
from harvester.archive.tables import bodies, body_parts

PART = 1 << 22
"""Bytes of a part."""


def add_whole(connection: Connection, portal: str, digest: str, data: bytes) -> None:
    """A body that is held."""
    connection.execute(insert(bodies).values(portal=portal, digest=digest, data=compress(data)))


def add_parts(connection: Connection, portal: str, digest: str, parts: Iterable[bytes]) -> None:
    """A body of which one part is held at a time."""
    connection.execute(insert(bodies).values(portal=portal, digest=digest, data=b""))
    for number, part in enumerate(parts):
        row = {"portal": portal, "digest": digest, "number": number, "data": compress(part)}
        connection.execute(insert(body_parts), row)


def parts_of(connection: Connection, portal: str, digest: str) -> Iterator[bytes]:
    """A body that is kept in parts, one at a time."""
    wanted = and_(body_parts.c.portal == portal, body_parts.c.digest == digest)
    for number in count():
        part = select(body_parts.c.data).where(wanted, body_parts.c.number == number)
        data = connection.execute(part).scalar_one_or_none()
        if data is None:
            return
        yield decompress(data)


def remove(connection: Connection, portal: str, digest: str) -> None:
    """A body with its parts."""
    for table in (bodies, body_parts):
        connection.execute(delete(table).where(table.c.portal == portal, table.c.digest == digest))


__all__ = ["PART", "add_parts", "add_whole", "parts_of", "remove"]
