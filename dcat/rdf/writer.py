"""A structure of the model → N-Triples statements, by the same table of ``shapes`` that reads it.

What is written is valid whatever the dataset holds: literals where DCAT-AP wants a node become one, dates get the
datatype of their form, and an address that cannot be made legal is left out with a finding.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import msgspec

from dcat.findings import Finding, finding
from dcat.iri import clean_iri, is_http
from dcat.model import (
    BoundingBox,
    Checksum,
    Concept,
    Dataset,
    DatasetSeries,
    Text,
)
from dcat.namespaces import DCAT, DCT, GEO, RDF, SPDX, XSD, compact
from dcat.rdf import extra, shapes
from dcat.rdf.extra import THIS
from dcat.rdf.geometry import wkt
from dcat.rdf.reader import Reader
from dcat.rdf.shapes import Field, Kind, Shape
from dcat.rdf.term import clean_language, literal

_DATE_TYPES = (
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?:Z|[+-]\d\d:\d\d)?"), XSD.date),
    (
        re.compile(
            r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
            r"(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"
        ),
        XSD.dateTime,
    ),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), XSD.gYearMonth),
    (re.compile(r"\d{4}"), XSD.gYear),
)
_GEOMETRY_TYPES = (
    (re.compile(r"\{"), GEO.geoJSONLiteral),
    (re.compile(r"<\w+:|<[A-Z]\w+[\s>]"), GEO.gmlLiteral),
    (re.compile(r"[A-Za-z]|<http"), GEO.wktLiteral),
)
_KEPT_IN_MAILTO = "@!$&'*+,;=:/~.-_"


class Writer:
    """The statements of one or more nodes, grouped by subject in the order in which they were first named.

    ``labels`` numbers blank nodes: share it between writers whose statements end in one document.
    """

    def __init__(self, labels: Iterator[int] | Iterator[str] | None = None) -> None:
        self.blocks: dict[str, dict[str, None]] = {}
        self._labels: Iterator[int] | Iterator[str] = labels or count()
        self._notes: dict[tuple[str, str, str], None] = {}

    def dataset(self, dataset: Dataset) -> str:
        """Write a dataset; gives its subject token."""
        subject = self.node(dataset, shapes.DATASET)
        if dataset.is_series:
            self.state(subject, RDF.type, f"<{DCAT.DatasetSeries}>")
        return subject

    def lines(self) -> Iterator[str]:
        """N-Triples, one statement each, without line break."""
        for subject, statements in self.blocks.items():
            for statement in statements:
                yield f"{subject} {statement} ."

    def findings(self, record: str = "") -> tuple[Finding, ...]:
        """What had to be left out or repaired."""
        return tuple(finding(rule, record, place, value) for rule, place, value in self._notes)

    def state(self, subject: str, predicate: str, value: str) -> None:
        """One statement of tokens, once."""
        self.blocks.setdefault(subject, {})[f"<{predicate}> {value}"] = None

    def node(self, value: Any, shape: Shape) -> str:
        """A structure and all that hangs on it; gives its subject token."""
        subject = self.iri(value.iri, RDF.type) or self.blank()
        self.state(subject, RDF.type, f"<{shape.type}>")
        stated = _stated(value.extra, shape)
        for field in shape.fields:
            held = getattr(value, field.name)
            if held is None or held in ("", ()):
                continue
            known = stated.get(field.name, ())
            values = tuple(one for one in (held if field.many else (held,)) if _plain(one) not in known)
            predicate = field.properties[0]
            for token in WRITERS[field.kind](self, values, field):
                self.state(subject, predicate, token)
        self._write_extra(subject, value.extra)
        return subject

    def blank(self) -> str:
        """A new blank node."""
        return f"_:n{next(self._labels)}"

    def iri(self, iri: str, place: str) -> str:
        """An IRI token, repaired where it must be; ``""`` where it cannot be."""
        if not iri:
            return ""
        cleaned, rule = clean_iri(iri)
        if rule:
            self._notes[rule, compact(place), iri] = None
        return f"<{cleaned}>" if cleaned else ""

    def text(self, text: Text) -> str:
        """A literal with its language, where the tag is one."""
        return literal(text.value, clean_language(text.language)[0] if text.language else "")

    def _write_extra(self, subject: str, text: str) -> None:
        labels = {THIS: subject}
        for about, predicate, value in extra.parse(text):
            tokens = [labels.setdefault(token, self.blank()) if token[0] == "_" else token for token in (about, value)]
            self.state(tokens[0], predicate, tokens[1])


class _Extra:
    """The statements of an ``extra`` text as a graph of their own."""

    def __init__(self, text: str, wanted: frozenset[str]) -> None:
        self._about: dict[str, list[str]] = {}
        for subject, predicate, value in extra.parse(text):
            if subject != THIS or predicate in wanted:
                self._about.setdefault(subject, []).append(f"{predicate}> {value}")

    def about(self, subject: str) -> list[str]:
        return self._about.get(subject, [])


def _stated(text: str, shape: Shape) -> Mapping[str, tuple[Any, ...]]:
    """The values of fields that ``extra`` states already, because their nodes say more than the model holds."""
    written = frozenset(field.properties[0] for field in shape.fields)
    if not text or not any(f"{THIS} <{iri}> " in text for iri in written):
        return {}
    read = Reader(_Extra(text, written)).node(THIS, shape)
    return {field.name: _values(getattr(read, field.name), field) for field in shape.fields}


def _values(held: Any, field: Field) -> tuple[Any, ...]:
    if held is None or held == "":
        return ()
    return tuple(map(_plain, held if field.many else (held,)))


def _plain(value: Any) -> Any:
    """As the source said it: without the code that normalising gave."""
    return msgspec.structs.replace(value, code="", reason="") if isinstance(value, Concept) and value.code else value


# --- one function a kind: the values of a field → object tokens -----------------------------------------------------

Values = tuple[Any, ...]


def _of(shape: Shape) -> Callable[[Writer, Values, Field], Iterator[str]]:
    def write(writer: Writer, values: Values, _field: Field) -> Iterator[str]:
        for value in values:
            yield writer.node(value, shape)

    return write


def write_text(writer: Writer, values: tuple[Text, ...], _field: Field) -> Iterator[str]:
    yield from map(writer.text, values)


def write_labels(writer: Writer, values: tuple[Text, ...], field: Field) -> Iterator[str]:
    """IRIs as they are, words together in one statement node."""
    words = [text for text in values if text.language or not is_http(text.value)]
    yield from (f"<{text.value}>" for text in values if text not in words)
    if words:
        yield _labelled(writer, writer.blank(), words, field)


def _labelled(writer: Writer, node: str, words: list[Text] | tuple[Text, ...], field: Field) -> str:
    if node[0] == "_":
        writer.state(node, RDF.type, f"<{field.node_type}>")
    for text in words:
        writer.state(node, field.label, writer.text(text))
    return node


def write_concept(writer: Writer, values: tuple[Concept, ...], field: Field) -> Iterator[str]:
    for concept in values:
        yield _labelled(writer, writer.iri(concept.iri, field.properties[0]) or writer.blank(), concept.label, field)


def write_notation(writer: Writer, values: tuple[str, ...], field: Field) -> Iterator[str]:
    for value in values:
        yield _labelled(writer, writer.blank(), [Text(value)], field)


def write_series(writer: Writer, values: tuple[DatasetSeries, ...], field: Field) -> Iterator[str]:
    for series in values:
        node = writer.iri(series.iri, field.properties[0]) or writer.blank()
        for text in series.title:
            writer.state(node, DCT.title, writer.text(text))
        yield node


def write_string(_writer: Writer, values: tuple[str, ...], _field: Field) -> Iterator[str]:
    yield from map(literal, values)


def write_date(_writer: Writer, values: tuple[str, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield literal(value, datatype=next((iri for form, iri in _DATE_TYPES if form.fullmatch(value)), ""))


def write_size(_writer: Writer, values: tuple[int, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield literal(str(value), datatype=XSD.nonNegativeInteger)


def write_url(writer: Writer, values: tuple[str, ...], field: Field) -> Iterator[str]:
    for value in values:
        token = writer.iri(value, field.properties[0])
        if token:
            yield token


def write_email(_writer: Writer, values: tuple[str, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield f"<mailto:{_encoded(value)}>"


def write_telephone(_writer: Writer, values: tuple[str, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield f"<tel:{_encoded(value)}>"


def _encoded(value: str) -> str:
    return quote(value.encode("utf-8", "replace"), safe=_KEPT_IN_MAILTO)


def write_geometry(_writer: Writer, values: tuple[str, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield literal(value, datatype=next((iri for form, iri in _GEOMETRY_TYPES if form.match(value)), ""))


def write_bbox(_writer: Writer, values: tuple[BoundingBox, ...], _field: Field) -> Iterator[str]:
    for value in values:
        yield literal(wkt(value), datatype=GEO.wktLiteral)


def write_checksum(writer: Writer, values: tuple[Checksum, ...], _field: Field) -> Iterator[str]:
    for checksum in values:
        node = writer.blank()
        writer.state(node, RDF.type, f"<{SPDX.Checksum}>")
        algorithm = writer.iri(f"{SPDX.iri}checksumAlgorithm_{checksum.algorithm}", SPDX.algorithm)
        if checksum.algorithm and algorithm:
            writer.state(node, SPDX.algorithm, algorithm)
        writer.state(node, SPDX.checksumValue, literal(checksum.value, datatype=_checksum_type(checksum.value)))
        yield node


def _checksum_type(value: str) -> str:
    return XSD.hexBinary if re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", value) else ""


WRITERS: Mapping[Kind, Callable[[Writer, Any, Field], Iterator[str]]] = MappingProxyType(
    {
        Kind.AGENT: _of(shapes.AGENT),
        Kind.BBOX: write_bbox,
        Kind.CHECKSUM: write_checksum,
        Kind.CONCEPT: write_concept,
        Kind.CONTACT: _of(shapes.CONTACT),
        Kind.DATE: write_date,
        Kind.DISTRIBUTION: _of(shapes.DISTRIBUTION),
        Kind.EMAIL: write_email,
        Kind.GEOMETRY: write_geometry,
        Kind.LABELS: write_labels,
        Kind.NOTATION: write_notation,
        Kind.PERIOD: _of(shapes.PERIOD),
        Kind.PLACE: _of(shapes.PLACE),
        Kind.SERIES: write_series,
        Kind.SERVICE: _of(shapes.SERVICE),
        Kind.SIZE: write_size,
        Kind.STRING: write_string,
        Kind.TELEPHONE: write_telephone,
        Kind.TEXT: write_text,
        Kind.URL: write_url,
    }
)
