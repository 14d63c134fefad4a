"""Ways in which bytes go wrong: on the wire, in an editor, in a database, in a program that writes by hand.

Each is a function of the bytes and of chance; the same seed makes the same bytes.
"""

import gzip
import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

Mutation = Callable[[bytes, Random], bytes]

TOKENS: Sequence[bytes] = (
    *(b"\x00", b"\x0b", b"\x1f", b"\xff", b"\xc3", b"\xed\xa0\x80", "\u2028".encode(), "\ufeff".encode(), b"\r", b"\t"),
    *(
        b"&#x1F;",
        b"&#0;",
        b"&nbsp;",
        b"&bidon;",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?xml?>",
        b"<!DOCTYPE a>",
    ),
    *(
        b"null",
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"9" * 400,
        b"-1",
        b"0.5",
        b"true",
        b"\\u0000",
        b"\\ud800",
        b"\\x",
        b"\\",
    ),
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"'", b"<", b">", b"/>", b"{}", b"[]", b'""', b" ", b"\n"),
    *(
        b"@fr_FR",
        b"@",
        b"^^",
        b"_:b0",
        b"<>",
        b"<a b>",
        b". ",
        b"; ",
        b"dcat:",
        b"bidon:x",
        b'xml:lang="fran\xc3\xa7ais"',
    ),
    *(b"https://[", b"http://localhost/", b"%zz", b"file:///etc/passwd", b"javascript:1", b"//", b"#", b"?"),
    *(b"9999-99-99", b"0000-00-00", b"P", b"R/P1Y", b"NaN NaN", b"POLYGON((", b"1,2,3,4", b"\xe2\x80\xae"),
)
VALUES: Sequence[Any] = (
    *(None, True, False, 0, -1, 10**30, 1.5, -0.0, "", " ", "\x0b", "\ud800", "x" * 5_000, "https://[", "a b", "NaN"),
    *([], {}, [[]], [None], [{}], {"": ""}, {"fr": "a", "en": None}, [1, "a", {"b": []}], {"@id": 3}, {"@value": None}),
)
CHARSETS = ("latin-1", "cp1252", "utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp037")
DEEP = (50, 300, 2_000, 20_000)


def cut(data: bytes, chance: Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def flip(data: bytes, chance: Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def leave_out(data: bytes, chance: Random) -> bytes:
    start, end = _region(data, chance)
    return data[:start] + data[end:]


def double(data: bytes, chance: Random) -> bytes:
    start, end = _region(data, chance)
    return data[:end] + data[start:end] * chance.choice((1, 1, 2, 20)) + data[end:]


def swap(data: bytes, chance: Random) -> bytes:
    a, b, c, d = sorted(chance.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def insert(data: bytes, chance: Random) -> bytes:
    for _ in range(chance.choice((1, 1, 3, 30))):
        at = chance.randrange(len(data) + 1)
        data = data[:at] + chance.choice(TOKENS) + data[at:]
    return data


def overwrite(data: bytes, chance: Random) -> bytes:
    at, token = chance.randrange(len(data) + 1), chance.choice(TOKENS)
    return data[:at] + token + data[at + len(token) :]


def encode_otherwise(data: bytes, chance: Random) -> bytes:
    return data.decode("utf-8", "replace").encode(chance.choice(CHARSETS), "replace")


def compress(data: bytes, chance: Random) -> bytes:
    packed = gzip.compress(data, 1, mtime=0)
    return cut(packed, chance) if chance.random() < 0.5 else packed


def nest(data: bytes, chance: Random) -> bytes:
    """Brackets, objects, elements, blank nodes or collections, opened and perhaps closed, somewhere."""
    opening, closing = chance.choice(
        ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"[ a ", b" ]"), (b"(", b")"))
    )
    depth, at = chance.choice(DEEP), chance.randrange(len(data) + 1)
    inside = chance.choice((b"1", b"", b'"x"'))
    return data[:at] + opening * depth + inside + closing * (depth if chance.random() < 0.7 else 0) + data[at:]


def _region(data: bytes, chance: Random) -> tuple[int, int]:
    start = chance.randrange(len(data) + 1)
    return start, min(len(data), start + chance.choice((1, 3, 10, 100, 1_000, 10_000)))


BYTES: Sequence[Mutation] = (
    *(cut, flip, leave_out, double, swap, insert, insert, overwrite, overwrite, encode_otherwise, compress, nest),
)
"""Of any document."""


def change_json(data: bytes, chance: Random) -> bytes:
    """A value somewhere in a sound JSON document becomes another, leaves, or comes twice."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return insert(data, chance)
    for _ in range(chance.choice((1, 2, 5, 20))):
        _change_value(content, chance)
    return json.dumps(content, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _change_value(content: Any, chance: Random) -> None:
    """Walk down to a member; the deeper ones are the many."""
    holder: Any = None
    key: Any = None
    while isinstance(content, (dict, list)) and content and (holder is None or chance.random() < 0.85):
        key = chance.choice(list(content)) if isinstance(content, dict) else chance.randrange(len(content))
        holder, content = content, content[key]
    if holder is None:
        return
    kind = chance.randrange(4)
    if kind == 0:
        del holder[key]
    elif kind == 1 and isinstance(holder, list):
        holder.insert(0, deepcopy(content))
    elif kind == 2:
        holder[key] = {"a": content} if chance.random() < 0.5 else [content]
    else:
        holder[key] = deepcopy(chance.choice(VALUES))


def change_xml(data: bytes, chance: Random) -> bytes:
    """Elements of a sound XML document move, leave, come twice or lose their words."""
    try:
        root = etree.fromstring(data)
    except (etree.XMLSyntaxError, ValueError):
        return insert(data, chance)
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    for _ in range(chance.choice((1, 2, 5, 20))):
        _change_element(chance.choice(elements), chance.choice(elements), chance)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8"))


def _change_element(element: Any, other: Any, chance: Random) -> None:
    parent = element.getparent()
    kind = chance.randrange(6)
    if kind == 0 and parent is not None:
        parent.remove(element)
    elif kind == 1:
        element.text = chance.choice(("", " ", "9999-99-99", "NaN", "https://[", "a b", "x" * 5_000, None))
    elif kind == 2:
        element.attrib.clear()
    elif kind == 3 and len(element) < 50:
        other.append(etree.fromstring(etree.tostring(element, with_tail=False)))
    elif kind == 4 and element.attrib:
        element.set(chance.choice(list(element.attrib)), chance.choice(("", "0", "-1", "x", "https://[", "9" * 40)))
    else:
        element.tag = other.tag


def mutations_of(data: bytes) -> Sequence[Mutation]:
    """Those of a document: of its form half of the time."""
    start = data.lstrip()[:1]
    formed = change_json if start in (b"{", b"[") else change_xml if start == b"<" else insert
    return (*BYTES, *[formed] * len(BYTES))


def mutate(data: bytes, chance: Random) -> bytes:
    """One to three mutations."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if data:
            data = chance.choice(mutations_of(data))(data, chance)
    return data
