"""Normalised records in a file, as the archive keeps them: encoded and compressed one by one."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dcat.codec import decode, encode
from dcat.model import Record
from harvester.archive.compression import compress, decompress

LENGTH = 4  # bytes that tell how long a record is


class Kept:
    """Written once, read as a stream."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, records: Iterable[Record]) -> None:
        with self._path.open("wb") as file:
            for record in records:
                payload = compress(encode(record))
                file.write(len(payload).to_bytes(LENGTH, "big") + payload)

    def read(self) -> Iterator[Record]:
        with self._path.open("rb") as file:
            while length := file.read(LENGTH):
                yield decode(decompress(file.read(int.from_bytes(length, "big"))))
