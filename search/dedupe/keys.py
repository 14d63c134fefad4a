"""Blocking keys: what two records must share to be compared at all, as 64-bit digests that know their kind.

The kind stands in the lowest bits of a key, so that whoever holds only the number knows how many records may share it
before it says nothing about any of them.
"""

import hashlib
from struct import Struct

SIGNED = Struct(">q")
KIND_BITS = 3
KIND = (1 << KIND_BITS) - 1
IDENTITY, PAGE, DATA, TEXT, WORDS = range(5)
PROVING = (IDENTITY, PAGE, DATA)
KINDS = {
    **dict.fromkeys(("ref", "uuid", "doi", "iri", "item", "sync"), IDENTITY),
    "page": PAGE,
    **dict.fromkeys(("url", "res", "layer", "sum"), DATA),
    **dict.fromkeys(("same", "title"), TEXT),
    **dict.fromkeys(("series", "called", "band", "near"), WORDS),
}
"""What stands before a key's colon → its kind."""

MOST_HOLDERS = 20
"""A file or an address that more records share says nothing about any of them."""

MOST_COPIES = 200
"""The same for identifiers, titles and whole texts: a national geocatalogue held the 181st copy of one dataset."""

CAPS = {IDENTITY: MOST_COPIES, PAGE: MOST_HOLDERS, DATA: MOST_HOLDERS, TEXT: MOST_COPIES, WORDS: MOST_HOLDERS}


def key_number(key: str) -> int:
    """A key as the store keeps it: signed."""
    digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
    number: int = SIGNED.unpack(digest)[0]
    return (number >> KIND_BITS << KIND_BITS) | KINDS.get(key.partition(":")[0], DATA)


def kind_of(number: int) -> int:
    return number & KIND


def cap_of(number: int) -> int:
    """How many records may share the key."""
    return CAPS[kind_of(number)]


def is_crowded(number: int, holders: int) -> bool:
    return holders > cap_of(number)
