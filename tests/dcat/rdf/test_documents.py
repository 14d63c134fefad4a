"""Whole documents: syntax told by address, header or bytes; stubs; contexts; size; and whatever bytes come."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcat.findings import Finding
from dcat.model import Concept, Dataset, Text
from dcat.namespaces import DCAT, RDF
from dcat.rdf import UnreadableRdf, read_bytes
from dcat.rdf.groups import Groups
from dcat.rdf.reader import Reader
from tests.dcat.rdf.documents import DOCUMENTS, read_all, sound

MEDIA_TYPES = {
    "rdf": "application/rdf+xml",
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "jsonld": "application/ld+json",
}
OTHER = {"rdf": "ttl", "ttl": "rdf", "nt": "jsonld", "jsonld": "nt"}


@pytest.mark.parametrize("form", DOCUMENTS)
@pytest.mark.parametrize("told", ["address", "header", "bytes", "wrong address", "wrong header"])
def test_syntax(form: str, told: str) -> None:
    address = {"address": form, "wrong address": OTHER[form]}.get(told, "")
    header = {"header": MEDIA_TYPES[form], "wrong header": "text/html"}.get(told, "")
    datasets, page, _ = read_all(sound(form), address, header)
    assert [dataset.title for dataset in datasets] == [(Text("Déchèteries"),), (Text("Parcs"),)]
    assert page == []


PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix spdx: <http://spdx.org/rdf/terms#> . @prefix : <https://d.example/> .
"""


def turtle(text: str) -> list[Dataset]:
    page = read_bytes((PREFIXES + text).encode(), url="https://d.example/catalogue.ttl")
    return [dataset for dataset, _ in page.datasets]


def test_stub_of_a_service_is_no_dataset() -> None:
    found = turtle(""":s a dcat:DataService ; dcat:servesDataset :stub , :named .
    :stub a dcat:Dataset ; dct:identifier "x" . :named a dcat:Dataset ; dct:title "Nommé" .
    :c a dcat:Catalog ; dcat:dataset :listed , :absent . :listed a dcat:Dataset ; dct:identifier "y" .""")
    assert [dataset.iri for dataset in found] == ["https://d.example/named", "https://d.example/listed"]


CATALOGUES = {
    "": ':c a dcat:Catalog ; dcat:dataset :1 . :1 dct:license "une autre" .',
    "https://d.example/lo": ":c a dcat:Catalog ; dcat:dataset :1 ; dct:license :lo .",
    "Licence Ouverte 2.0": ':c a dcat:Catalog ; dcat:dataset :1 ; dct:license "Licence Ouverte 2.0" .',
    "Licence Ouverte 1.0": ':c dcat:dataset :1 ; dct:license [ dct:title "Licence Ouverte 1.0"@fr ] ; a dcat:Catalog .',
    "https://d.example/a": ":c a dcat:Catalog ; dcat:dataset :1 ; dct:license :a . :d a dcat:Catalog; dct:license :x .",
}


@pytest.mark.parametrize(("licence", "text"), CATALOGUES.items())
def test_licence_of_a_catalogue_is_that_of_the_one_that_lists(licence: str, text: str) -> None:
    page = read_bytes(f"{PREFIXES}{text} :1 a dcat:Dataset ; dct:title 'Un' .".encode(), url="https://d.example/c.ttl")
    assert page.licence == licence


def test_catalogues_that_differ_have_no_licence_together() -> None:
    text = (
        ":c a dcat:Catalog ; dcat:dataset :1 ; dct:license :x . :d a dcat:Catalog ; dcat:dataset :1 ; dct:license :y ."
    )
    assert read_bytes(f"{PREFIXES}{text} :1 a dcat:Dataset .".encode(), url="https://d.example/c.ttl").licence == ""


def test_dataset_and_series_is_one_record() -> None:
    found = turtle(""":1 a dcat:Dataset , dcat:DatasetSeries ; dct:title "Série" .
    :2 a dcat:Dataset ; dct:title "2024" ; dcat:inSeries :1 .""")
    assert [(dataset.iri, dataset.is_series) for dataset in found] == [
        ("https://d.example/1", True),
        ("https://d.example/2", False),
    ]
    assert found[1].in_series[0].iri == "https://d.example/1"
    assert found[1].in_series[0].title == (Text("Série"),)


def test_untyped_target_of_the_catalogue_is_a_dataset_and_the_catalogue_is_not() -> None:
    found = turtle(""":c a dcat:Catalog , dcat:Dataset ; dct:title "Catalogue" ; dcat:dataset :1 .
    :1 dct:title "Un" .""")
    assert [dataset.iri for dataset in found] == ["https://d.example/1"]


def test_publisher_as_literal_and_as_blank_node() -> None:
    found = turtle(""":1 a dcat:Dataset ; dct:title "a" ; dct:publisher "Ville de Rennes" .
    :2 a dcat:Dataset ; dct:title "b" ; dct:publisher [ a foaf:Organization ; foaf:name "Ville de Rennes" ] .""")
    assert [dataset.publisher.name for dataset in found if dataset.publisher] == [(Text("Ville de Rennes"),)] * 2


def test_licence_and_format_in_all_their_shapes() -> None:
    found = turtle(""":1 a dcat:Dataset ; dct:title "a" ; dcat:distribution [
      dcat:accessURL <https://x.example/a> ; dct:license "Licence Ouverte" ; dct:format [ skos:prefLabel "CSV" ] ;
      dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; dcat:byteSize "12.0" ] .""")
    (distribution,) = found[0].distributions
    assert distribution.licence == Concept(label=(Text("Licence Ouverte"),))
    assert distribution.format == Concept(label=(Text("CSV"),))
    assert distribution.media_type == Concept(iri="https://www.iana.org/assignments/media-types/text/csv")
    assert distribution.byte_size == 12


def test_next_page_as_literal_and_relative() -> None:
    data = (PREFIXES + ':c a hydra:PagedCollection ; hydra:nextPage "?page=2" ; hydra:totalItems "7" .').encode()
    page = read_bytes(data, url="https://d.example/catalogue.ttl?page=1")
    assert (page.next, page.declared) == ("https://d.example/catalogue.ttl?page=2", 7)


def test_namespace_under_https() -> None:
    data = sound("ttl").replace(b"http://www.w3.org/ns/dcat#", b"https://www.w3.org/ns/dcat#")
    datasets, _, _ = read_all(data, "ttl")
    assert datasets[0].keywords == (Text("déchets"),)


def test_known_context_is_shipped_and_unknown_one_is_told() -> None:
    known = b'{"@context": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld", '
    body = b'"@id": "https://d.example/1", "@type": "Dataset", "title": "Un", "dct:identifier": "1"}'
    datasets, page, _ = read_all(known + body, "jsonld")
    assert (datasets[0].title, page) == ((Text("Un"),), [])
    mixed = b'{"@context": ["https://x.example/c.jsonld", {"dct": "http://purl.org/dc/terms/"}], '
    body = b'"@id": "https://d.example/1", "@type": "http://www.w3.org/ns/dcat#Dataset", "dct:title": "Un"}'
    datasets, page, _ = read_all(mixed + body, "jsonld")
    assert datasets[0].title == (Text("Un"),)
    assert [(one.rule, one.value) for one in page] == [("page-context-unknown", "https://x.example/c.jsonld")]


def test_context_after_the_graph() -> None:
    data = b"""{"@graph": [{"dct:title": "Un", "@id": "https://d.example/1", "@type": "dcat:Dataset"}],
    "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}}"""
    datasets, page, _ = read_all(data, "jsonld")
    assert (datasets[0].title, page) == ((Text("Un"),), [])


def scattered(count: int) -> Iterator[str]:
    """All the titles, then all the publishers, then all the types: the triples of one dataset all over the file."""
    for n in range(count):
        yield f'<https://d.example/{n}> <http://purl.org/dc/terms/title> "Titre {n}" .\n'
    for n in range(count):
        yield f"<https://d.example/{n}> <http://purl.org/dc/terms/publisher> _:p{n} .\n"
    for n in range(count):
        yield f'_:p{n} <http://xmlns.com/foaf/0.1/name> "Ville {n}" .\n'
    for n in range(count):
        yield f"<https://d.example/{n}> <{RDF.type}> <{DCAT.Dataset}> .\n"


def test_document_beyond_memory_reads_the_same() -> None:
    data = "".join(scattered(2_000)).encode()
    url = "https://d.example/catalogue.nt"
    in_memory = list(read_bytes(data, url=url).datasets)
    on_disk = list(read_bytes(data, url=url, memory=500).datasets)
    assert on_disk == in_memory
    assert len(on_disk) == 2_000
    publisher = on_disk[1_999][0].publisher
    assert publisher is not None
    assert publisher.name == (Text("Ville 1999"),)


def test_groups_give_their_disk_back() -> None:
    groups = Groups(limit=1)
    for n in range(5):
        groups.add(f"<s{n % 2}>", f'p> "{n}"')
    assert groups.about("<s0>") == ['p> "0"', 'p> "2"', 'p> "4"']
    assert groups.about("<absent>") == []
    groups.close()
    assert groups.empty


def test_nested_blank_nodes_without_end_are_cut() -> None:
    depth = 3_000
    nested = "[ :p " * depth + '"x"' + " ]" * depth
    data = f'{PREFIXES} :1 a dcat:Dataset ; dct:title "Un" ; :deep {nested} .'.encode()
    datasets, _, found = read_all(data, "ttl")
    assert datasets[0].title == (Text("Un"),)
    assert [one.rule for one in found] == ["value-truncated"]


def test_cycle_of_blank_nodes() -> None:
    found = turtle(':1 a dcat:Dataset ; dct:title "Un" ; :p _:a . _:a :q _:b . _:b :r _:a .')
    assert found[0].extra.count("\n") == 2


def findings_of(data: bytes, form: str) -> list[Finding]:
    """What is told of a page, read or refused."""
    try:
        return read_all(data, form)[1]
    except UnreadableRdf as refused:
        return list(refused.findings)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 900), st.binary(max_size=6), st.integers(0, 40))
def test_damaged_bytes_never_raise_anything_else(form: str, place: int, bytes_: bytes, cut: int) -> None:
    data = sound(form)
    damaged = data[:place] + bytes_ + data[place + cut :]
    assert findings_of(damaged, form) is not None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["", *DOCUMENTS]))
def test_any_bytes(data: bytes, form: str) -> None:
    assert findings_of(data, form) is not None


def test_one_record_that_breaks_the_reader_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Reader.dataset

    def broken(reader: Reader, subject: str) -> tuple[Dataset, tuple[Finding, ...]]:
        if subject.endswith("/1>"):
            raise RuntimeError("boom")
        return reading(reader, subject)

    monkeypatch.setattr(Reader, "dataset", broken)
    datasets, _, found = read_all(sound("ttl"), "ttl")
    assert [dataset.iri for dataset in datasets] == ["https://portail.example/d/1", "https://portail.example/d/2"]
    assert [(one.rule, one.record, one.value) for one in found] == [
        ("record-not-parseable", "https://portail.example/d/1", "RuntimeError: boom")
    ]
