"""The whole feed as one file: streamed from a snapshot, compressed as it is written, in place only once it is whole."""

import gzip
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, cast

import pyoxigraph as ox
import zstandard

from api.errors import NotFound, Problem
from api.feed.forms import FORMS, Form, form_named, quads
from api.feed.head import base_of
from api.messages import say
from api.services import Services
from dcat.namespaces import DCT, PREFIXES, XSD
from dcat.publish.catalogue import catalogue_iri
from search.published.store import Snapshot

COMPRESSIONS = ("", "gz", "zst")
GZIP_LEVEL = 5
DUMPS = tuple(f"dump.{form}.{compression}" for form in ("ttl", "nt") for compression in ("gz", "zst"))


class Tee:
    """Writes the same to several files."""

    def __init__(self, files: Sequence[IO[bytes]]) -> None:
        self._files = files

    def write(self, data: bytes) -> int:
        for file in self._files:
            file.write(data)
        return len(data)

    def flush(self) -> None:
        """Compressors are flushed when they are closed: flushing before makes files larger."""


def form_of_path(path: Path, wished: str = "") -> Form:
    """By ``wished``, else by the extension before that of a compression. Raises ``BadRequest``."""
    suffixes = [suffix.removeprefix(".") for suffix in path.suffixes]
    if suffixes and suffixes[-1] in COMPRESSIONS:
        suffixes.pop()
    return form_named(wished or (suffixes[-1] if suffixes else ""))


def export(services: Services, path: Path, wished: str = "") -> int:
    """The newest snapshot in one file; gives how many datasets. Raises ``BadRequest``, ``NotFound``, and
    ``Problem`` where the file cannot be written."""
    form = form_of_path(path, wished)
    snapshot = newest(services)
    try:
        write_files(services, snapshot, form, [path])
    except OSError as error:
        told = {"path": path, "why": error.strerror or error}
        raise Problem(say("fr", "feed_not_written", **told), say("en", "feed_not_written", **told)) from error
    return services.published.count(snapshot.number)


def newest(services: Services) -> Snapshot:
    """Raises ``NotFound`` where nothing is published yet."""
    snapshot = services.published.snapshot() if services.harvested else None
    if snapshot is None:
        raise NotFound(say("fr", "feed_empty"), say("en", "feed_empty"))
    return snapshot


def write_files(services: Services, snapshot: Snapshot, form: Form, paths: Sequence[Path]) -> None:
    """The same content in several files, each compressed as its extension says; all are replaced at the end."""
    parts = [path.with_name(f".{path.name}.{os.getpid()}.part") for path in paths]
    try:
        with ExitStack() as stack:
            files = [stack.enter_context(_opened(part, path.suffix)) for part, path in zip(parts, paths, strict=True)]
            _write(services, snapshot, form, Tee(files))
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _opened(path: Path, suffix: str) -> IO[bytes]:
    if suffix == ".gz":
        return cast("IO[bytes]", gzip.open(path, "wb", compresslevel=GZIP_LEVEL))
    if suffix == ".zst":
        return cast("IO[bytes]", zstandard.open(path, "wb"))
    return path.open("wb")


def _write(services: Services, snapshot: Snapshot, form: Form, file: Tee) -> None:
    if form.name == "nt":
        for data in _parts(services, snapshot):
            file.write(data)
        return
    ox.serialize(_quads(services, snapshot), cast("IO[bytes]", file), form.oxigraph, prefixes=dict(PREFIXES))


def _quads(services: Services, snapshot: Snapshot) -> Iterator[ox.Quad]:
    for data in _parts(services, snapshot):
        yield from quads(data)


def _parts(services: Services, snapshot: Snapshot) -> Iterator[bytes]:
    """N-Triples: the catalogue, then its datasets, some at a time."""
    catalogue = catalogue_iri(base_of(services))
    yield services.published.head(snapshot.number).encode()
    yield f'<{catalogue}> <{DCT.modified}> "{snapshot.moment}"^^<{XSD.dateTime}> .\n'.encode()
    for bodies in services.published.stream(snapshot.number):
        yield b"".join(bodies)


def dump_folder(services: Services) -> Path:
    """Where the files of ``/catalog/dump.*`` are."""
    return services.settings.data_dir / "dumps"


def write_dumps(services: Services) -> Snapshot:
    """All of ``DUMPS`` of the newest snapshot, and which one it is."""
    folder, snapshot = dump_folder(services), newest(services)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("ttl", "nt"):
        paths = [folder / dump for dump in DUMPS if dump.startswith(f"dump.{name}.")]
        write_files(services, snapshot, FORMS[name], paths)
    (folder / "snapshot").write_text(str(snapshot.number), encoding="ascii")
    return snapshot


def dumped(services: Services) -> int:
    """The snapshot of the dumps, 0 where there are none."""
    try:
        return int((dump_folder(services) / "snapshot").read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0
