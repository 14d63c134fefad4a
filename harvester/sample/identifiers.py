"""Identifiers of sample records: each carries the record's number, so that a record is found from its id without a
list.

The number is hidden as real identifiers hide theirs: the last letters of a slug, the last eight digits of a UUID or of
a 24-digit hexadecimal id.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator

from dcat.portal import Protocol
from dcat.text import fold
from harvester.sample.network import SamplePortal

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
UID_SPACE = 36**8

MASK = 0x5BD1E995
HEX_ID = re.compile(r"(?<![0-9a-z])[0-9a-f-]{24,36}$")
NUMBER = re.compile(r"[0-9a-z]{3,7}")
SLUG_WORDS = 9


def base36(number: int, width: int = 1) -> str:
    """The number in digits and small letters."""
    digits = ""
    while number or len(digits) < width:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits


def slug(title: str, number: int) -> str:
    """The title's words joined by hyphens, and the record's number."""
    return "-".join([*fold(title).split()[:SLUG_WORDS], base36(number, 3)])


def ods_uid(portal: str, dataset_id: str) -> str:
    """``dataset_uid`` of Opendatasoft: ``da_`` and some signs, stable for a dataset."""
    digest = hashlib.blake2b(f"{portal}/{dataset_id}".encode(), digest_size=8).digest()
    return f"da_{base36(int.from_bytes(digest) % UID_SPACE, 8)}"


def record_uuid(seed: int, number: int) -> str:
    """A UUID whose last eight digits hide the number."""
    return str(uuid.UUID(_digest(seed, number, 24) + f"{number ^ MASK:08x}"))


def object_id(seed: int, number: int) -> str:
    """24 hexadecimal digits, as MongoDB gives."""
    return _digest(seed, number, 16) + f"{number ^ MASK:08x}"


def numbers_in(identifier: str) -> Iterator[int]:
    """The numbers that an identifier may hide, likeliest first. Whether one is right is for the caller to check."""
    if digits := HEX_ID.search(identifier):
        yield int(digits[0][-8:], 16) ^ MASK
    for piece in reversed(re.split(r"[-_@]", identifier)):
        if NUMBER.fullmatch(piece):
            yield int(piece, 36)


def source_key(portal: SamplePortal, source_id: str) -> str:
    """What the harvester's parsers take as the key of a record that the truth file names by ``source_id``.

    ``dcat.identity.record_id(portal.id, source_key(portal, source_id))`` is the record's id. Opendatasoft's is the
    stable ``dataset_uid`` (``source_id`` is the ``dataset_id``); CKAN's and udata's is ``id``; DCAT's is the dataset's
    IRI.
    """
    return ods_uid(portal.id, source_id) if portal.protocol is Protocol.ODS else source_id


def _digest(seed: int, number: int, digits: int) -> str:
    return hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=digits // 2).hexdigest()
