"""Records as bytes, and their digest: what the archive stores and compares."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from dcat.model import Record

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


class Encoded(NamedTuple):
    """A record that nobody has decoded yet."""

    id: str
    data: bytes


def encoded(record: Record | Encoded) -> Encoded:
    return record if isinstance(record, Encoded) else Encoded(record.id, encode(record))


def encode(record: Record) -> bytes:
    """JSON in the order of the model's fields: equal records give equal bytes."""
    return _encoder.encode(record)


def decode(data: bytes) -> Record:
    """Raises ``msgspec.DecodeError`` on bytes that ``encode`` did not write."""
    return _decoder.decode(data)


def digest(data: bytes) -> str:
    """SHA-256 of an encoded record, 64 hex characters. What changed is decided by this, never by dates."""
    return hashlib.sha256(data).hexdigest()


def file_digest(path: str) -> str:
    """The same of the bytes of a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
