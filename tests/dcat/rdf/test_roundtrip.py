"""The law: what is written reads back as the same dataset, through rdflib and in every syntax."""

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, Phase, given, settings
from rdflib.compare import isomorphic

from dcat.model import Concept, Dataset, Distribution, Text
from dcat.rdf import Catalogue, Format, read_bytes, serialise
from dcat.rdf.graph import read, write
from dcat.rdf.syntax import Syntax
from tests.dcat.rdf.strategies import datasets

FORMATS: tuple[Format, ...] = ("ttl", "rdf", "jsonld", "nt")
# rdflib's own JSON-LD parser still uses what rdflib deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
RDFLIB = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
# Without shrinking: a dataset has fifty fields, and making a failing one small takes minutes.
quick = settings(
    max_examples=60,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@quick
@given(datasets)
def test_read_after_write_is_the_same(dataset: Dataset) -> None:
    assert list(read(write(dataset))) == [dataset]


@pytest.mark.parametrize("form", FORMATS)
@settings(quick, max_examples=30)
@given(dataset=datasets)
def test_read_after_serialise_is_the_same(form: Format, dataset: Dataset) -> None:
    page = read_bytes(b"".join(serialise([dataset], form)), url=f"https://nous.example/catalogue.{form}")
    ((back, findings),) = page.datasets
    assert (back, page.findings, findings) == (dataset, (), ())


@settings(quick, max_examples=25)
@given(datasets)
def test_every_syntax_says_the_same_to_both_libraries(dataset: Dataset) -> None:
    graphs = []
    canonical = set()
    for form in FORMATS:
        data = b"".join(serialise([dataset], form))
        graphs.append(rdflib.Graph().parse(data=data, format=RDFLIB[form]))
        parsed = ox.Dataset(ox.parse(data, format=Syntax(form).oxigraph))
        parsed.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        canonical.add(frozenset(map(str, parsed)))
    assert len(canonical) == 1
    assert all(isomorphic(graphs[0], other) for other in graphs[1:])


POISONED = Dataset(
    iri="https://d.example/a b",
    title=(Text("Titre\x0b", "français"), Text("Title", "en_GB"), Text("\ud800", "")),
    licence=Concept(iri="https://x.example/<script>"),
    landing_pages=("https://x.example/a b", "nowhere", "https://x.example/%zz"),
    documentation=("https://x.example/ok",),
    distributions=(Distribution(iri="https://x.example/{id}", access_urls=("http://x.example/[1]",)),),
    extra='_:this <https://x.example/123> "digit" .\n_:this <not an iri> "x" .\n_:this <https://x.example/p> <a b> .',
)


@pytest.mark.parametrize("form", FORMATS)
def test_one_bad_value_never_breaks_a_page(form: Format) -> None:
    found: list[str] = []
    good = Dataset(iri="https://d.example/2", title=(Text("Bon", "fr"),))
    data = b"".join(serialise([POISONED, good], form, report=lambda one: found.append(one.rule)))
    strict = list(ox.parse(data, format=Syntax(form).oxigraph))
    assert strict
    assert len(rdflib.Graph().parse(data=data, format=RDFLIB[form])) == len(strict)
    back = [dataset for dataset, _ in read_bytes(data, url=f"https://nous.example/c.{form}").datasets]
    assert back[-1] == good or good in back
    poisoned = next(dataset for dataset in back if dataset != good)
    assert poisoned.iri == "https://d.example/a%20b"
    assert {text.value for text in poisoned.title} >= {"Titre", "Title"}
    assert "https://x.example/ok" in poisoned.documentation
    assert set(found) >= {"iri-invalid", "iri-relative"}


def test_catalogue_and_its_page() -> None:
    catalogue = Catalogue(
        iri="https://nous.example/catalog",
        title=(Text("Catalogue", "fr"),),
        total=12,
        page="https://nous.example/catalog.ttl?page=2",
        next="https://nous.example/catalog.ttl?page=3",
    )
    some = [Dataset(iri=f"https://d.example/{n}", title=(Text(f"{n}"),)) for n in range(2)]
    for form in FORMATS:
        page = read_bytes(b"".join(serialise(some, form, catalogue=catalogue)), url="https://nous.example/catalog")
        assert (page.declared, page.next) == (12, "https://nous.example/catalog.ttl?page=3")
        assert sorted(dataset.iri for dataset, _ in page.datasets) == ["https://d.example/0", "https://d.example/1"]


def test_prefixes_are_declared_and_statements_stand_with_their_subject() -> None:
    dataset = Dataset(
        iri="https://d.example/1",
        title=(Text("Titre", "fr"),),
        distributions=tuple(
            Distribution(iri=f"https://d.example/1/{n}", access_urls=("https://x.example/",)) for n in range(2)
        ),
    )
    text = b"".join(serialise([dataset], "ttl")).decode()
    assert "@prefix dcat: <http://www.w3.org/ns/dcat#> ." in text
    assert text.count("\n<https://d.example/1> ") == 1
    assert text.count("\n<https://d.example/1/0> ") == 1


def test_a_publisher_of_many_datasets_is_described_once() -> None:
    data = b"""@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
    <https://d.example/1> a dcat:Dataset ; dct:title "1" ; dct:publisher <https://d.example/o> .
    <https://d.example/2> a dcat:Dataset ; dct:title "2" ; dct:publisher <https://d.example/o> .
    <https://d.example/o> <http://xmlns.com/foaf/0.1/name> "Ville" ."""
    some = [dataset for dataset, _ in read_bytes(data, url="https://d.example/c.ttl").datasets]
    assert b"".join(serialise(some, "nt")).count(b'"Ville"') == 1


def test_order_of_the_document_does_not_matter() -> None:
    dataset = Dataset(
        iri="https://d.example/1",
        title=(Text("Titre", "fr"),),
        keywords=(Text("a", "fr"), Text("b", "fr")),
        distributions=(
            Distribution(access_urls=("https://x.example/1",)),
            Distribution(access_urls=("https://x.example/2",)),
        ),
    )
    lines = b"".join(serialise([dataset], "nt")).splitlines(keepends=True)
    for document in (lines, lines[::-1]):
        ((back, _),) = read_bytes(b"".join(document), url="https://d.example/c.nt").datasets
        assert back == dataset


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("written", ["\\uFFFE", "\\u000B", "\\b", "\\U0000FFFF", "\\uD800", "\ufffe", "\x0b"])
def test_what_xml_cannot_carry_leaves_statements_that_are_kept_as_they_came(form: Format, written: str) -> None:
    """A control character on one page stopped the European portal at 15,000 datasets (opendatateam/udata#2560)."""
    found: list[str] = []
    extra = f'_:this <https://x.example/p> "a{written}b" .\n_:this <https://x.example/q> "c\\\\uFFFE" .'
    dataset = Dataset(iri="https://d.example/1", title=(Text("Titre", "fr"),), extra=extra)
    data = b"".join(serialise([dataset], form, report=lambda one: found.append(one.rule)))
    said = {str(value) for _, _, value in rdflib.Graph().parse(data=data, format=RDFLIB[form])}
    assert said >= {"ab", "c\\uFFFE"}
    assert found == ["page-control-character"]
