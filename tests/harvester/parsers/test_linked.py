"""JSON-LD as a tree: what the wrapping of a value leaves."""

import pytest

from harvester.parsers.linked import local_name, tree, types_of

EU = {"ftype": "http://publications.europa.eu/resource/authority/file-type/"}


@pytest.mark.parametrize(
    ("term", "name"),
    [
        ("title", "title"),
        ("dct:title", "title"),
        ("http://purl.org/dc/terms/title", "title"),
        ("https://schema.org/name", "name"),
        ("http://www.w3.org/ns/dcat#accessURL", "accessURL"),
        ("@id", "@id"),
        ("note: a remark", "note: a remark"),
    ],
)
def test_local_names(term: str, name: str) -> None:
    assert local_name(term) == name


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"@value": "2024-05-01", "@type": "xsd:date"}, "2024-05-01"),
        ({"@value": "Eau", "@language": "fr"}, {"fr": "Eau"}),
        ([{"@value": "Eau", "@language": "fr"}, {"@value": "Water", "@language": "en"}], {"fr": "Eau", "en": "Water"}),
        ([{"@value": "Eau", "@language": "fr"}, "Air"], [{"fr": "Eau"}, "Air"]),
        ({"@list": [{"@id": "http://a.fr/1"}, {"@id": "http://a.fr/2"}]}, ["http://a.fr/1", "http://a.fr/2"]),
        ({"@id": "ftype:JSON"}, EU["ftype"] + "JSON"),
        ({"@id": "ftype/JSON"}, EU["ftype"] + "JSON"),
        ({"@id": "https://a.fr/x"}, "https://a.fr/x"),
        ({"@id": "other/JSON"}, "other/JSON"),
        ({"@id": None}, None),
        ({"dct:title": "", "title": "Eau"}, {"title": "Eau"}),
        ({"dct:title": "Eau", "title": "Air"}, {"title": "Eau"}),
        ([], []),
        (None, None),
    ],
)
def test_values_lose_their_wrapping(value: object, plain: object) -> None:
    assert tree(value, EU) == plain


@pytest.mark.parametrize("kind", ["Dataset", "schema:Dataset", ["Thing", "https://schema.org/Dataset"]])
def test_types_by_local_name(kind: object) -> None:
    assert "Dataset" in types_of({"@type": kind})


def test_what_is_no_type_is_none() -> None:
    assert types_of({"@type": [1, None]}) == types_of({}) == frozenset()
