"""A described node → a structure of the model, by the table of ``shapes``."""

import re
from collections.abc import Collection
from typing import Any

import msgspec

from dcat.findings import Finding, finding
from dcat.iri import clean_iri
from dcat.model import Agent, BoundingBox, Dataset, Text
from dcat.namespaces import DCAT, DCTYPE, RDF, compact
from dcat.rdf import extra, shapes
from dcat.rdf.extra import THIS, Statement
from dcat.rdf.geometry import bounding_box
from dcat.rdf.groups import Statements
from dcat.rdf.repair import UNDECLARED
from dcat.rdf.shapes import Field, Kind, Shape
from dcat.rdf.term import clean_language
from dcat.rdf.values import READERS, text_order

# Nodes that many datasets of a page share are read once; beyond so many the memory starts again.
MAX_SHARED = 20_000

_FINE_IRI = re.compile(
    r"https?://(?:[^\x00-\x20<>\"{}|\\^`\x7f-\xa0%\[\]\ud800-\udfff\ufeff\ufffe\uffff]++|%[0-9A-Fa-f]{2})*+"
)
_SHARED = frozenset((Kind.AGENT, Kind.CONCEPT, Kind.CONTACT, Kind.PLACE, Kind.PERIOD, Kind.SERVICE))
_OWN_TYPES = frozenset(
    f"<{iri}>" for iri in (DCAT.Dataset, DCAT.DatasetSeries, DCTYPE.Dataset, "dctype:Dataset", "dcat:Dataset")
)

# Rule, property, value: a finding whose record is not known yet.
Note = tuple[str, str, str]


class Reader:
    """Reads nodes of one graph. ``base`` resolves relative addresses; ``records`` are the subjects that are datasets of
    their own, whose description is never copied into another's ``extra``."""

    def __init__(self, source: Statements, base: str = "", records: Collection[str] = ()) -> None:
        self.source = source
        self._base = base
        self._records = records
        self._notes: list[Note] = []
        self._property = ""
        self._path: list[str] = []
        self._shared: dict[tuple[str, str], tuple[Any, list[Note], list[Statement]]] = {}

    def dataset(self, subject: str) -> tuple[Dataset, tuple[Finding, ...]]:
        """The dataset at a subject token, and what was repaired or doubtful in it."""
        self._notes = []
        dataset: Dataset = self.node(subject, shapes.DATASET)
        record = dataset.iri or next(iter(dataset.identifiers), "")
        notes = dict.fromkeys(self._notes)
        return dataset, tuple(finding(rule, record, place, value) for rule, place, value in notes)

    # --- what value readers ask (``values.Walk``) --------------------------------------------------------------------

    def iri(self, text: str) -> str:
        """The IRI cleaned; ``""`` where nothing can be made of it."""
        if _FINE_IRI.fullmatch(text):
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
            if predicate in by_predicate:
                by_predicate[predicate].append(value)
            else:
                by_predicate[predicate] = [value]
        values: dict[str, Any] = {}
        left: list[Statement] = []
        for predicate, objects in by_predicate.items():
            field = shape.by_property.get(predicate)
            if field is None:
                left += self._unknown(predicate, objects, shape)
            elif any(rival in by_predicate for rival in shape.rivals[predicate]):
                left += [(THIS, predicate, value) for value in objects]
            else:
                self._read(field, predicate, objects, values, left)
        if left:
            values["extra"] = self._render(left)
        return values

    def _unknown(self, predicate: str, objects: list[str], shape: Shape) -> list[Statement]:
        own: Collection[str] = ()
        if predicate == RDF.type:
            own = _OWN_TYPES if shape is shapes.DATASET else (f"<{shape.type}>",)
        return [(THIS, predicate, value) for value in objects if value not in own]

    def _read(
        self, field: Field, predicate: str, objects: list[str], values: dict[str, Any], left: list[Statement]
    ) -> None:
        """All the values of one property into their field."""
        found: list[tuple[Any, str]] = []
        for token in objects:
            self._property = predicate
            value, more = self._value(field, predicate, token)
            left += more
            if value is None:
                left.append((THIS, predicate, token))
            elif type(value) is tuple:
                found += [(one, token) for one in value]
            else:
                found.append((value, token))
        if not found:
            return
        if field.many:
            values[field.name] = _ordered([value for value, _ in found])
            return
        chosen, *others = (
            found if len(found) == 1 else sorted(found, key=lambda pair: _order(pair[0]), reverse=field.last)
        )
        values[field.name] = chosen[0]
        left += [(THIS, predicate, token) for value, token in others if value != chosen[0]]

    def _value(self, field: Field, predicate: str, token: str) -> tuple[Any, list[Statement]]:
        """A value, and the statements about its node that it does not hold."""
        if token[0] == '"' or token[0] == "_" or field.kind not in _SHARED:
            value = READERS[field.kind](self, token, field)
            return value, self._beyond(field, predicate, token) if field.keeps and token[0] != '"' else []
        key = (field.name, token)
        known = self._shared.get(key)
        if known is None:
            notes, self._notes = self._notes, []
            value = READERS[field.kind](self, token, field)
            known = value, self._notes, self._beyond(field, predicate, token) if field.keeps else []
            self._notes = notes
            if len(self._shared) >= MAX_SHARED:
                self._shared.clear()
            self._shared[key] = known
        value, notes, statements = known
        self._notes += notes
        return value, statements

    def _beyond(self, field: Field, predicate: str, token: str) -> list[Statement]:
        """What else is said of a value's node. A blank node that says more than its label is kept whole."""
        if token in self._records or token in self._path:
            return []
        rests = self.source.about(token)
        if token[0] == "_":
            plain = all(
                rest == f"{RDF.type}> <{field.node_type}>" or rest.startswith(f'{field.label}> "') for rest in rests
            )
            return [] if plain else [(THIS, predicate, token)]
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

    def _legal(self, token: str) -> str:
        """An IRI token that every syntax can carry; ``""`` where the statement must be left out."""
        if _FINE_IRI.fullmatch(token, 1, len(token) - 1):
            return token
        iri = self.iri(token[1:-1])
        return f"<{iri}>" if iri else ""


_SERIES_TYPES = frozenset((f"{RDF.type}> <{DCAT.DatasetSeries}>", f"{RDF.type}> <dcat:DatasetSeries>"))


def _ordered(values: list[Any]) -> tuple[Any, ...]:
    """Each value once, in an order that depends on the values only: RDF has none, and parsers give them as they please."""
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
