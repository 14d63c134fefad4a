"""Real SHACL shapes, beside our own rules: with pyrudof, which is an extra of the installation (``shacl``)."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import pyoxigraph as ox
from msgspec import Struct

from api.errors import BadRequest

try:
    import pyrudof
except ImportError:  # the extra is not installed: said when it is asked for
    pyrudof = None  # type: ignore[assignment]

SHACL = "http://www.w3.org/ns/shacl#"


class ShaclResult(Struct, frozen=True):
    """One result of a validation report, as the shapes word it."""

    severity: str
    focus: str
    path: str
    value: str
    shape: str
    message: str


class ShapesMissing(BadRequest):
    """SHACL was asked for, and its engine is not installed."""

    exit_code = 2


class Shapes:
    """The shapes of some Turtle files. Raises ``ShapesMissing`` without the engine, ``BadRequest`` on a file that it
    cannot read, or that has no shapes: it would find nothing wrong with anything."""

    def __init__(self, files: Sequence[Path]) -> None:
        if pyrudof is None:
            raise ShapesMissing(
                "Les formes SHACL demandent une extension : pip install 'aiguillage[shacl]'",
                "SHACL shapes need an extra: pip install 'aiguillage[shacl]'",
            )
        self._files = files
        for file in files:
            self._engine(file)
            if not _has_shapes(file):
                raise BadRequest(f"{file} : n'a aucune forme SHACL", f"{file}: has no SHACL shapes")

    def results(self, statements: str) -> Iterable[ShaclResult]:
        """What the shapes find in a graph of N-Triples."""
        for file in self._files:
            engine = self._engine(file)
            engine.read_data(statements, pyrudof.RDFFormat.NTriples)
            yield from map(_result, engine.validate_shacl().violations)

    def _engine(self, file: Path) -> "pyrudof.Rudof":
        engine = pyrudof.Rudof(pyrudof.RudofConfig())
        try:
            engine.read_shacl(file.read_text(encoding="utf-8"), pyrudof.ShaclFormat.Turtle)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            raise BadRequest(
                f"{file} : formes SHACL illisibles ({text})", f"{file}: unreadable shapes ({text})"
            ) from error
        return engine


def _has_shapes(file: Path) -> bool:
    quads = ox.parse(path=file, format=ox.RdfFormat.TURTLE)
    return any(quad.predicate.value.startswith(SHACL) for quad in quads)


def _result(entry: "pyrudof.ShaclValidationEntry") -> ShaclResult:
    return ShaclResult(
        severity=str(entry.severity or ""),
        focus=str(entry.focus_node or ""),
        path=str(entry.path or ""),
        value=str(entry.value or ""),
        shape=str(entry.source_shape or ""),
        message=str(entry.message or ""),
    )
