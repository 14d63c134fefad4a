"""Values that must not be kept, known by keyed digests alone: found and hidden in any text, however it is written.

A value is a mailbox, a telephone number, or words (a name). It is found in any letter case, with and without accents,
the words of a name in any order, and escaped as URLs, HTML and JSON escape (``%40``, ``&#64;``, ``\\u0040``), twice
too. Not found: a name whose words are written together (``jeandupont``), and what is encoded as a whole (Base64).
"""

import gzip
import hashlib
import html
import itertools
import re
import unicodedata
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from dcat.codec import encode
from dcat.model import Agent, ContactPoint, Dataset, Record, Text
from dcat.text import fold

HIDDEN = "…"
FILLER = b"xq"
"""What takes a value's place in bytes, over and over: no syntax breaks on it, and it is known again when it is read."""
MOST_WORDS = 8
FEWEST_CHARACTERS = 4
NATIONAL_DIGITS = 9
"""Of a French number without its 0 or +33; of any other its last nine."""
ESCAPED_AT_MOST = 3
CHUNK = 1 << 20
"""Bytes of a body that are searched at once; cut where no value goes on."""

_HEX = "[0-9a-fA-F]"
_MORE = "%[89abAB][0-9a-fA-F]"
_ESCAPE = re.compile(
    rf"\\(?:\\?u{_HEX}{{4}}|[nrt])|&(?:#\d{{1,7}}|#[xX]{_HEX}{{1,6}}|[a-zA-Z]{{2,8}});"
    rf"|%(?:[0-7]{_HEX}|[c-dC-D]{_HEX}{_MORE}|[eE]{_HEX}{_MORE}{_MORE}|[fF][0-7]{_MORE}{_MORE}{_MORE})"
)
"""One character each: of JSON, of HTML and XML, of URLs. Each begins with a sign of its own, to which ``re`` skips."""
_LETTERS = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}
_MARKS = "\u0300-\u036f"
_SIGN = r"\s?(?:@|[\[({]\s?(?:at|arobase|à)\s?[\])}])\s?"
_EMAIL = re.compile(rf"(?<![\w.+{_MARKS}-])[\w.+{_MARKS}-]++{_SIGN}[\w{_MARKS}-]+(?:\.[\w{_MARKS}-]+)+", re.IGNORECASE)
_AT = re.compile(_SIGN, re.IGNORECASE)
_TELEPHONE = re.compile(r"(?<!\d)\+?\d(?:[\s./()-]{0,3}\d){8,14}(?!\d)")
GZIP = b"\x1f\x8b"
SIGNS = (b'"', b"<", b">")
"""Where no value goes on."""
_CUT = re.compile(b"[" + b"".join(SIGNS) + b"]")
_FILLED = re.compile(r"(?<![a-z])(?:xq){2,}x?(?![a-z])")
_WORD = re.compile(rf"[^\W_]++(?:[{_MARKS}]++[^\W_]*+)*+")
_BETWEEN = re.compile(r"[\s.,;'’_+/-]{0,3}")


class Kind(StrEnum):
    """What a value is."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    WORDS = "words"


class Wanted(Struct, frozen=True):
    """A value to hide; ``digest`` is keyed. ``hints`` are the beginnings of keyed digests of a name's words: only words
    that have one are looked at any closer."""

    kind: Kind
    digest: str
    hints: tuple[str, ...] = ()


def kind_of(value: str) -> Kind:
    """How a value is read."""
    if _EMAIL.fullmatch(value.strip()):
        return Kind.EMAIL
    return Kind.TELEPHONE if _TELEPHONE.fullmatch(value.strip()) else Kind.WORDS


def wanted(value: str, key: bytes) -> Wanted:
    """Raises ``ValueError`` on a value so short that it would hide what belongs to nobody."""
    kind = kind_of(value)
    words = [match[0] for match in _WORD.finditer(value)]
    if kind is Kind.WORDS and not (len(words) <= MOST_WORDS and sum(map(len, words)) >= FEWEST_CHARACTERS):
        raise ValueError(f"a name of up to {MOST_WORDS} words and at least {FEWEST_CHARACTERS} letters")
    said = {Kind.EMAIL: _mailbox, Kind.TELEPHONE: _number}.get(kind, lambda _: _name(words))(value)
    hints = tuple(_hint(word, key) for word in words) if kind is Kind.WORDS else ()
    return Wanted(kind, _digest(said, key), hints)


class Redactor:
    """Hides values in texts. Made once, asked often."""

    def __init__(self, values: Iterable[Wanted], key: bytes) -> None:
        self._key = key
        by_kind: dict[Kind, set[str]] = {kind: set() for kind in Kind}
        self._lengths: set[int] = set()
        hints: set[str] = set()
        for value in values:
            by_kind[value.kind].add(value.digest)
            hints.update(value.hints)
            self._lengths |= {len(value.hints)} if value.hints else set()
        self._is_hinted = lru_cache(maxsize=65_536)(lambda word: _hint(word, key) in hints)
        self._emails, self._telephones, self._names = (by_kind[kind] for kind in Kind)

    def count(self, text: str) -> int:
        """How often the values stand in a text."""
        return len(self._spans(text))

    def hide(self, text: str, put: str = HIDDEN) -> str:
        """The very same text where no value stands in it; ``""`` where it is nothing else."""
        spans = self._spans(text)
        if not spans:
            return text
        if len(spans) == 1 and not (text[: spans[0][0]] + text[spans[0][1] :]).strip(" \"'<>:;,.").removeprefix(
            "mailto"
        ):
            return ""
        return _without(text, spans, put)

    def hide_key(self, text: str) -> str:
        """An identifier without the values, told apart from others all the same: as a redacted body leaves it."""
        return self.hide_bytes(text.encode("utf-8", "replace")).decode()

    def hide_bytes(self, data: bytes) -> bytes:
        """The same of a body in any encoding that writes ASCII as it is, with ``FILLER``: every byte keeps its place,
        unless the body came packed."""
        if data.startswith(GZIP):
            return self._hide_packed(data)
        hidden = [self._hide_chunk(chunk) for chunk in _chunks(data)]
        return (
            data
            if all(new is None for new, _ in hidden)
            else b"".join(old if new is None else new for new, old in hidden)
        )

    def hide_pieces(self, pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
        """The same of a body that comes in pieces and is not packed; and of each piece whether anything was hidden in
        it. Pieces are cut anew."""
        for chunk in _cut_anew(pieces):
            new, old = self._hide_chunk(chunk)
            yield (old, False) if new is None else (new, True)

    def _hide_packed(self, data: bytes) -> bytes:
        try:
            plain = gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return data
        hidden = self.hide_bytes(plain)
        return data if hidden is plain else gzip.compress(hidden, mtime=0)

    def _hide_chunk(self, data: bytes) -> tuple[bytes | None, bytes]:
        """The chunk without the values, None where it has none; and as it was."""
        try:
            text, encoding = data.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            text, encoding = data.decode("latin-1"), "latin-1"
        spans = self._spans(text)
        if not spans:
            return None, data
        parts, end = [], 0
        for start, stop in spans:
            parts += [text[end:start].encode(encoding), _filler(len(text[start:stop].encode(encoding)))]
            end = stop
        new = b"".join((*parts, text[end:].encode(encoding)))
        return (None if new == data else new), data

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Where the values stand, in order, none within another."""
        view = text
        maps: list[_Back] = []
        found: list[tuple[int, int]] = []
        for _ in range(ESCAPED_AT_MOST):
            found += [_through(maps, span) for span in self._in_view(view)]
            unescaped, back = _unescaped(view)
            if not back:
                break
            view, maps = unescaped, [back, *maps]
        return _apart(found)

    def _in_view(self, text: str) -> Iterator[tuple[int, int]]:
        if 2 * FILLER.decode() in text:
            yield from (match.span() for match in _FILLED.finditer(text))
        if self._emails:
            yield from self._emails_in(text)
        if self._telephones:
            for match in _TELEPHONE.finditer(text):
                if self._knows(self._telephones, _number(match[0])):
                    yield match.span()
        if self._names:
            yield from self._names_in(text)

    def _emails_in(self, text: str) -> Iterator[tuple[int, int]]:
        for match in _EMAIL.finditer(text):
            plain = match[0].rstrip(".")
            for start in _beginnings(plain):
                if self._knows(self._emails, _mailbox(plain[start:])):
                    yield match.start() + start, match.start() + len(plain)
                    break

    def _names_in(self, text: str) -> Iterator[tuple[int, int]]:
        hinted = set(filter(self._is_hinted, set(_WORD.findall(text))))
        if not hinted:
            return
        words = [(match[0], match.start(), match.end()) for match in _WORD.finditer(text) if match[0] in hinted]
        for length in self._lengths:
            for first in range(len(words) - length + 1):
                run = words[first : first + length]
                together = all(
                    _BETWEEN.fullmatch(text, before[2], after[1]) for before, after in itertools.pairwise(run)
                )
                if together and self._knows(self._names, _name([word for word, _, _ in run])):
                    yield run[0][1], run[-1][2]

    def _knows(self, digests: set[str], said: str) -> bool:
        return _digest(said, self._key) in digests


def record_without(record: Record, redactor: Redactor) -> Record:
    """The record without the values, wherever they stand in it; its id and portal stay, and of its key what a redacted
    body leaves. The very same record where they do not."""
    if not redactor.count(encode(record).decode("utf-8", "replace")):
        return record
    hidden: Record = _hidden(record, redactor)
    key = redactor.hide_key(record.source_key)
    return replace(hidden, id=record.id, portal=record.portal, source_key=key, dataset=_tidy(hidden.dataset))


def _hidden(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.hide(value)
    if isinstance(value, tuple):
        return tuple(item for item in (_hidden(item, redactor) for item in value) if not _is_empty(item))
    if isinstance(value, Struct):
        new = {name: _hidden(getattr(value, name), redactor) for name in value.__struct_fields__}
        return replace(value, **new)
    return value


def _is_empty(item: Any) -> bool:
    return item == "" or (isinstance(item, Text) and not item.value)


def _tidy(dataset: Dataset) -> Dataset:
    """Without contacts and agents of whom nothing is left."""
    agents = tuple(agent for agent in dataset.creators if _says_something(agent))
    contacts = tuple(one for one in dataset.contact_points if one != ContactPoint(iri=one.iri, extra=one.extra))
    publisher = dataset.publisher if dataset.publisher and _says_something(dataset.publisher) else None
    return replace(dataset, creators=agents, contact_points=contacts, publisher=publisher)


def _says_something(agent: Agent) -> bool:
    return bool(agent.name or agent.iri or agent.identifier or agent.email)


def _digest(said: str, key: bytes) -> str:
    return hashlib.blake2b(said.encode("utf-8", "replace"), key=key, digest_size=16).hexdigest()


def _mailbox(value: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", value.lower()) if not unicodedata.combining(c))
    local, _, domain = _AT.sub("@", plain.strip(), count=1).partition("@")
    return f"{local.strip('.+-_')}@{domain}"


def _number(value: str) -> str:
    return "".join(re.findall(r"\d", value.replace("(0)", "")))[-NATIONAL_DIGITS:]


def _hint(word: str, key: bytes) -> str:
    return _digest(_folded(word), key)[:4]


def _name(words: list[str]) -> str:
    return " ".join(sorted(map(_folded, words)))


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return fold(word)


def _beginnings(email: str) -> Iterator[int]:
    """A mailbox may stick to what stands before it: ``contact-jean@…`` is also tried as ``jean@…``."""
    yield 0
    local = _AT.split(email, maxsplit=1)[0]
    yield from (match.end() for match in re.finditer(r"[.+_-]", local))


def _without(text: str, spans: list[tuple[int, int]], put: str) -> str:
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], put]
        end = stop
    return "".join((*parts, text[end:]))


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(set(spans)):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


class _Back:
    """From places in an unescaped text to those in its source: where each escape stands in both."""

    def __init__(self) -> None:
        self.view: list[int] = []
        self.source: list[int] = []

    def add(self, view: int, source: int) -> None:
        self.view.append(view)
        self.source.append(source)

    def __bool__(self) -> bool:
        return bool(self.view)

    def start(self, place: int) -> int:
        index = bisect_right(self.view, place) - 1
        return place if index < 0 else self.source[index] + place - self.view[index]

    def stop(self, place: int) -> int:
        """Where what ends here ends in the source: an escape belongs to it whole."""
        return self.start(place - 1) + self._width(place - 1)

    def _width(self, place: int) -> int:
        index = bisect_right(self.view, place)
        if index < len(self.view) and self.view[index] == place + 1:
            return self.source[index] - self.start(place)
        return 1


def _through(maps: list[_Back], span: tuple[int, int]) -> tuple[int, int]:
    for back in maps:
        span = back.start(span[0]), back.stop(span[1])
    return span


def _unescaped(text: str) -> tuple[str, _Back]:
    """The text with its escapes read once, and the way back."""
    back, parts, end, length = _Back(), [], 0, 0
    for match in _ESCAPE.finditer(text):
        read = _read(match[0])
        if len(read) != 1:
            continue
        parts += [text[end : match.start()], read]
        length += match.start() - end
        back.add(length, match.start())
        length += len(read)
        back.add(length, match.end())
        end = match.end()
    return ("".join((*parts, text[end:])), back) if back else (text, back)


def _read(escape: str) -> str:
    if escape.startswith("%"):
        return unquote(escape)
    if escape.startswith("&"):
        return html.unescape(escape)
    return _LETTERS.get(escape) or chr(int(escape[-4:], 16))


def _filler(length: int) -> bytes:
    return (FILLER * (length // 2 + 1))[:length]


def _cut_anew(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that end where no value goes on."""
    held = b""
    for piece in pieces:
        held += piece
        cut = max(map(held.rfind, SIGNS)) if len(held) >= CHUNK else 0
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
    yield held


def _chunks(data: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(data):
        cut = _CUT.search(data, start + CHUNK)
        end = cut.start() if cut else len(data)
        yield data[start:end]
        start = end
