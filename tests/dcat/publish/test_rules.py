"""The table of rules against the official shapes: every bound that they set, and no other."""

from collections.abc import Iterator
from functools import cache

import pytest
import rdflib
from rdflib import URIRef

from dcat.model import Dataset, Text
from dcat.namespaces import DCAT, SPDX, compact
from dcat.publish.rules import Rule, lacking, rules
from tests.reference import reference

pytestmark = pytest.mark.reference

SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
SHAPES = ("html-shapes.ttl", "html-range.ttl", "html-mdr-vocabularies.shape.ttl")
KINDS = {SH.Literal: "literal", SH.BlankNodeOrIRI: "node", SH.IRI: "iri"}


@cache
def asked() -> dict[tuple[str, str], dict[str, object]]:
    """(class, property) → what the shapes ask, warnings left out."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for name in SHAPES:
        graph = rdflib.Graph().parse(reference("reference", "shacl", "dcat-ap-3.0.1", name))
        for shape, cls in graph.subject_objects(SH.targetClass):
            for bound in graph.objects(shape, SH.property):
                path = graph.value(bound, SH.path)
                if isinstance(path, URIRef) and graph.value(bound, SH.severity) != SH.Warning:
                    found.setdefault((str(cls), str(path)), {}).update(_bounds(graph, bound))
    return found


def _bounds(graph: rdflib.Graph, bound: rdflib.term.Node) -> Iterator[tuple[str, object]]:
    for name, predicate in (("least", SH.minCount), ("most", SH.maxCount)):
        if (number := graph.value(bound, predicate)) is not None:
            yield name, int(str(number))
    for name, predicate in (("datatype", SH.datatype), ("range", SH["class"])):
        if (value := graph.value(bound, predicate)) is not None:
            yield name, str(value)
    if (kind := graph.value(bound, SH.nodeKind)) is not None:
        yield "kind", KINDS[URIRef(str(kind))]
    for predicate in (SH.node, SH.shape):
        for other in graph.objects(bound, predicate):
            yield from _of_shape(graph, other)


def _of_shape(graph: rdflib.Graph, shape: rdflib.term.Node) -> Iterator[tuple[str, object]]:
    if str(shape).endswith("DateOrDateTimeDataType_Shape"):
        yield "datatype", "date"
    elif str(shape).endswith("DcatResource_Shape"):
        yield "range", DCAT["Resource"]
    else:
        schemes = (graph.value(bound, SH.hasValue) for bound in graph.objects(shape, SH.property))
        yield "within", str(graph.value(shape, SH.pattern) or next(schemes))
        if (cls := graph.value(shape, SH["class"])) is not None:
            yield "range", str(cls)


def _told(rule: Rule) -> dict[str, object]:
    names = ("kind", "datatype", "range", "within", "least", "most")
    return {name: value for name in names if (value := getattr(rule, name))}


def test_table_says_what_the_shapes_say() -> None:
    table = {(cls, name): _told(rule) for cls, found in rules().items() for name, rule in found.items()}
    expected = {key: bounds for key, bounds in asked().items() if bounds}
    assert {key: bounds for key, bounds in table.items() if bounds} == expected
    assert (SPDX.Checksum, SPDX.algorithm) in table


def test_what_is_said_instead_is_bound_by_no_shape() -> None:
    bound = {name for found in rules().values() for name in found}
    for cls, found in rules().items():
        for rule in found.values():
            assert not rule.instead or rule.instead not in rules()[cls], rule
    assert bound


def test_what_a_dataset_lacks_is_what_the_table_makes_mandatory() -> None:
    mandatory = {compact(name) for name, rule in rules()[DCAT.Dataset].items() if rule.least}
    assert set(lacking(Dataset())) == mandatory
    assert lacking(Dataset(title=(Text("Arbres"),), description=(Text(" "),))) == ("dct:description",)
    assert lacking(Dataset(title=(Text("Arbres"),), description=(Text("De la ville"),))) == ()
