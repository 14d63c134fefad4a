"""What bodies were read as, kept beside them: the same bytes need not be read again.

What a reading says is opaque here (``harvester.recording.memory`` writes and reads it). It is usable where it is
whole, and was written by the same code and tables: ``fingerprint``.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, case, delete, insert, select

from harvester.archive.compression import compress, decompress
from harvester.archive.rows import Remembered
from harvester.archive.staging import are_as_known
from harvester.archive.tables import readings
from harvester.reading.staged import Fate, StagedRecord

_PARTS = (
    select(readings.c.part, readings.c.last, case((readings.c.part == 0, readings.c.data)).label("first"))
    .where(readings.c.portal == bindparam("portal"), readings.c.body == bindparam("body"))
    .where(readings.c.fingerprint == bindparam("fingerprint"))
    .order_by(readings.c.part)
)


def remember(connection: Connection, portal: str, body: str, new: Remembered) -> None:
    """Keep a part of a reading; the first one replaces an older reading of the same body."""
    of_body = (readings.c.portal == portal, readings.c.body == body)
    replaced = of_body if new.part == 0 else (*of_body, readings.c.part == new.part)
    connection.execute(delete(readings).where(*replaced))
    kept = {"part": new.part, "fingerprint": new.fingerprint, "last": new.last, "data": compress(new.data)}
    connection.execute(insert(readings).values(portal=portal, body=body, **kept))


def recall_first(connection: Connection, portal: str, body: str, fingerprint: str) -> tuple[int, bytes]:
    """How many parts the reading of a body has, and the first of them; 0 where there is none, or not all of it."""
    found = connection.execute(_PARTS, {"portal": portal, "body": body, "fingerprint": fingerprint}).all()
    whole = bool(found) and found[-1].last and [row.part for row in found] == list(range(len(found)))
    return (len(found), decompress(found[0].first)) if whole else (0, b"")


def recall(connection: Connection, portal: str, body: str, part: int) -> bytes:
    """One part."""
    query = select(readings.c.data).where(readings.c.portal == portal, readings.c.body == body, readings.c.part == part)
    return decompress(connection.execute(query).scalar_one())


def are_known(connection: Connection, records: Sequence[StagedRecord]) -> bool:
    """Whether all these records are stored as they are: then nobody needs to know what they say."""
    return are_as_known(connection, {record.record_id: record.digest for record in records if record.fate is Fate.KEPT})
