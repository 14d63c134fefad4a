"""How deep an XML document goes. The time that the parser takes grows with the square of it (100,000 elements within
each other, 2 MB, took 500 s with pyoxigraph 0.5.13); catalogues go some 20 deep."""

import re
from collections.abc import Iterable, Iterator

MAX_DEPTH = 1_000

CHUNK = 16 * 1024
_MARKUP = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!].*?>"
    rb"|<(?P<end>/)?+[^<>\"'/]++(?:\"[^\"]*+\"|'[^']*+'|[^<>\"'/]++|/(?!>))*+(?P<empty>/)?+>",
    re.DOTALL,
)


def too_deep(data: bytes) -> bool:
    """Whether elements stand within each other deeper than ``MAX_DEPTH``. What opens and what closes is counted by
    chunks first, which costs next to nothing and overlooks what rises and falls within one; only where that looks deep
    are the tags read one by one."""
    return seems_deep((data,)) and any(depth > MAX_DEPTH for depth in _depths(data))


def seems_deep(pieces: Iterable[bytes]) -> bool:
    """The first of the two looks, at a document in pieces: a tag cut between two may count for one level."""
    depth = 0
    for data in pieces:
        for start in range(0, len(data), CHUNK):
            depth = max(0, depth + _risen(data, start))
            if depth > MAX_DEPTH:
                return True
    return False


def _risen(data: bytes, start: int) -> int:
    """By how many levels a chunk goes down."""
    end = start + CHUNK
    opened = data.count(b"<", start, end) - data.count(b"<!", start, end + 1) - data.count(b"<?", start, end + 1)
    return opened - 2 * data.count(b"</", start, end + 1) - data.count(b"/>", start, end + 1)


def _depths(data: bytes) -> Iterator[int]:
    depth = 0
    for tag in _MARKUP.finditer(data):
        if tag["end"]:
            depth -= 1
        elif tag[0][1:2] not in b"!?" and not tag["empty"]:
            depth += 1
            yield depth
