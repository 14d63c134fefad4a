"""The official shapes find nothing in what is published of the reference documents, and would find what is wrong."""

import pytest
from msgspec import structs

from dcat.namespaces import DCAT, DCT, FOAF, LOCN
from dcat.publish import Related, fragment
from dcat.publish.fragment import RELATIONS
from tests.dcat.publish.sources import BASE, dataset, of_documents, page, published, source
from tests.feed.shapes import SUBCLASSES, background, violations

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def document() -> str:
    """Everything that may go out of the DCAT documents, on one page."""
    found = [one for _, _, one in of_documents() if one is not None]
    assert len(found) > 250
    return page(found)


@pytest.mark.parametrize("shapes", ["html-shapes.ttl", "html-deprecateduris.ttl"])
def test_page_as_served(shapes: str, document: str) -> None:
    assert violations(shapes, document) == []


@pytest.mark.parametrize("shapes", ["html-shapes.ttl", "html-range.ttl", "html-mdr-vocabularies.shape.ttl"])
def test_page_with_the_vocabularies_behind_it(shapes: str, document: str) -> None:
    assert violations(shapes, document, background(document)) == []


def test_what_the_older_shapes_say_besides(document: str) -> None:
    """``dcat-ap-SHACL.ttl`` (docs/feed.md): a dcat:Dataset is no dcat:Resource to who has not read DCAT;
    GeoJSON as a literal, which DCAT 3 §6.8 allows; a version in another catalogue, which no page can describe."""
    found = violations("dcat-ap-SHACL.ttl", document, background(document) + SUBCLASSES)
    assert {one.path for one in found} == {LOCN.geometry, DCAT.hasVersion}
    alone = violations("dcat-ap-SHACL.ttl", document, background(document))
    assert {one.path for one in alone} == {LOCN.geometry, DCAT.hasVersion, FOAF.primaryTopic}
    assert len(alone) - len(found) == document.count(f"<{FOAF.primaryTopic}>")


@pytest.mark.parametrize("shapes", ["html-shapes.ttl", "html-range.ttl"])
def test_links_to_datasets_on_this_page_and_on_another(shapes: str) -> None:
    """Every kind of link, to a dataset that the page has, and to one that it has not."""
    others = ("00000000000000ab", "00000000000000ff")
    related = tuple(Related(kind, other) for kind in RELATIONS for other in others)
    linked = fragment(structs.replace(source(dataset()), related=related), BASE)
    linked_page = page([linked, published(dataset(), others[0])])
    assert violations(shapes, linked_page, background(linked_page)) == []
    assert violations(shapes, linked_page) == []


def test_the_shapes_see_what_is_wrong(document: str) -> None:
    untitled = document.replace(f"<{DCT.title}>", "<https://p.example/titre>")
    assert violations("html-shapes.ttl", untitled)
    untyped = document.replace(f"<{FOAF.Document}>", "<https://p.example/Page>")
    assert violations("html-range.ttl", untyped, background(untyped))
    foreign = document.replace("authority/frequency/", "authority/fréquence/")
    assert violations("html-mdr-vocabularies.shape.ttl", foreign, background(foreign))
