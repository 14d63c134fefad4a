"""Nesting without end is cut, at a depth that no real document has; what is beside it stays."""

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import pytest
from lxml import etree  # type: ignore[import-untyped]

from dcat.rdf import mapped
from dcat.rdf.nesting import DEEPEST, flat_json, flat_xml, flatten, flatten_file
from dcat.rdf.syntax import Syntax
from tests.reference import FIXTURES

DEPTHS = (DEEPEST + 1, 1_000, 50_000)


def nested_json(depth: int) -> bytes:
    """Beside the deep value, brackets in texts, quotes and a value after."""
    return b'{"a": "[{", "deep": ' + b"[" * depth + b"1" + b"]" * depth + b', "b": "\\"]}", "c": 3}'


def nested_xml(depth: int) -> bytes:
    inside = b"<e a='>'>" * depth + b"x" + b"</e>" * depth
    return b"<?xml version='1.0'?><r><!-- <e> --><a b='1'/>" + inside + b"<c><![CDATA[</r>]]></c></r>"


@pytest.mark.parametrize("depth", DEPTHS)
def test_json_keeps_what_stands_beside(depth: int) -> None:
    data, (found,) = flat_json(nested_json(depth))
    content = json.loads(data)
    assert (content["a"], content["b"], content["c"]) == ("[{", '"]}', 3)
    assert (found.rule, found.place, found.value) == ("value-truncated", "nesting", f"{depth + 1} > {DEEPEST}")
    if depth > 1_000:
        assert flatten(nested_json(depth), Syntax.JSON) == (data, [found])


@pytest.mark.parametrize("depth", DEPTHS)
def test_xml_keeps_what_stands_beside(depth: int) -> None:
    data, (found,) = flat_xml(nested_xml(depth))
    root = etree.fromstring(data)
    assert [child.tag for child in root.iterchildren("*")] == ["a", "e", "c"]
    assert root.findtext("c") == "</r>"
    assert (found.rule, found.value) == ("value-truncated", f"{depth + 1} > {DEEPEST}")
    if depth > 1_000:
        assert flatten(nested_xml(depth), Syntax.XML) == (data, [found])


@pytest.mark.parametrize("depth", [DEEPEST - 1, *DEPTHS])
@pytest.mark.parametrize(("nested", "syntax"), [(nested_json, Syntax.JSON), (nested_xml, Syntax.XML)])
def test_a_file_is_cut_as_what_is_held(
    nested: Callable[[int], bytes], syntax: Syntax, depth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "PIECE", 1_000)
    monkeypatch.setattr(mapped, "WINDOW", 1_000)
    for data in (nested(depth), nested(depth)[: depth * 2]):
        path = tmp_path / "document"
        path.write_bytes(data)
        cut, findings = flatten_file(path, syntax)
        assert (cut.read_bytes(), findings) == flatten(data, syntax)
        assert path.read_bytes() == data


def test_what_is_as_deep_as_allowed_stays() -> None:
    for data in (nested_json(DEEPEST - 1), b"[" * DEEPEST + b"]" * DEEPEST):
        assert flatten(data, Syntax.JSON) == (data, [])
        assert flat_json(data) == (data, [])
    assert flatten(nested_xml(DEEPEST - 1), Syntax.XML) == (nested_xml(DEEPEST - 1), [])


def test_brackets_in_texts_are_no_depth() -> None:
    """They only cost the careful look."""
    data = json.dumps({"a": "[" * 5_000, "b": ["{" * 5_000]}).encode()
    assert flatten(data, Syntax.JSON) == (data, [])
    xml = b"<r>" + b"<!-- < -->" * 500 + b"</r>"
    assert flatten(xml, Syntax.XML) == (xml, [])


@pytest.mark.parametrize("depth", DEPTHS)
def test_what_is_never_closed_ends_at_the_cut(depth: int) -> None:
    assert flat_json(b'{"a": 1, "b": ' + b"[" * depth)[0] == b'{"a": 1, "b": ' + b"[" * (DEEPEST - 1) + b"null"
    assert flat_xml(b"<r><a/>" + b"<e>" * depth)[0] == b"<r><a/>" + b"<e>" * (DEEPEST - 1)


LOOKS_DEEP = {
    "a real page": b"<r>" + b"<d><t>Titre</t><p rdf:resource='http://a/'/></d>" * 5_000 + b"</r>",
    "HTML in CDATA": b"<r>" + b"<d><![CDATA[a<br>b<br>c<p>d]]></d>" * 5_000 + b"</r>",
    "tags in comments": b"<r>" + b"<!-- <a><b><c> -->" * 5_000 + b"</r>",
    "tags in attributes": b"<r>" + b"<a b='<c><d>' e=\"/>\"></a>" * 5_000 + b"</r>",
    "empty elements": b"<r>" + b"<a/><b c='d' />" * 5_000 + b"</r>",
    "addresses": b"<r>" + b"<a>http://b/c/>d</a>" * 5_000 + b"</r>",
    "no end": b"<" + b"a" * 1_000_000,
    "no XML": b"\x00<>\xff</" * 5_000,
}


@pytest.mark.parametrize("case", LOOKS_DEEP)
def test_what_only_looks_like_tags_is_no_depth(case: str) -> None:
    assert flatten(LOOKS_DEEP[case], Syntax.XML) == (LOOKS_DEEP[case], [])


def test_depth_after_a_sound_page_is_cut() -> None:
    page = b"<r>" + b"<d><t>Titre</t><p/></d>" * 5_000
    data, (found,) = flatten(page + b"<a>" * 5_000, Syntax.XML)
    assert data == page + b"<a>" * (DEEPEST - 1)
    assert found.value == f"5001 > {DEEPEST}"


def test_other_syntaxes_are_left_alone() -> None:
    data = b"[" * 1_000
    assert flatten(data, Syntax.TURTLE) == (data, [])


@pytest.mark.parametrize("data", [b'"' * 100_000, b"<" * 100_000, b"[\\" * 50_000, b"<!--" * 50_000, b"<a '" * 50_000])
def test_no_text_takes_more_than_a_moment(data: bytes) -> None:
    began = perf_counter()
    flat_json(data)
    flat_xml(data)
    assert perf_counter() - began < 5


@pytest.mark.reference
def test_no_real_document_is_so_deep() -> None:
    documents = [file for file in FIXTURES.rglob("*") if file.suffix in (".xml", ".rdf", ".json", ".jsonld")]
    assert len(documents) > 60
    for file in documents:
        data = file.read_bytes()
        assert flatten(data, Syntax.XML if data.lstrip()[:1] == b"<" else Syntax.JSON) == (data, []), file
