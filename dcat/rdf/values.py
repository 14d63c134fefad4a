"""One value of a node → one value of the model: a function for every ``Kind``.

Each returns None for what it cannot make anything of, and the caller keeps the statement in ``extra``; ``EMPTY`` for
what says nothing (an empty text); a tuple for several values at once.
"""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import unquote

from dcat.iri import is_http, is_relative
from dcat.model import (
    BoundingBox,
    Checksum,
    Concept,
    DatasetSeries,
    Distribution,
    Period,
    Place,
    Text,
    Texts,
)
from dcat.namespaces import DCT, FOAF, GEO, OGC, RDF, RDFS, SCHEMA, SKOS, SPDX, TIME, VCARD
from dcat.rdf import shapes
from dcat.rdf.geometry import bounding_box
from dcat.rdf.groups import Statements
from dcat.rdf.shapes import Field, Kind, Shape
from dcat.rdf.term import has_control, split_literal

EMPTY: tuple[()] = ()
# Larger than any file, and within what JSON readers take for an integer.
MAX_SIZE = 1 << 53

LABELS = (SKOS.prefLabel, RDFS.label, DCT.title, FOAF.name, SCHEMA.name, VCARD.fn, RDF.value, SKOS.notation)
_GEOMETRIES = (GEO.asWKT, GEO.asGML, GEO.asGeoJSON, OGC.asWKT, RDFS.label, RDF.value)
_INSTANTS = (TIME.inXSDDate, TIME.inXSDDateTime, TIME.inXSDDateTimeStamp, RDF.value)
_WEB = re.compile(r"(?:https?|ftps?)://\S|www\.\S|[\w-]+(?:\.[\w-]+)+/", re.IGNORECASE)


class Walk(Protocol):
    """What a value reader may ask of the reader that called it."""

    source: Statements

    def iri(self, text: str) -> str:
        """The IRI cleaned, with a finding where it had to be; ``""`` where nothing can be made of it."""
        ...

    def language(self, tag: str) -> str:
        """The language tag cleaned, with a finding where it had to be."""
        ...

    def note(self, rule: str, value: object) -> None:
        """A finding at the property being read."""
        ...

    def node(self, subject: str, shape: Shape) -> Any:
        """A described node as the structure of its shape."""
        ...


def literal_text(walk: Walk, token: str) -> Text | None:
    """The words and the language of a literal; None where it is blank."""
    value, language, _ = split_literal(token)
    if not value or value.isspace():
        return None
    if "\\" in token and has_control(token):
        walk.note("page-control-character", value)
    return Text(value, walk.language(language) if language else "")


def values_of(walk: Walk, subject: str, predicates: tuple[str, ...]) -> list[str]:
    """The object tokens of the first of the predicates that the node has."""
    found = _objects(walk, subject, predicates)
    return next((found[predicate] for predicate in predicates if predicate in found), [])


def _objects(walk: Walk, subject: str, predicates: tuple[str, ...]) -> dict[str, list[str]]:
    """The object tokens of these predicates, by predicate."""
    found: dict[str, list[str]] = {}
    for rest in walk.source.about(subject):
        predicate, _, value = rest.partition("> ")
        if predicate in predicates:
            found.setdefault(predicate, []).append(value)
    return found


def labels_of(walk: Walk, subject: str, preferred: str = "") -> Texts:
    """What a node is called, in every language, sorted."""
    predicates = (preferred, *LABELS) if preferred else LABELS
    objects = _objects(walk, subject, predicates)
    for predicate in predicates:
        tokens = [token for token in objects.get(predicate, ()) if token[0] == '"']
        found = {text for token in tokens if (text := literal_text(walk, token))}
        if found:
            return tuple(sorted(found, key=text_order))
    return ()


def text_order(text: Text) -> tuple[str, str]:
    """By language, then by words."""
    return text.language, text.value


def read_text(walk: Walk, token: str, _field: Field) -> Text | Texts | None:
    if token[0] == '"':
        return literal_text(walk, token) or EMPTY
    return (labels_of(walk, token) or None) if token[0] == "_" else None


def read_labels(walk: Walk, token: str, field: Field) -> Text | Texts | None:
    """Rights and provenance: a literal, a statement node with its words, or the IRI of a well-known statement."""
    if token[0] == '"':
        return literal_text(walk, token) or EMPTY
    words = labels_of(walk, token, field.label)
    if token[0] == "_":
        return words or None
    iri = walk.iri(token[1:-1])
    return (Text(iri), *words) if iri else None


def read_string(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    if token[0] == '"':
        return split_literal(token)[0].strip() or EMPTY
    return walk.iri(token[1:-1]) or None if token[0] == "<" else None


def read_notation(walk: Walk, token: str, field: Field) -> str | tuple[()] | None:
    notations = values_of(walk, token, (field.label, DCT.identifier))
    return read_string(walk, min(notations) if notations else token, field)


def read_date(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    """The words of the source: dates are read by normalising."""
    if token[0] != '"':
        token = min(values_of(walk, token, _INSTANTS), default="_")
    return split_literal(token)[0].strip() or EMPTY if token[0] == '"' else None


def read_url(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    if token[0] == "<":
        return walk.iri(token[1:-1]) or None
    if token[0] == "_":
        return None
    text = split_literal(token)[0].strip()
    if not text:
        return EMPTY
    if not _WEB.match(text):
        walk.note("value-ill-typed", text)
        return None
    return walk.iri(text) or None


def read_concept(walk: Walk, token: str, field: Field) -> Concept | tuple[()] | None:
    """A literal and a relative IRI (``annuel``) are the words of the source; an IRI may be described beside."""
    if token[0] == '"':
        text = literal_text(walk, token)
        if text is None:
            return EMPTY
        return Concept(iri=text.value.strip()) if is_http(text.value.strip()) else Concept(label=(text,))
    if token[0] == "_":
        words = labels_of(walk, token, field.label)
        return Concept(label=words) if words else None
    text_of_iri = token[1:-1]
    if is_relative(text_of_iri) and not walk.source.about(token):
        walk.note("iri-relative", text_of_iri)
        return Concept(label=(Text(unquote(text_of_iri)),)) if text_of_iri.strip() else EMPTY
    iri = walk.iri(text_of_iri)
    return Concept(iri=iri, label=labels_of(walk, token, field.label)) if iri else None


def _read_named(walk: Walk, token: str, shape: Shape, field_name: str) -> Any:
    """An agent or contact: a described node, or only its name."""
    if token[0] != '"':
        return walk.node(token, shape)
    text = literal_text(walk, token)
    if text is None:
        return EMPTY
    return shape.build(iri=text.value) if is_http(text.value) else shape.build(**{field_name: (text,)})


def read_agent(walk: Walk, token: str, _field: Field) -> Any:
    return _read_named(walk, token, shapes.AGENT, "name")


def read_contact(walk: Walk, token: str, _field: Field) -> Any:
    if token.startswith("<mailto:"):
        return shapes.CONTACT.build(email=read_email(walk, token, _field))
    return _read_named(walk, token, shapes.CONTACT, "name")


def read_place(walk: Walk, token: str, _field: Field) -> Place | tuple[()] | None:
    if token[0] != '"':
        if token[0] == "<" and is_relative(token[1:-1]) and not walk.source.about(token):
            walk.note("iri-relative", token[1:-1])
            words = unquote(token[1:-1]).strip()
            return Place(label=(Text(words),)) if words else EMPTY
        place: Place = walk.node(token, shapes.PLACE)
        return place
    text = literal_text(walk, token)
    if text is None:
        return EMPTY
    box = bounding_box(text.value)
    if box:
        return Place(bbox=box, geometry=text.value)
    return Place(iri=text.value) if is_http(text.value) else Place(label=(text,))


def read_period(walk: Walk, token: str, _field: Field) -> Period | tuple[()] | None:
    """A node, or the two ends in one text: ``2004-11-03/2005-03-30``."""
    if token[0] != '"':
        period: Period = walk.node(token, shapes.PERIOD)
        return period
    text = split_literal(token)[0]
    start, slash, end = (part.strip() for part in text.partition("/"))
    if slash and (start or end):
        return Period(start=start, end=end)
    if text.strip():
        walk.note("value-ill-typed", text)
        return None
    return EMPTY


def read_series(walk: Walk, token: str, _field: Field) -> DatasetSeries | None:
    if token[0] == '"':
        return None
    words = labels_of(walk, token, DCT.title)
    iri = walk.iri(token[1:-1]) if token[0] == "<" else ""
    return DatasetSeries(iri, words) if iri or words else None


def read_service(walk: Walk, token: str, _field: Field) -> Any:
    return walk.node(token, shapes.SERVICE) if token[0] != '"' else None


def read_distribution(walk: Walk, token: str, field: Field) -> Distribution | tuple[()] | None:
    if token[0] != '"':
        distribution: Distribution = walk.node(token, shapes.DISTRIBUTION)
        return distribution
    url = read_url(walk, token, field)
    return Distribution(access_urls=(url,)) if isinstance(url, str) else url


def read_size(walk: Walk, token: str, _field: Field) -> int | tuple[()] | None:
    text = split_literal(token)[0].strip() if token[0] == '"' else ""
    if not text:
        return EMPTY
    try:
        size = int(text) if text.isdecimal() else float(text)
    except ValueError:
        size = -1
    if not 0 <= size <= MAX_SIZE:  # NaN fails too
        walk.note("value-ill-typed", text)
        return None
    return int(size)


def read_checksum(walk: Walk, token: str, _field: Field) -> Checksum | None:
    if token[0] == '"':
        return None
    values = [split_literal(v)[0].strip() for v in values_of(walk, token, (SPDX.checksumValue,)) if v[0] == '"']
    algorithm = min(values_of(walk, token, (SPDX.algorithm,)), default='""')
    name = split_literal(algorithm)[0] if algorithm[0] == '"' else algorithm[1:-1]
    return Checksum(_algorithm(name), min(values)) if values else None


def _algorithm(name: str) -> str:
    """``…#checksumAlgorithm_sha256``, ``…/sha/256``, ``SHA-256`` → ``sha256``."""
    parts = re.split(r"[#/]", name.lower())
    local = parts[-1] if not parts[-1].isdecimal() else "".join(parts[-2:])
    return re.sub(r"[^a-z0-9_]", "", local.removeprefix("checksumalgorithm_"))


def read_email(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    address = _plain(walk, token)
    if address is None or not address.strip():
        return None if address is None else EMPTY
    address = unquote(re.sub(r"^\s*mailto:", "", address, flags=re.IGNORECASE)).strip()
    return address if "@" in address and "://" not in address else None


def read_telephone(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    number = _plain(walk, token)
    if number is None or "://" in number:
        return None
    return unquote(number.strip().removeprefix("tel:")).strip() or EMPTY


def _plain(walk: Walk, token: str) -> str | None:
    """The text of a literal or an IRI, or of the ``vcard:hasValue`` of a node."""
    if token[0] != '"':
        token = min(values_of(walk, token, (VCARD.hasValue, RDF.value)), default=token)
    if token[0] == '"':
        return split_literal(token)[0]
    return token[1:-1] if token[0] == "<" else None


def read_geometry(walk: Walk, token: str, _field: Field) -> str | tuple[()] | None:
    if token[0] != '"':
        token = min(values_of(walk, token, _GEOMETRIES), default="_", key=lambda one: (_encoding(one), one))
    return split_literal(token)[0].strip() or EMPTY if token[0] == '"' else None


def _encoding(token: str) -> int:
    """WKT before GML before GeoJSON."""
    return 2 if token.startswith('"{') else 1 if token.startswith('"<') and "gml" in token else 0


def read_bbox(walk: Walk, token: str, _field: Field) -> BoundingBox | tuple[()] | None:
    text = read_geometry(walk, token, _field)
    if not isinstance(text, str):
        return text
    box = bounding_box(text)
    if box is None:
        walk.note("value-ill-typed", text)
    return box


READERS: Mapping[Kind, Callable[[Walk, str, Field], Any]] = MappingProxyType(
    {
        Kind.AGENT: read_agent,
        Kind.BBOX: read_bbox,
        Kind.CHECKSUM: read_checksum,
        Kind.CONCEPT: read_concept,
        Kind.CONTACT: read_contact,
        Kind.DATE: read_date,
        Kind.DISTRIBUTION: read_distribution,
        Kind.EMAIL: read_email,
        Kind.GEOMETRY: read_geometry,
        Kind.LABELS: read_labels,
        Kind.NOTATION: read_notation,
        Kind.PERIOD: read_period,
        Kind.PLACE: read_place,
        Kind.SERIES: read_series,
        Kind.SERVICE: read_service,
        Kind.SIZE: read_size,
        Kind.STRING: read_string,
        Kind.TELEPHONE: read_telephone,
        Kind.TEXT: read_text,
        Kind.URL: read_url,
    }
)
