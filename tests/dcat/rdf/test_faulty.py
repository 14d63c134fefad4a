"""Bad input is the normal case: each poison costs itself, is told, and spares every field around it."""

import codecs
import gzip

import pytest

from dcat.model import Concept, Text
from dcat.rdf import UnreadableRdf, read_bytes
from tests.dcat.rdf.documents import DOCUMENTS, poisoned, read_all, sound

FORMS = tuple(DOCUMENTS)
TITLE = (Text("Déchèteries"),)


def assert_spared(data: bytes, form: str) -> tuple[list[str], list[str]]:
    """Both datasets are there with every field that the poison did not touch; gives the rules of page and datasets."""
    datasets, page, found = read_all(data, form)
    assert [dataset.iri for dataset in datasets] == ["https://portail.example/d/1", "https://portail.example/d/2"]
    first, second = datasets
    assert first.title == TITLE
    assert first.identifiers == ("d1",)
    assert first.keywords == (Text("déchets"),)
    assert second.title == (Text("Parcs"),)
    return [one.rule for one in page], [one.rule for one in found]


@pytest.mark.parametrize("form", FORMS)
def test_sound_document_has_no_finding(form: str) -> None:
    assert assert_spared(sound(form), form) == ([], [])


POISONS = [
    # form, poison, rules of the page, rules of the dataset
    ("rdf", '<dct:description xml:lang="français">Liste</dct:description>', [], ["language-tag-invalid"]),
    ("rdf", '<dct:description xml:lang="fr_FR">Liste</dct:description>', [], ["language-tag-invalid"]),
    ("rdf", '<dcat:landingPage rdf:resource="https://x.example/a b"/>', [], ["iri-invalid"]),
    ("rdf", '<dcat:landingPage rdf:resource="https://x.example/a|b"/>', [], ["iri-invalid"]),
    ("rdf", '<dct:accrualPeriodicity rdf:resource="annuel"/>', [], ["iri-relative"]),
    ("rdf", '<dct:type rdf:resource="dcat:Dataset"/>', [], ["iri-curie"]),
    ("rdf", "<dct:description>a&nbsp;b</dct:description>", ["page-entity-undefined"], []),
    ("rdf", "<dct:description>eau & gaz</dct:description>", ["page-entity-undefined"], []),
    ("rdf", "<dct:description>a\x0bb</dct:description>", ["page-control-character"], []),
    ("rdf", "<dct:description>a&#x1F;b</dct:description>", [], ["page-control-character"]),
    ("rdf", "<dct:description>a&#11;b</dct:description>", [], ["page-control-character"]),
    ("rdf", '<dcat:theme rdf:resource="https://x.example/t">Eau</dcat:theme>', ["page-statement-skipped"], []),
    ("rdf", "<foaf:page rdf:resource='https://x.example/p'/>", ["page-prefix-undeclared"], []),
    ("rdf", "<zzz:y>1</zzz:y>", ["page-prefix-undeclared"], []),
    ("rdf", '<dct:issued rdf:datatype="not an iri">2020</dct:issued>', [], []),
    ("ttl", 'dct:description "Liste"@fr_FR', ["language-tag-invalid"], []),
    ("ttl", 'dct:description "Liste"@français', ["language-tag-invalid"], []),
    ("ttl", "dcat:landingPage <https://x.example/a b>", [], ["iri-invalid"]),
    ("ttl", "dcat:landingPage <https://x.example/a|b>", [], ["iri-invalid"]),
    ("ttl", "dct:accrualPeriodicity <annuel>", [], ["iri-relative"]),
    ("ttl", "foaf:page <https://x.example/p>", ["page-prefix-undeclared"], []),
    ("ttl", "zzz:y 1", ["page-prefix-undeclared"], []),
    ("ttl", 'dct:description "un "vrai" texte"', ["page-syntax-repaired"], []),
    ("ttl", 'dct:description "deux\nlignes"', [], []),
    ("ttl", 'dct:description "a\\u000Bb"', [], ["page-control-character"]),
    ("ttl", 'dct:description "a \\uD83D b"', ["page-statement-skipped"], []),
    ("ttl", 'dct:description "a \\uD83C\\uDF33 b"', [], []),
    ("jsonld", '"dct:description": "a \\ud83d b"', ["page-control-character"], []),
    ("jsonld", '"dct:description": "a \\ud83c\\udf33 b \\\\ud83d"', [], []),
    ("rdf", "<dct:description>a &#xD83D; b</dct:description>", ["page-statement-skipped"], []),
    ("ttl", 'dct:description "a" "b"', ["page-syntax-repaired"], []),
    ("ttl", "dct:description ]]", ["page-statement-skipped"], []),
    ("nt", '<http://purl.org/dc/terms/description> "Liste"@fr_FR', ["language-tag-invalid"], []),
    ("nt", "<http://www.w3.org/ns/dcat#landingPage> <https://x.example/a b>", [], ["iri-invalid"]),
    ("nt", '<http://purl.org/dc/terms/description> "un "vrai" texte"', ["page-syntax-repaired"], []),
    ("nt", "dct:description q:x", ["page-statement-skipped"], []),
    ("jsonld", '"dct:description": {"@value": "Liste", "@language": "fr_FR"}', [], ["language-tag-invalid"]),
    ("jsonld", '"dcat:landingPage": {"@id": "https://x.example/a b"}', [], ["iri-invalid"]),
    ("jsonld", '"dct:accrualPeriodicity": {"@id": "annuel"}', [], ["iri-relative"]),
    ("jsonld", '"dct:description": null', [], []),
    ("jsonld", '"dct:description": "a\x0bb"', ["page-control-character"], []),
    ("jsonld", '"dct:description": "a\\u000Bb"', [], ["page-control-character"]),
    ("jsonld", '"dct:spatial": {"dct:title": "x",}', ["page-syntax-repaired"], []),
    ("jsonld", '"dct:spatial": {"@context": "https://inconnu.example/c"}', ["page-context-unknown"], []),
]


@pytest.mark.parametrize(("form", "poison", "page", "dataset"), POISONS, ids=[f"{p[0]}-{p[1][:40]}" for p in POISONS])
def test_poison_costs_only_itself(form: str, poison: str, page: list[str], dataset: list[str]) -> None:
    page_rules, dataset_rules = assert_spared(poisoned(form, poison), form)
    assert (sorted(set(page_rules)), sorted(set(dataset_rules))) == (page, dataset)


REPAIRED = [
    ("rdf", '<dct:description xml:lang="français">Liste</dct:description>', Text("Liste", "fr")),
    ("rdf", '<dct:description xml:lang="fr_FR">Liste</dct:description>', Text("Liste", "fr")),
    ("rdf", "<dct:description>a&nbsp;b</dct:description>", Text("a\u00a0b")),
    ("rdf", "<dct:description>eau & gaz &lt;5</dct:description>", Text("eau & gaz <5")),
    ("rdf", "<dct:description>a\x0bb</dct:description>", Text("ab")),
    ("rdf", "<dct:description>a&#x1F;b</dct:description>", Text("ab")),
    ("rdf", "<dct:description><![CDATA[<p>a&nbsp;b</p>]]></dct:description>", Text("<p>a&nbsp;b</p>")),
    ("ttl", 'dct:description "Liste"@fr_FR', Text("Liste", "fr")),
    ("ttl", 'dct:description "un "vrai" texte"@fr', Text('un "vrai" texte', "fr")),
    ("ttl", 'dct:description "deux\nlignes"', Text("deux\nlignes")),
    ("nt", '<http://purl.org/dc/terms/description> "Liste"@fr_FR', Text("Liste", "fr")),
    ("jsonld", '"dct:description": {"@value": "Liste", "@language": "français"}', Text("Liste", "fr")),
    ("jsonld", '"dct:description": "a\\uD83D b\\udf33"', Text("a b")),
    ("jsonld", '"dct:description": "a \\ud83c\\udf33 b \\\\ud83d"', Text("a \U0001f333 b \\ud83d")),
]


@pytest.mark.parametrize(("form", "poison", "description"), REPAIRED)
def test_repaired_value(form: str, poison: str, description: Text) -> None:
    datasets, _, _ = read_all(poisoned(form, poison), form)
    assert datasets[0].description == (description,)


def test_findings_name_record_place_and_value() -> None:
    _, _, found = read_all(poisoned("rdf", '<dcat:landingPage rdf:resource="https://x.example/a b"/>'), "rdf")
    assert [(one.record, one.place, one.value) for one in found] == [
        ("https://portail.example/d/1", "dcat:landingPage", "https://x.example/a b")
    ]


def test_relative_iri_of_a_concept_is_its_words() -> None:
    datasets, _, _ = read_all(poisoned("rdf", '<dct:accrualPeriodicity rdf:resource="annuel"/>'), "rdf")
    assert datasets[0].frequency == Concept(label=(Text("annuel"),))


def test_relative_link_is_resolved_against_the_page() -> None:
    datasets, _, _ = read_all(poisoned("ttl", "dcat:landingPage </jeux/1>"), "ttl")
    assert datasets[0].landing_pages == ("https://portail.example/jeux/1",)


def test_two_addresses_joined_by_a_blank_are_the_first() -> None:
    poison = '<dcat:landingPage rdf:resource="https://x.example/1 https://x.example/1bis"/>'
    datasets, _, _ = read_all(poisoned("rdf", poison), "rdf")
    assert datasets[0].landing_pages == ("https://x.example/1",)


@pytest.mark.parametrize("form", ["rdf", "ttl", "jsonld", "nt"])
def test_byte_order_mark(form: str) -> None:
    assert assert_spared(codecs.BOM_UTF8 + sound(form), form) == (["page-bom-removed"], [])


@pytest.mark.parametrize("form", FORMS)
def test_gzip_without_header(form: str) -> None:
    assert assert_spared(gzip.compress(sound(form)), form) == ([], [])


def test_truncated_gzip_keeps_what_it_holds() -> None:
    lines = "".join(
        f"<https://portail.example/d/{n}> a <http://www.w3.org/ns/dcat#Dataset> ;\n"
        f' <http://purl.org/dc/terms/title> "{n * n}" .\n'
        for n in range(2000)
    )
    packed = gzip.compress(lines.encode())
    datasets, page, _ = read_all(packed[: len(packed) // 2], "ttl")
    assert 500 < len(datasets) < 2000
    assert "page-truncated" in {one.rule for one in page}


@pytest.mark.parametrize("form", FORMS)
def test_latin_1_declared_as_utf_8(form: str) -> None:
    data = sound(form).decode().encode("iso-8859-1")
    assert assert_spared(data, form) == (["page-charset-repaired"], [])


def test_one_latin_1_byte_among_utf_8() -> None:
    data = sound("rdf").replace(b"Parcs", "Forêts".encode("iso-8859-1"))
    datasets, page, _ = read_all(data, "rdf")
    assert datasets[0].title == TITLE
    assert datasets[1].title == (Text("Forêts"),)
    assert [one.rule for one in page] == ["page-charset-repaired"]


def test_declared_latin_1_is_no_fault() -> None:
    text = sound("rdf").decode().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"')
    assert assert_spared(text.encode("iso-8859-1"), "rdf") == ([], [])


def test_utf_8_declared_as_latin_1() -> None:
    data = sound("rdf").replace(b'encoding="UTF-8"', b'encoding="ISO-8859-1"')
    assert assert_spared(data, "rdf") == (["page-charset-repaired"], [])


def test_utf_16_xml() -> None:
    text = sound("rdf").decode().replace("UTF-8", "UTF-16")
    assert assert_spared(text.encode("utf-16"), "rdf") == ([], [])


def test_charset_of_the_header_where_the_bytes_are_not_utf_8() -> None:
    data = sound("ttl").decode().encode("iso-8859-1")
    datasets, page, _ = read_all(data, "ttl", "text/turtle; charset=ISO-8859-1")
    assert (datasets[0].title, page) == (TITLE, [])


CUTS = [("rdf", b"Parcs"), ("rdf", b'<dcat:Dataset rdf:about="https://portail.example/d/2'), ("ttl", b"Parcs")]
CUTS += [("jsonld", b"Parcs"), ("nt", b"Parcs")]


@pytest.mark.parametrize(("form", "where"), CUTS)
def test_truncated_document_keeps_what_came_before(form: str, where: bytes) -> None:
    data = sound(form)
    datasets, page, _ = read_all(data[: data.index(where) + 3], form)
    first = datasets[0]
    assert (first.title, first.identifiers, first.keywords) == (TITLE, ("d1",), (Text("déchets"),))
    assert [one.rule for one in page] == ["page-truncated"]


def test_xml_cut_between_two_elements_is_truncated() -> None:
    data = sound("rdf")
    datasets, page, _ = read_all(data[: data.index(b"</dcat:dataset>")], "rdf")
    assert [dataset.title for dataset in datasets] == [TITLE]
    assert [one.rule for one in page] == ["page-truncated"]


def test_doctype_without_entities_is_harmless() -> None:
    data = sound("rdf").replace(b"<rdf:RDF", b'<!DOCTYPE rdf:RDF SYSTEM "http://x.example/rdf.dtd">\n<rdf:RDF', 1)
    assert assert_spared(data, "rdf") == ([], [])


ENTITIES = [
    b'<!DOCTYPE rdf:RDF [<!ENTITY dcat "http://www.w3.org/ns/dcat#">]>',
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>',
]


@pytest.mark.parametrize("doctype", ENTITIES)
@pytest.mark.parametrize("place", [b"<rdf:RDF", b"<dct:title>"])
def test_entity_declarations_are_refused_wherever_they_stand(doctype: bytes, place: bytes) -> None:
    data = sound("rdf").replace(place, doctype + place, 1)
    with pytest.raises(UnreadableRdf) as refused:
        read_bytes(data, url="https://portail.example/catalogue.rdf")
    assert [one.rule for one in refused.value.findings] == ["page-doctype-refused"]


def test_words_about_entities_are_no_declaration() -> None:
    poison = "<dct:description><![CDATA[<!DOCTYPE html [<!ENTITY x 'y'>]>]]></dct:description>"
    assert assert_spared(poisoned("rdf", poison), "rdf") == ([], [])


UNREADABLE = [
    (b"", "page-not-parseable"),
    (b"   \n", "page-not-parseable"),
    (b"<!DOCTYPE html><html><body>503</body></html>", "page-not-parseable"),
    (b"<html><head><title>Erreur</title></head></html>", "page-not-parseable"),
    (b"Service momentanement indisponible", "page-not-parseable"),
    (b'{"error": "not found"', "page-not-parseable"),
    (b"\x1f\x8b\x08garbage", "page-not-parseable"),
    (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "page-not-parseable"),
]


@pytest.mark.parametrize(("data", "rule"), UNREADABLE)
@pytest.mark.parametrize("form", ["rdf", "ttl", "jsonld", "nt", ""])
def test_unreadable(data: bytes, rule: str, form: str) -> None:
    with pytest.raises(UnreadableRdf) as refused:
        read_all(data, form)
    assert rule in {one.rule for one in refused.value.findings}
