"""Faults of an answer on its way: each makes a bad answer of a good one, whatever the protocol.

What a fault does to the connection is said in the answer (``sent``, ``reset``, ``pause``), and done by whoever sends
it.
"""

import gzip
import zlib
from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

MAINTENANCE = (
    "<!DOCTYPE html>\n<html lang='fr'><head><meta charset='utf-8'><title>Maintenance</title></head>"
    "<body><h1>Site en maintenance</h1><p>Le service sera rétabli à midi.</p></body></html>"
).encode()
FIREWALL = (
    b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    b"Please consult with your administrator.<br><br>Your support ID is: 1790416022487123</body></html>"
)
HTML = "text/html; charset=utf-8"

PRIVATE = "http://10.0.0.1/"
ELSEWHERE = "http://ailleurs.invalid/"
DRIP = 0.3
PIECES = 12
BOMB_MEGABYTES = 1_100
BOMB_BLOCK = 16 << 20
NESTED = 200_000
HEADER = 100_000
ENTITIES = 9


class Answer(Struct, frozen=True):
    """What is sent. ``sent``: so many bytes of the body go out before the connection is closed; ``reset``: the
    connection breaks instead of an answer; ``pause``: seconds that the body takes, drop by drop."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: int | None = None
    reset: bool = False
    pause: float = 0.0


class Asked(Struct, frozen=True):
    """The request that meets the fault, and the ``value`` of the plan's line."""

    url: str
    value: str | float | None = None

    def number(self, default: float) -> float:
        """The value as a number, where the plan gives one."""
        return default if self.value is None else float(self.value)


Spoil = Callable[[Answer, Asked], Answer]


def _instead(answer: Answer, status: int, body: bytes, media_type: str = HTML, **headers: str) -> Answer:
    """Another answer altogether."""
    return replace(answer, status=status, headers={"content-type": media_type, **headers}, body=body)


def cut(answer: Answer, _asked: Asked) -> Answer:
    """The header announces the whole body, half of it comes."""
    return replace(answer, sent=len(answer.body) // 2)


def reset(answer: Answer, _asked: Asked) -> Answer:
    """The connection breaks before a byte has come."""
    return replace(answer, reset=True)


def slow(answer: Answer, asked: Asked) -> Answer:
    """The whole body, in ``value`` seconds."""
    return replace(answer, pause=asked.number(DRIP))


def too_many_requests(answer: Answer, asked: Asked) -> Answer:
    """429 with ``Retry-After: value``."""
    return _instead(answer, 429, b"Too Many Requests", "text/plain", **{"retry-after": f"{asked.number(0):.0f}"})


def server_error(answer: Answer, _asked: Asked) -> Answer:
    """500 with a stack trace instead of a body."""
    return _instead(answer, 500, b"java.lang.NullPointerException\n\tat org.fao.geonet", "text/plain")


def unavailable(answer: Answer, _asked: Asked) -> Answer:
    """503 with the page of a proxy."""
    return _instead(answer, 503, b"<html><body><h1>503 Service Unavailable</h1></body></html>")


def forbidden(answer: Answer, _asked: Asked) -> Answer:
    """403 with the page of a firewall."""
    return _instead(answer, 403, FIREWALL)


def maintenance(answer: Answer, _asked: Asked) -> Answer:
    """An HTML page with 200."""
    return _instead(answer, 200, MAINTENANCE)


def latin1_as_utf8(answer: Answer, _asked: Asked) -> Answer:
    """Windows-1252 bytes (what software calls Latin-1) that are still declared to be UTF-8."""
    text = answer.body.decode("utf-8", "replace")
    body = text.encode("cp1252", "replace")
    return replace(answer, body=body, headers={**answer.headers, "content-type": _declared(answer, "utf-8")})


def utf8_as_latin1(answer: Answer, _asked: Asked) -> Answer:
    """UTF-8 bytes that header and prolog declare to be ISO-8859-1."""
    body = answer.body.replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"', 1)
    return replace(answer, body=body, headers={**answer.headers, "content-type": _declared(answer, "iso-8859-1")})


def truncated_gzip(answer: Answer, _asked: Asked) -> Answer:
    """A compressed body that ends too early, under a length that says that it is whole."""
    packed = gzip.compress(answer.body, mtime=0)
    return replace(answer, body=packed[: len(packed) // 2], headers={**answer.headers, "content-encoding": "gzip"})


def redirect_private(answer: Answer, asked: Asked) -> Answer:
    """A redirect into a private network (``value``: another address)."""
    return _instead(answer, 302, b"", location=str(asked.value or PRIVATE))


def redirect_elsewhere(answer: Answer, asked: Asked) -> Answer:
    """A redirect to another host (``value``: another address) that nobody knows."""
    return _instead(answer, 302, b"", location=str(asked.value or ELSEWHERE))


def redirect_loop(answer: Answer, asked: Asked) -> Answer:
    """A redirect to where the request already is, body and all."""
    return _instead(answer, 307, b"", location=asked.url)


def gzip_bomb(answer: Answer, asked: Asked) -> Answer:
    """``value`` megabytes in a thousandth of that."""
    packed = _zeros(int(asked.number(BOMB_MEGABYTES)))
    return replace(answer, body=packed, headers={**answer.headers, "content-encoding": "gzip"})


def entity_bomb(answer: Answer, _asked: Asked) -> Answer:
    """XML whose entities name each other ten times (a billion of them)."""
    lines = ['<!ENTITY e0 "ha">'] + [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, ENTITIES + 1)]
    body = f'<?xml version="1.0"?>\n<!DOCTYPE r [{"".join(lines)}]>\n<r>&e{ENTITIES};</r>'
    return replace(answer, body=body.encode())


def deep_json(answer: Answer, _asked: Asked) -> Answer:
    """Lists in lists in lists."""
    return replace(answer, body=b"[" * NESTED + b"]" * NESTED)


def huge_header(answer: Answer, _asked: Asked) -> Answer:
    """One header of a hundred thousand bytes."""
    return replace(answer, headers={**answer.headers, "x-trace": "0" * HEADER})


WIRE: Mapping[str, Spoil] = {
    "cut": cut,
    "reset": reset,
    "slow": slow,
    "429": too_many_requests,
    "500": server_error,
    "503": unavailable,
    "403": forbidden,
    "html": maintenance,
    "latin-1-as-utf-8": latin1_as_utf8,
    "utf-8-as-latin-1": utf8_as_latin1,
    "gzip-truncated": truncated_gzip,
    "redirect-private": redirect_private,
    "redirect-elsewhere": redirect_elsewhere,
    "redirect-loop": redirect_loop,
    "gzip-bomb": gzip_bomb,
    "entity-bomb": entity_bomb,
    "deep-json": deep_json,
    "huge-header": huge_header,
}
"""Name in a fault plan → how the answer is spoiled."""


def _declared(answer: Answer, charset: str) -> str:
    return f"{answer.headers.get('content-type', 'text/plain').partition(';')[0]}; charset={charset}"


@cache
def _zeros(megabytes: int) -> bytes:
    """A gzip stream of so many megabytes of zeros: one compressed block, again and again."""
    block = bytes(BOMB_BLOCK)
    times = -(-(megabytes << 20) // BOMB_BLOCK)
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packing.compress(block) + packing.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(times):
        checksum = zlib.crc32(block, checksum)
    size = (times * BOMB_BLOCK) & 0xFFFFFFFF
    tail = packing.flush() + checksum.to_bytes(4, "little") + size.to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + packed * times + tail
