"""What ``clean`` does, for a document in a file that is too large to be held: from file to file, piece by piece.

A document without fault is not copied. The prolog is looked for at the start, contexts of JSON-LD at the start and at
the end: where a document of that size has them.
"""

import codecs
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from dcat.findings import Finding, finding
from dcat.rdf import clean, contexts
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.mapped import Mapped
from dcat.rdf.syntax import Syntax

CHUNK = 1 << 20
_ENTITY = b"<!ENTITY"

Cleaned = tuple[Path, list[Finding]]


def decompress(path: Path) -> Cleaned:
    """As ``clean.decompress``."""
    if start_of(path, 2) != b"\x1f\x8b":
        return path, []
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = _written(path, _inflated(stream, path))
    except zlib.error as error:
        raise UnreadableRdf(finding("page-not-parseable", value=f"gzip: {error}")) from error
    return plain, [] if stream.eof else [finding("page-truncated", value="gzip")]


def _inflated(stream: "zlib._Decompress", path: Path) -> Iterator[bytes]:
    size = 0
    for chunk in _chunks(path):
        while chunk:
            plain = stream.decompress(chunk, CHUNK)
            chunk = stream.unconsumed_tail
            size += len(plain)
            if size > clean.MAX_BYTES:
                raise UnreadableRdf(finding("page-not-parseable", value=f"gzip: over {clean.MAX_BYTES} bytes"))
            yield plain
    yield stream.flush()


def to_utf8(path: Path, content_type: str) -> Cleaned:
    """As ``clean.to_utf8``."""
    start = start_of(path, CHUNK)
    mark, encoding = next(((mark, name) for mark, name in clean.BOMS if start.startswith(mark)), (b"", ""))
    if encoding == "utf-16":
        return _decoded(path, encoding, "replace"), []
    charset = "" if mark else clean.declared_charset(start, content_type)
    findings = [finding("page-bom-removed")] if mark else []
    lying = charset not in ("", "utf-8", "ascii")
    if not _is_utf8(path):
        if lying:
            return _decoded(path, charset, "replace"), findings
        repaired = _decoded(path, "utf-8-sig" if mark else "utf-8", "surrogateescape")
        return repaired, [*findings, finding("page-charset-repaired", value=charset or "windows-1252")]
    if lying:
        wrong = not all(chunk.isascii() for chunk in _chunks(path))
        findings += [finding("page-charset-repaired", value=charset)] if wrong else []
        return _written(path, _with_start(_chunks(path), clean.set_prolog)), findings
    if mark:
        return _written(path, _with_start(_chunks(path), lambda data: data.removeprefix(mark))), findings
    return path, findings


def clean_file(path: Path, syntax: Syntax) -> Cleaned:
    """As ``clean.clean``, and the contexts of JSON-LD written out."""
    findings: list[Finding] = []
    removed = sum(len(chunk) - len(clean.bare(chunk)) for chunk in _chunks(path))
    if removed:
        path = _written(path, map(clean.bare, _chunks(path)))
        findings.append(finding("page-control-character", value=f"{removed} ×"))
    if syntax is Syntax.XML:
        path = _without_doctype(path)
    if syntax is Syntax.JSON:
        if lone := sum(clean.whole(piece)[1] for piece in _between_words(_chunks(path))):
            path = _written(path, (clean.whole(piece)[0] for piece in _between_words(_chunks(path))))
            findings.append(clean.half_characters(lone))
        path, more = _with_contexts(path)
        findings += more
    return path, findings


def _between_words(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, divided after blanks and commas: no escape of JSON has one."""
    held = b""
    for piece in pieces:
        held += piece
        end = max(held.rfind(b" "), held.rfind(b","), held.rfind(b"\n")) + 1
        yield held[:end]
        held = held[end:]
    yield held


def _without_doctype(path: Path) -> Path:
    """A document that says ``<!ENTITY`` somewhere is looked at as a whole: a comment may."""
    if _says(path, _ENTITY):
        clean.refuse_entities(Mapped(path).data)
    start = start_of(path, CHUNK)
    without, _ = clean.without_doctype(start)
    return path if without == start else _written(path, _with_start(_chunks(path), lambda _: without))


def _with_contexts(path: Path) -> Cleaned:
    size = path.stat().st_size
    middle = (min(CHUNK, size), max(CHUNK, size - CHUNK))
    start, end = start_of(path, middle[0]), b"".join(_chunks(path, middle[1]))
    new_start, findings = contexts.inline(start)
    new_end, more = contexts.inline(end)
    if (new_start, new_end) == (start, end):
        return path, []
    rest = _chunks(path, *middle) if middle[0] < middle[1] else iter(())
    return _written(path, _around(new_start, rest, new_end)), findings + more


def _around(start: bytes, middle: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    yield start
    yield from middle
    yield end


def _decoded(path: Path, charset: str, errors: str) -> Path:
    """UTF-8 of another charset; what is no UTF-8 in between is read as Windows-1252."""
    decoder = codecs.getincrementaldecoder(charset)(errors)
    texts = (text.translate(clean.AS_WINDOWS).encode() for text in _texts(path, decoder))
    return _written(path, _with_start(texts, clean.set_prolog))


def _texts(path: Path, decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    for chunk in _chunks(path):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _is_utf8(path: Path) -> bool:
    try:
        for _ in _texts(path, codecs.getincrementaldecoder("utf-8")()):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _says(path: Path, words: bytes) -> bool:
    """Whether the words stand anywhere, also across two pieces."""
    before = b""
    for chunk in _chunks(path):
        if words in before + chunk:
            return True
        before = chunk[-len(words) :]
    return False


def start_of(path: Path, size: int) -> bytes:
    """The first bytes."""
    with path.open("rb") as file:
        return file.read(size)


def _chunks(path: Path, start: int = 0, end: int | None = None) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while chunk := file.read(CHUNK if end is None else min(CHUNK, end - file.tell())):
            yield chunk


def _with_start(pieces: Iterable[bytes], change: Callable[[bytes], bytes]) -> Iterator[bytes]:
    """The first piece changed."""
    for number, piece in enumerate(pieces):
        yield piece if number else change(piece)


def _written(path: Path, pieces: Iterable[bytes]) -> Path:
    """Another file beside this one, its name longer by a sign; put there at once, as another process may be reading
    what it has written itself."""
    other = path.with_name(f"{path.name}+")
    unfinished = path.with_name(f"{path.name}+{os.getpid()}")
    with unfinished.open("wb") as file:
        file.writelines(pieces)
    return unfinished.replace(other)
