"""Normalised records in a file, as the archive keeps them: encoded and compressed one by one."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from struct import Struct

from dcat.codec import Encoded, encode
from dcat.model import Record
from harvester.archive.compression import compress, decompress

SIZES = Struct(">HI")  # bytes that tell how long a record's id is, and the record


class Kept:
    """Written once, read as a stream."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, records: Iterable[Record]) -> None:
        with self._path.open("wb") as file:
            for record in records:
                name, payload = record.id.encode(), compress(encode(record))
                file.write(SIZES.pack(len(name), len(payload)) + name + payload)

    def read(self) -> Iterator[Encoded]:
        with self._path.open("rb") as file:
            while sizes := file.read(SIZES.size):
                name, payload = SIZES.unpack(sizes)
                yield Encoded(file.read(name).decode(), decompress(file.read(payload)))
