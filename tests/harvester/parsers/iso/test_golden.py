"""The mapping against the golden pairs of SEMIC's ISO 19139 → GeoDCAT-AP: every fact of theirs, or why not.

Intended, and tested as such below:
- licence and access rights stand once on the dataset, not on each distribution;
- a word with an address is a keyword and a theme, a topic category is a theme too: theirs are themes alone;
- the owner is the publisher (protocols.md §m): theirs is dct:rightsHolder; both keep the attribution by role;
- the publisher is also the contact point where the resource names none: theirs has one on the record alone;
- a service is the format of its distribution: theirs takes the dataset's format, GML, for WMS and WFS alike;
- the scale is kept as text (1/50000): theirs is a quality measurement;
- a conformity that is declared is dct:conformsTo: theirs repeats it as a prov:Activity.
Out of the model, left to the source document: adms:representationTechnique, character encodings.
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
from lxml import etree  # type: ignore[import-untyped]
from rdflib import DCAT, DCTERMS, FOAF, PROV, RDFS, Graph, Namespace, Node, URIRef

from dcat.model import DataService, Dataset, Distribution
from harvester.parsers.fields import Notes
from harvester.parsers.iso import IsoRecord, read_iso
from tests.reference import reference

GEODCAT = Namespace("http://data.europa.eu/930/")
PAIRS = ("basic_dataset", "distributorinfo-multiple", "network-service")
ALL = set(PAIRS)
DATASETS = {"basic_dataset", "distributorinfo-multiple"}


def ours(name: str) -> IsoRecord:
    notes = Notes()
    root = etree.parse(str(reference("fixtures", "portals", "iso-to-dcat", f"{name}-input.xml"))).getroot()
    record = read_iso(root, notes)
    assert notes.found("") == ()
    return record


def theirs(name: str) -> tuple[Graph, Node]:
    graph = Graph()
    graph.parse(reference("fixtures", "portals", "iso-to-dcat", f"{name}-expected_output.ttl"))

    (node,) = graph.subjects(FOAF.isPrimaryTopicOf, None)
    return graph, node


def values(graph: Graph, node: Node, *path: URIRef) -> list[str]:
    """What is at the end of a path of properties, sorted."""
    nodes = [node]
    for step in path:
        nodes = [value for one in nodes for value in graph.objects(one, step)]
    return sorted(map(str, nodes))


def words(texts: Iterable[Any]) -> list[str]:
    return sorted(text.value for text in texts)


def iris(concepts: Iterable[Any]) -> list[str]:
    return sorted(concept.iri for concept in concepts)


Fact = Callable[[IsoRecord], list[str]]
FACTS: dict[str, tuple[set[str], tuple[URIRef, ...], Fact]] = {
    "title": (ALL, (DCTERMS.title,), lambda one: words(one.dataset.title)),
    "description": (ALL, (DCTERMS.description,), lambda one: words(one.dataset.description)),
    "created": (ALL, (DCTERMS.created,), lambda one: [one.dataset.created]),
    "issued": (ALL, (DCTERMS.issued,), lambda one: [date for date in (one.dataset.issued,) if date]),
    "resource identifier": (DATASETS, (DCTERMS.identifier,), lambda one: list(one.dataset.identifiers)),
    "file identifier": (ALL, (FOAF.isPrimaryTopicOf, DCTERMS.identifier), lambda one: [one.key]),
    "record modified": (ALL, (FOAF.isPrimaryTopicOf, DCTERMS.modified), lambda one: [one.modified]),
    "conformity": (ALL, (DCTERMS.conformsTo,), lambda one: iris(one.dataset.conforms_to)),
    "lineage": (ALL, (DCTERMS.provenance, DCTERMS.description), lambda one: words(one.dataset.provenance)),
    "owner": (ALL, (DCTERMS.rightsHolder, FOAF.name), lambda one: words(publisher(one.dataset).name)),
    "owner's e-mail": (
        ALL,
        (DCTERMS.rightsHolder, FOAF.mbox),
        lambda one: [f"mailto:{publisher(one.dataset).email}"],
    ),
    "contact of the record": (
        ALL,
        (FOAF.isPrimaryTopicOf, DCAT.contactPoint, URIRef("http://www.w3.org/2006/vcard/ns#fn")),
        lambda one: words(one.dataset.contact_points[0].name),
    ),
    "start of the period": (
        DATASETS,
        (DCTERMS.temporal, DCAT.startDate),
        lambda one: [period.start for period in one.dataset.temporal],
    ),
    "end of the period": (
        DATASETS,
        (DCTERMS.temporal, DCAT.endDate),
        lambda one: [period.end for period in one.dataset.temporal if period.end],
    ),
    "access URLs": (
        DATASETS,
        (DCAT.distribution, DCAT.accessURL),
        lambda one: sorted(url for found in one.dataset.distributions for url in found.access_urls),
    ),
    "download URLs": (
        DATASETS,
        (DCAT.distribution, DCAT.downloadURL),
        lambda one: sorted(url for found in one.dataset.distributions for url in found.download_urls),
    ),
    "titles of distributions": (
        {"basic_dataset"},
        (DCAT.distribution, DCTERMS.title),
        lambda one: sorted(word for found in one.dataset.distributions for word in words(found.title)),
    ),
    "endpoints of services": (
        DATASETS,
        (DCAT.distribution, DCAT.accessService, DCAT.endpointURL),
        lambda one: sorted(url for service in services(one.dataset) for url in service.endpoint_urls),
    ),
    "capabilities of services": (
        DATASETS,
        (DCAT.distribution, DCAT.accessService, DCAT.endpointDescription),
        lambda one: sorted(url for service in services(one.dataset) for url in service.endpoint_descriptions),
    ),
    "protocols of services": (
        DATASETS,
        (DCAT.distribution, DCAT.accessService, GEODCAT.serviceProtocol),
        lambda one: sorted(iri for service in services(one.dataset) for iri in iris(service.conforms_to)),
    ),
}


def publisher(dataset: Dataset) -> Any:
    assert dataset.publisher is not None
    return dataset.publisher


def services(dataset: Dataset) -> list[DataService]:
    return [service for found in dataset.distributions for service in found.access_services]


@pytest.mark.parametrize(
    ("pair", "fact"), [(pair, fact) for fact, (pairs, _, _) in FACTS.items() for pair in PAIRS if pair in pairs]
)
def test_a_fact_is_the_same(pair: str, fact: str) -> None:
    _, path, told = FACTS[fact]
    graph, node = theirs(pair)
    assert sorted(told(ours(pair))) == values(graph, node, *path)


@pytest.mark.parametrize("pair", PAIRS)
def test_texts_keep_the_language_of_the_record(pair: str) -> None:
    graph, node = theirs(pair)
    (title,) = graph.objects(node, DCTERMS.title)
    assert [(text.value, text.language) for text in ours(pair).dataset.title] == [(str(title), title.language)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_box_is_the_same(pair: str) -> None:
    graph, node = theirs(pair)
    boxes = values(graph, node, DCTERMS.spatial, DCAT.bbox)
    assert any("14.18 35.81" in box and "14.58 36.08" in box for box in boxes)
    (place,) = [place for place in ours(pair).dataset.spatial if place.bbox]
    assert place.bbox is not None
    assert (place.bbox.west, place.bbox.south, place.bbox.east, place.bbox.north) == (14.18, 35.81, 14.58, 36.08)


@pytest.mark.parametrize("pair", sorted(DATASETS))
def test_their_language_is_ours_by_its_code(pair: str) -> None:
    graph, node = theirs(pair)
    assert values(graph, node, DCTERMS.language) == ["http://publications.europa.eu/resource/authority/language/ENG"]
    assert [words(language.label) for language in ours(pair).dataset.languages] == [["eng"]]


# --- intended differences ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pair", PAIRS)
def test_licence_and_access_rights_stand_on_the_dataset(pair: str) -> None:
    graph, node = theirs(pair)
    above = (DCAT.distribution,) if pair in DATASETS else ()
    dataset = ours(pair).dataset
    assert dataset.licence is not None
    assert dataset.access_rights is not None
    assert {dataset.licence.iri} == set(values(graph, node, *above, DCTERMS.license))
    assert {dataset.access_rights.iri} == set(values(graph, node, *above, DCTERMS.accessRights))


@pytest.mark.parametrize("pair", PAIRS)
def test_their_themes_and_topics_are_themes_and_their_words_keywords(pair: str) -> None:
    graph, node = theirs(pair)
    dataset = ours(pair).dataset
    assert iris(dataset.themes) == sorted(
        [*values(graph, node, DCAT.theme), *values(graph, node, GEODCAT.topicCategory)]
    )
    assert "land use regime" in words(dataset.keywords)


@pytest.mark.parametrize("pair", PAIRS)
def test_roles_are_attributions_and_the_rest_of_geodcat_is_kept(pair: str) -> None:
    graph, node = theirs(pair)
    extra = ours(pair).dataset.extra
    (role,) = values(graph, node, PROV.qualifiedAttribution, DCAT.hadRole)
    assert f"<{role}>" in extra
    for name in ("referenceSystem", "resourceType", "topicCategory"):
        for value in values(graph, node, GEODCAT[name]):
            assert f"_:this <{GEODCAT[name]}> <{value}> ." in extra


def test_the_scale_is_kept_as_text() -> None:
    assert 'spatialResolutionAsText> "1/50000"' in ours("basic_dataset").dataset.extra


def test_each_distributor_has_its_own_formats() -> None:
    graph, node = theirs("distributorinfo-multiple")
    labels = values(graph, node, DCAT.distribution, DCTERMS.format, RDFS.label)
    assert labels == ["Comma-separated values (CSV) file", *["Darwin Core Archive (DwC-A)"] * 2]
    gbif, ipt = ours("distributorinfo-multiple").dataset.distributions
    assert "Comma-separated values (CSV) file" in gbif.extra
    assert "Darwin Core Archive (DwC-A)" in gbif.extra
    assert formats(ipt) == ["Darwin Core Archive (DwC-A)"]


def test_a_service_is_the_format_of_its_distribution() -> None:
    found = [formats(one) for one in ours("basic_dataset").dataset.distributions]
    assert found == [["OGC Web Map Service"], ["OGC Web Feature Service"]]


def formats(distribution: Distribution) -> list[str]:
    return words(distribution.format.label) if distribution.format else []


def test_a_service_record_is_a_service() -> None:
    graph, node = theirs("network-service")
    record = ours("network-service")
    service = record.service
    assert service is not None
    assert list(service.endpoint_urls) == values(graph, node, DCAT.endpointURL)
    assert list(service.endpoint_descriptions) == values(graph, node, DCAT.endpointDescription)
    (protocol,) = values(graph, node, GEODCAT.serviceProtocol)
    assert iris(service.conforms_to) == sorted([protocol, *values(graph, node, DCTERMS.conformsTo)])
    for name in ("serviceType", "serviceCategory"):
        (kind,) = values(graph, node, GEODCAT[name])
        assert service.extra.count(f"<{GEODCAT[name]}> <{kind}> .") == 1
    assert record.dataset.type is not None
    assert words(record.dataset.type.label) == ["service"]
    assert services(record.dataset)[0].endpoint_urls == service.endpoint_urls
