"""Copies and facts as the store keeps them."""

from msgspec import msgpack

from search.dedupe.facts import Facts
from search.document import Copy

_encoder = msgpack.Encoder(order="sorted")
_decoder = msgpack.Decoder(Copy)
_facts_decoder = msgpack.Decoder(Facts)


def encode(kept: Copy | Facts) -> bytes:
    return _encoder.encode(kept)


def decode(data: bytes) -> Copy:
    return _decoder.decode(data)


def decode_facts(data: bytes) -> Facts:
    return _facts_decoder.decode(data)
