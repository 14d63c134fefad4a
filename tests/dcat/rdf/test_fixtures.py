"""Feeds of real portals: how many datasets each holds, and facts read by eye in the documents."""

import pytest

from dcat.model import BoundingBox, Checksum, Concept, Dataset, Period, Text, text_in
from dcat.rdf import RdfPage, read_bytes
from tests.reference import FIXTURES, reference

pytestmark = pytest.mark.reference

# Counted in each document by the nodes of class dcat:Dataset (dcat:dataset links where the class is absent).
COUNTS = {
    "jsonld/ckan-catalog-at-graph.jsonld": 1,
    "jsonld/semic-hvd-ms_catalogue.jsonld": 1,
    "jsonld/udata-flat.jsonld": 3,
    "jsonld/udata-nested.jsonld": 1,
    "jsonld/udata-paged-collection-1.jsonld": 3,
    "jsonld/udata-paged-collection-2.jsonld": 1,
    "jsonld/udata-partial-collection-1.jsonld": 3,
    "jsonld/udata-partial-collection-2.jsonld": 1,
    "ntriples/eurostat-bilan-nutritif.nt": 1,
    "ntriples/semic-example1.nt": 1,
    "rdfxml/belgium-best.rdf": 2,
    "rdfxml/ckan-catalog-hydra.rdf": 2,
    "rdfxml/datagouvfr-gestionnaires-rrn.rdf": 1,
    "rdfxml/eurostat-bilan-nutritif.xml": 1,
    "rdfxml/govdata-catalog-endpoint.rdf": 6,
    "rdfxml/opendata-swiss-catalog.xml": 2,
    "rdfxml/opendata-swiss-dataset.xml": 1,
    "rdfxml/rennes-ods-export.rdf": 27,
    "rdfxml/sextant-bathymetry.xml": 1,
    "rdfxml/sweden.rdf": 1,
    "rdfxml/udata-bnodes.xml": 3,
    "rdfxml/udata-catalog.xml": 4,
    "rdfxml/udata-datara--5a26b0f6-0ccf-46ad-ac58-734054b91977.rdf.xml": 1,
    "rdfxml/udata-geonetwork.xml": 1,
    "rdfxml/udata-udata.xml": 2,
    "rdfxml/unibo-catalogue.rdf": 12,
    "rdfxml/vlaanderen-dataset.xml": 1,
    "turtle/datos-gob-es.ttl": 1,
    "turtle/eurostat-bilan-nutritif.ttl": 1,
    "turtle/fdk-catalog_diff_0.ttl": 15,
    "turtle/fdk-harvest_response_0.ttl": 2,
    "turtle/fdk-harvest_response_0_catalog_diff.ttl": 1,
    "turtle/fdk-harvest_response_3.ttl": 2,
    "turtle/fdk-parsed_catalog_3.ttl": 2,
    "turtle/ods-public-2015.ttl": 186,
    "turtle/semic-hvd-ms_catalogue.ttl": 1,
}


def page_of(name: str) -> RdfPage:
    path = reference("fixtures", "portals", "dcat", *name.split("/"))
    return read_bytes(path.read_bytes(), url=f"https://portail.example/flux/{path.name}")


def datasets_of(name: str) -> list[Dataset]:
    return [dataset for dataset, _ in page_of(name).datasets]


def test_every_document_is_counted() -> None:
    reference("fixtures", "portals", "dcat")
    files = {str(path.relative_to(FIXTURES / "dcat")) for path in (FIXTURES / "dcat").rglob("*") if path.is_file()}
    assert files == set(COUNTS)


@pytest.mark.parametrize(("name", "count"), COUNTS.items())
def test_number_of_datasets(name: str, count: int) -> None:
    assert len(datasets_of(name)) == count


@pytest.mark.parametrize("name", COUNTS)
def test_two_readings_are_equal(name: str) -> None:
    """Blank nodes and the order of triples differ from one parse to the next; records must not."""
    assert datasets_of(name) == datasets_of(name)


def test_the_same_dataset_in_three_syntaxes_is_the_same() -> None:
    turtle, xml, triples = (
        datasets_of(f"{folder}/eurostat-bilan-nutritif.{extension}")
        for folder, extension in (("turtle", "ttl"), ("rdfxml", "xml"), ("ntriples", "nt"))
    )
    assert turtle == xml == triples


PAGES = [
    ("jsonld/udata-paged-collection-1.jsonld", 4, "http://data.test.org/catalog.jsonld?page=2"),
    ("jsonld/udata-paged-collection-2.jsonld", 4, ""),
    ("jsonld/udata-partial-collection-1.jsonld", 4, "http://data.test.org/catalog.jsonld?page=2"),
    ("jsonld/udata-partial-collection-2.jsonld", 4, ""),
    ("rdfxml/govdata-catalog-endpoint.rdf", 6, ""),
    ("rdfxml/udata-udata.xml", 2, ""),
    ("rdfxml/rennes-ods-export.rdf", None, ""),
]


@pytest.mark.parametrize(("name", "declared", "following"), PAGES)
def test_paging(name: str, declared: int | None, following: str) -> None:
    page = page_of(name)
    assert (page.declared, page.next) == (declared, following)


def test_rennes() -> None:
    """An Opendatasoft export: text type dctype:Dataset, publisher IRIs that are searches, spatial given as a name."""
    datasets = datasets_of("rdfxml/rennes-ods-export.rdf")
    first = datasets[0]
    slug = "subventions-versees-en-2017-aux-associations-noyal-chatillon-sur-seiche"
    assert first.iri == f"https://data.rennesmetropole.fr/explore/dataset/{slug}/"
    assert first.title == (Text("Subventions versées en 2017 aux associations Noyal-Châtillon-sur-Seiche", "fr"),)
    assert first.publisher is not None
    assert text_in(first.publisher.name) == "Ville de Noyal-Châtillon-sur-Seiche"
    assert first.licence == Concept(iri="http://opendatacommons.org/licenses/odbl/")
    assert (first.issued, first.modified) == ("2018-01-16T14:33:44+00:00", "2018-01-16T14:33:44+00:00")
    assert [text_in(theme.label) for theme in first.themes] == ["Economie"]
    assert sum(len(dataset.distributions) for dataset in datasets) == 272
    places = [text_in(place.label) for dataset in datasets for place in dataset.spatial]
    assert places.count("Rennes") == 5
    assert sum(dataset.publisher is None for dataset in datasets) == 1


def test_sextant() -> None:
    """A GeoNetwork record: the dataset is a blank node under foaf:primaryTopic."""
    (dataset,) = datasets_of("rdfxml/sextant-bathymetry.xml")
    assert dataset.iri == ""
    assert dataset.identifiers == ("FR-330-715-368-00032-IFR_MBAN_SIGOLO_25_01_R",)
    assert dataset.temporal[0].start == "2008-06-09T13:39:00Z"
    assert dataset.temporal[0].end == "2008-06-26T13:40:00Z"
    assert dataset.spatial[0].bbox == BoundingBox(9.449999, 42.283333, 10.033471, 42.86684)
    assert {point.email for point in dataset.contact_points} == {"gmcarto@ifremer.fr"}
    assert "Bathymétrie" in {text_in(theme.label) for theme in dataset.themes}
    assert dataset.landing_pages == (
        "https://sextant.ifremer.fr/geonetwork/api/collections/main/items/370ab490-e8b4-11df-b733-005056987263",
    )


def test_udata_export() -> None:
    """data.gouv.fr: other identifiers as nodes, services of a catalogue that are no datasets."""
    datasets = {text_in(dataset.title): dataset for dataset in datasets_of("rdfxml/udata-udata.xml")}
    dataset = datasets["Bureaux de vote - Vanves"]
    assert dataset.other_identifiers == ("https://www.data.gouv.fr/datasets/61892c9d076a4d62434a1318/",)
    assert dataset.publisher is not None
    assert text_in(dataset.publisher.name) == "Vanves"
    assert [text.value for text in dataset.keywords] == [
        "administration-finances-publiques",
        "bureaux-de-vote",
        "elections",
    ]
    assert len(dataset.distributions) == 4
    csv = next(one for one in dataset.distributions if one.identifier == "5dd4e0b2-4d96-4f36-b73e-b78ec993703c")
    assert csv.format == Concept(label=(Text("csv"),))
    assert csv.media_type == Concept(label=(Text("text/csv"),))
    assert csv.rights == (Text("License Not Specified"),)
    assert csv.access_urls == ("https://www.data.gouv.fr/datasets/r/5dd4e0b2-4d96-4f36-b73e-b78ec993703c",)


def test_geonetwork_with_two_addresses_in_one() -> None:
    pairs = list(page_of("rdfxml/udata-geonetwork.xml").datasets)
    (dataset, findings) = pairs[0]
    base = "https://sig.oreme.org/geonetwork/srv/resources/datasets/0c456d2d-9548-4a2a-94ef-231d9d890ce2"
    assert dataset.iri == base
    assert ("iri-invalid", base) in {(one.rule, one.record) for one in findings}
    assert dataset.temporal == (Period("2004-11-03T00:00:00+01:00", "2005-03-30T00:00:00+02:00"),)
    assert dataset.modified == "2021-05-05"
    assert dataset.frequency == Concept(label=(Text("continual"),))
    assert Concept(iri="http://inspire.ec.europa.eu/theme/ef") in dataset.themes
    assert dataset.spatial[0].bbox == BoundingBox(3.98197778, 44.05310833, 4.00346389, 44.11806389)


def test_udata_blank_nodes() -> None:
    """Literals where nodes are due, both vocabularies of periods, NaN in a geometry, a relative dataset IRI."""
    datasets = {text_in(dataset.title): dataset for dataset in datasets_of("rdfxml/udata-bnodes.xml")}
    dataset = datasets["Dataset 3"]
    assert dataset.iri == "https://portail.example/flux/dataset-3"
    assert dataset.licence == Concept(label=(Text("Licence Ouverte Version 2.0"),))
    assert dataset.frequency == Concept(label=(Text("daily"),))
    assert dataset.landing_pages == ("http://data.test.org/datasets/3",)
    assert dataset.temporal == (Period("2016-01-01T00:00:00", "2016-12-05T00:00:00"),)
    assert dataset.version == "1.0"
    assert all(place.bbox is None for place in dataset.spatial)
    assert len([place for place in dataset.spatial if "NaN" in place.geometry]) == 1


def test_swiss_languages() -> None:
    (dataset,) = datasets_of("rdfxml/opendata-swiss-dataset.xml")
    languages = {text.language for text in dataset.title}
    assert {"de", "en", "fr", "it"} <= languages
    assert "mt-t-de-t0-mtec" in languages  # what a machine translated, marked as BCP 47 has it


def test_checksums_of_govdata() -> None:
    datasets = datasets_of("rdfxml/govdata-catalog-endpoint.rdf")
    checksums = {one.checksum for dataset in datasets for one in dataset.distributions if one.checksum}
    assert Checksum("sha256", "5bcc814127be171c75595d419f371c74c9cf041419c45d6e8d2c789e5c303b47") in checksums


def test_project_open_data() -> None:
    """The hub of a French commune: its remote context is unreachable today, and is shipped with the program."""
    path = reference("fixtures", "portals", "arcgis-hub", "evian-dcat-us.json")
    page = read_bytes(path.read_bytes(), url="https://ville.example/api/feed/dcat-us/1.1.json")
    datasets = [dataset for dataset, _ in page.datasets]
    assert page.findings == ()
    assert len(datasets) == 8
    bikes = next(one for one in datasets if text_in(one.title) == "stationnement velos")
    assert bikes.publisher is not None
    assert text_in(bikes.publisher.name) == "Ville d'Evian-les-Bains"
    assert bikes.spatial[0].bbox == BoundingBox(6.5735, 46.3912, 6.6069, 46.4028)
    assert bikes.modified == "2022-07-29T11:29:07.556Z"
    assert len(bikes.distributions) == 6
