"""A described node → a structure of the model, by the table of ``shapes``."""

from collections.abc import Callable, Collection, Container
from typing import Any, NamedTuple

import msgspec

from dcat.findings import Finding, finding
from dcat.iri import clean_iri, is_http
from dcat.model import Agent, BoundingBox, Dataset, Text
from dcat.namespaces import DCAT, DCTYPE, RDF, compact
from dcat.rdf import extra, shapes
from dcat.rdf.extra import THIS, Statement
from dcat.rdf.geometry import bounding_box
from dcat.rdf.groups import Statements
from dcat.rdf.repair import UNDECLARED
from dcat.rdf.shapes import Field, Kind, Shape
from dcat.rdf.term import clean_language
from dcat.rdf.values import READERS, Walk, text_order

# Nodes that many datasets of a page share are read once; beyond so many the memory starts again.
MAX_SHARED = 4_000

_SHARED = frozenset((Kind.AGENT, Kind.CONCEPT, Kind.CONTACT, Kind.PLACE, Kind.PERIOD, Kind.SERVICE))
# Kinds whose value is not the IRI of the node but what is said of it.
_SAID_BY_NODE = frozenset((Kind.EMAIL, Kind.TELEPHONE))
_OWN_TYPES = frozenset(
    f"<{iri}>" for iri in (DCAT.Dataset, DCAT.DatasetSeries, DCTYPE.Dataset, "dctype:Dataset", "dcat:Dataset")
)

# Rule, property, value: a finding whose record is not known yet.
Note = tuple[str, str, str]


class Reader:
    """Reads nodes of one graph. ``base`` resolves relative addresses; ``records`` are the subjects that are datasets of
    their own, whose description is never copied into another's ``extra``."""

    def __init__(self, source: Statements, base: str = "", records: Container[str] = ()) -> None:
        self.source = source
        self._base = base
        self._records = records
        self._notes: list[Note] = []
        self._property = ""
        self._path: list[str] = []
        self._shared: dict[tuple[str, str], tuple[Any, list[Note], list[Statement]]] = {}

    def dataset(self, subject: str) -> tuple[Dataset, tuple[Finding, ...]]:
        """The dataset at a subject token, and what was repaired or doubtful in it."""
        self._notes, self._path = [], []
        dataset: Dataset = self.node(subject, shapes.DATASET)
        record = dataset.iri or next(iter(dataset.identifiers), "")
        notes = dict.fromkeys(self._notes)
        return dataset, tuple(finding(rule, record, place, value) for rule, place, value in notes)

    # --- what value readers ask (``values.Walk``) --------------------------------------------------------------------

    def iri(self, text: str) -> str:
        """The IRI cleaned; ``""`` where nothing can be made of it."""
        if is_http(text):
            return text
        if text.startswith(UNDECLARED):
            return ""
        cleaned, rule = clean_iri(text, self._base)
        if rule:
            self.note(rule, text)
        return cleaned

    def language(self, tag: str) -> str:
        """The tag cleaned."""
        if tag in ("fr", "en"):
            return tag
        cleaned, rule = clean_language(tag)
        if rule:
            self.note(rule, tag)
        return cleaned

    def note(self, rule: str, value: object) -> None:
        """A finding at the property being read."""
        self._notes.append((rule, compact(self._property), str(value)))

    def node(self, subject: str, shape: Shape) -> Any:
        """A described node as the structure of its shape; an IRI without description has its ``iri`` only."""
        self._path.append(subject)
        rests = self.source.about(subject)
        values = self._values(rests, shape) if rests else {}
        self._path.pop()
        if subject[0] == "<":
            self._property = ""
            values["iri"] = self.iri(subject[1:-1])
        if shape is shapes.PLACE and "bbox" not in values and "geometry" in values:
            values["bbox"] = bounding_box(values["geometry"])
        if shape is shapes.DATASET:
            values["is_series"] = any(rest in _SERIES_TYPES for rest in rests)
        return shape.build(**values)

    # --- the walk ----------------------------------------------------------------------------------------------------

    def _values(self, rests: list[str], shape: Shape) -> dict[str, Any]:
        """The fields of a node by name, ``extra`` among them."""
        by_predicate: dict[str, list[str]] = {}
        for rest in rests:
            predicate, _, value = rest.partition("> ")
            objects = by_predicate.get(predicate)
            if objects is None:
                by_predicate[predicate] = [value]
            else:
                objects.append(value)
        values: dict[str, Any] = {}
        left: list[Statement] = []
        rows = _ROWS[shape.type]
        for predicate, objects in by_predicate.items():
            row = rows.get(predicate)
            if row is None:
                left += self._unknown(predicate, objects, shape)
            elif row.rivals and not row.rivals.isdisjoint(by_predicate):
                left += [(THIS, predicate, value) for value in objects]
            else:
                self._read(row, predicate, objects, values, left)
        if left:
            values["extra"] = self._render(left)
        return values

    def _unknown(self, predicate: str, objects: list[str], shape: Shape) -> list[Statement]:
        own: Collection[str] = ()
        if predicate == RDF.type:
            own = _OWN_TYPES if shape is shapes.DATASET else (f"<{shape.type}>",)
        return [(THIS, predicate, value) for value in objects if value not in own]

    def _read(
        self, row: "_Row", predicate: str, objects: list[str], values: dict[str, Any], left: list[Statement]
    ) -> None:
        """All the values of one property into their field."""
        field = row.field
        if len(objects) == 1:
            value = self._value(row, predicate, objects[0], left)
            if value is not None and value != ():
                values[field.name] = (value,) if field.many and type(value) is not tuple else value
            return
        found: list[tuple[Any, str]] = []
        for token in dict.fromkeys(objects):
            value = self._value(row, predicate, token, left)
            if type(value) is tuple:
                found += [(one, token) for one in value]
            elif value is not None:
                found.append((value, token))
        if not found:
            return
        if field.many:
            values[field.name] = _ordered([value for value, _ in found])
            return
        chosen, *others = sorted(found, key=lambda pair: _order(pair[0]), reverse=field.last)
        values[field.name] = chosen[0]
        left += [(THIS, predicate, token) for value, token in others if value != chosen[0]]

    def _value(self, row: "_Row", predicate: str, token: str, left: list[Statement]) -> Any:
        """One value; what it does not hold of its node is added to ``left``."""
        self._property = predicate
        if token[0] == '"':
            value = row.read(self, token, row.field)
        elif token[0] == "_" or not row.shared:
            value = row.read(self, token, row.field)
            if row.field.keeps:
                left += self._beyond(row.field, predicate, token)
        else:
            value, statements = self._shared_value(row, predicate, token)
            left += statements
        if value is None:
            left.append((THIS, predicate, token))
        return value

    def _shared_value(self, row: "_Row", predicate: str, token: str) -> tuple[Any, list[Statement]]:
        """The value of an IRI that other datasets name too, read once; its findings are told for each."""
        key = (row.field.name, token)
        known = self._shared.get(key)
        if known is None:
            notes, self._notes = self._notes, []
            value = row.read(self, token, row.field)
            known = value, self._notes, self._beyond(row.field, predicate, token) if row.field.keeps else []
            self._notes = notes
            if len(self._shared) >= MAX_SHARED:
                self._shared.clear()
            self._shared[key] = known
        value, notes, statements = known
        self._notes += notes
        return value, statements

    def _beyond(self, field: Field, predicate: str, token: str) -> list[Statement]:
        """What else is said of a value's node. A blank node that says more than its label is kept whole."""
        rests = self.source.about(token)
        link = [(THIS, predicate, token)]
        if token[0] == "<" and (field.kind is Kind.NOTATION or (rests and field.kind in _SAID_BY_NODE)):
            return link + [(token, inner, value) for inner, _, value in (rest.partition("> ") for rest in rests)]
        if not rests or token in self._records or token in self._path:
            return []
        if token[0] == "_":
            plain = all(
                rest == f"{RDF.type}> <{field.node_type}>" or rest.startswith(f"{field.label}> ") for rest in rests
            )
            return [] if plain else link
        pairs = [(inner, value) for inner, _, value in (rest.partition("> ") for rest in rests)]
        labelled = field.kind is Kind.CONCEPT
        return [
            (token, inner, value)
            for inner, value in pairs
            if not (labelled and inner == field.label and value[0] == '"')
        ]

    def _render(self, left: list[Statement]) -> str:
        try:
            return extra.render(self.source, left, self._legal)
        except extra.TooMuch:
            self._property = ""
            self.note("value-truncated", f"{len(left)} statements")
            flat = [one for one in left if one[2][0] != "_"][: extra.MAX_STATEMENTS]
            return extra.render(self.source, flat, self._legal)

    def _legal(self, token: str, predicate: str) -> str:
        """An IRI token that every syntax can carry; ``""`` where the statement must be left out."""
        if is_http(token[1:-1]):
            return token
        self._property = predicate
        iri = self.iri(token[1:-1])
        return f"<{iri}>" if iri else ""


class _Row(NamedTuple):
    """A field, ready to be read."""

    field: Field
    read: Callable[[Walk, str, Field], Any]
    shared: bool
    rivals: frozenset[str]


def _rows(shape: Shape) -> dict[str, _Row]:
    return {
        predicate: _Row(field, READERS[field.kind], field.kind in _SHARED, frozenset(shape.rivals[predicate]))
        for predicate, field in shape.by_property.items()
    }


_ROWS = {shape.type: _rows(shape) for shape in shapes.ALL}

_SERIES_TYPES = frozenset((f"{RDF.type}> <{DCAT.DatasetSeries}>", f"{RDF.type}> <dcat:DatasetSeries>"))


def _ordered(values: list[Any]) -> tuple[Any, ...]:
    """Each value once, in an order that depends on the values only: RDF has none, and parsers give them as they
    please."""
    if len(values) == 1:
        return tuple(values)
    unique = list(dict.fromkeys(values))
    return tuple(sorted(unique, key=text_order if type(unique[0]) is Text else _order))


def _order(value: Any) -> Any:
    """Values of one field, the most telling first: named, with an IRI, then by content."""
    if isinstance(value, str | int | BoundingBox):
        return value if not isinstance(value, BoundingBox) else msgspec.json.encode(value)
    iri = getattr(value, "iri", "")
    nameless = isinstance(value, Agent) and not value.name
    return nameless, not iri, iri, msgspec.json.encode(value)
