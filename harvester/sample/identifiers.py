"""Identifiers of sample records: each carries the record's number, so that a record is found from its id without a
list.

The number is hidden as real identifiers hide theirs: in the last letters of a slug, and in the first eight digits of a
UUID or of a 24-digit hexadecimal id, where MongoDB keeps the second of creation. So the order of these ids is the
order of the records.
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

EPOCH = 0x52000000
SECONDS_BETWEEN = 911
"""From August 2013 on, a record every quarter of an hour."""

HEX_ID = re.compile(r"(?<![0-9a-z])[0-9a-f-]{24,36}(?=(?:_\d+)?$)")
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
    """A UUID whose first eight digits hide the number."""
    return str(uuid.UUID(f"{moment(number):08x}{_digest(seed, number, 24)}"))


def object_id(seed: int, number: int) -> str:
    """24 hexadecimal digits, as MongoDB gives: the second of creation first."""
    return f"{moment(number):08x}{_digest(seed, number, 16)}"


def moment(number: int) -> int:
    """The second at which a record was first stored at its portal, since 1970."""
    return EPOCH + number * SECONDS_BETWEEN


def numbers_in(identifier: str) -> Iterator[int]:
    """The numbers that an identifier may hide, likeliest first. Whether one is right is for the caller to check."""
    if digits := HEX_ID.search(identifier):
        number, rest = divmod(int(digits[0].replace("-", "")[:8], 16) - EPOCH, SECONDS_BETWEEN)
        if number >= 0 and not rest:
            yield number
    for piece in reversed(re.split(r"[-_@]", identifier)):
        if NUMBER.fullmatch(piece):
            yield int(piece, 36)


def source_key(portal: SamplePortal, source_id: str) -> str:
    """What the harvester's parsers take as the key of a record that its portal serves under ``source_id``.

    The truth file names records by it: ``dcat.identity.record_id(portal, key)`` is the record's id. Opendatasoft's is
    the stable ``dataset_uid`` (``source_id`` is the ``dataset_id``); CKAN's and udata's is ``id``; DCAT's is the
    dataset's IRI.
    """
    return ods_uid(portal.id, source_id) if portal.protocol is Protocol.ODS else source_id


def _digest(seed: int, number: int, digits: int) -> str:
    return hashlib.blake2b(f"{seed}/{number}".encode(), digest_size=digits // 2).hexdigest()
