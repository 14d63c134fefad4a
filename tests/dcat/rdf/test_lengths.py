"""A value of megabytes is cut where nothing is broken by it; all others stay byte for byte."""

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from lxml import etree  # type: ignore[import-untyped]

from dcat.rdf import read_bytes
from dcat.rdf.lengths import LONGEST, shorten, shorten_file
from dcat.rdf.syntax import Syntax

HUGE = LONGEST + 5_000


@pytest.mark.parametrize("unit", ["a", "é", "\\n", "\\u00e9", '\\"', "\U0001f33f"])
@pytest.mark.parametrize("shift", range(7))
def test_json_is_cut_between_characters(unit: str, shift: int) -> None:
    text = '"' + "x" * shift + unit * HUGE + '"'
    data, (found,) = shorten(b'{"a": %b, "b": "c"}' % text.encode(), Syntax.JSON)
    content = json.loads(data)
    assert content["b"] == "c"
    assert json.loads(text).startswith(content["a"])
    assert len(data) <= LONGEST + 30
    assert (found.rule, found.place) == ("value-truncated", "length")


@pytest.mark.parametrize("unit", ["a", "é", "&amp;", "&#233;", "\U0001f33f"])
@pytest.mark.parametrize("shift", range(7))
def test_xml_is_cut_between_characters(unit: str, shift: int) -> None:
    data, _ = shorten(f"<r><a>{'x' * shift}{unit * HUGE}</a><b>c</b></r>".encode(), Syntax.XML)
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    assert root.findtext("b") == "c"
    assert set(root.findtext("a")[shift:]) == set(etree.fromstring(f"<r>{unit}</r>").text)
    assert len(data) <= LONGEST + 60


def test_an_attribute_is_cut_too() -> None:
    data, _ = shorten(b"<r><a b='1' c=\"" + b"x" * HUGE + b"\" d='2'/></r>", Syntax.XML)
    (element,) = etree.fromstring(data, etree.XMLParser(huge_tree=True))
    assert (element.get("b"), element.get("d"), len(element.get("c"))) == ("1", "2", LONGEST)


@pytest.mark.parametrize("syntax", [Syntax.JSON, Syntax.XML, Syntax.TURTLE])
def test_what_is_short_stays(syntax: Syntax) -> None:
    for data in (b"", b'{"a": "b\\"c"}', b"<r a='b>c'>d</r>", b'<a> <b> "c"@fr .', b"x" * 1_000):
        assert shorten(data, syntax) == (data, [])


@pytest.mark.parametrize("syntax", [Syntax.JSON, Syntax.XML])
@pytest.mark.parametrize("before", [0, 10, (1 << 20) - 1, 3 << 20])
def test_a_file_is_cut_as_a_text_is(tmp_path: Path, syntax: Syntax, before: int) -> None:
    opening, closing = (b'"', b'"') if syntax is Syntax.JSON else (b"<a>", b"</a>")
    short = opening + b"court" + closing
    data = short * (before // len(short)) + opening + b"x" * HUGE + closing + short
    path = tmp_path / "document"
    path.write_bytes(data)
    cut, findings = shorten_file(path, syntax)
    assert (cut.read_bytes(), findings) == shorten(data, syntax)
    assert path.read_bytes() == data


def test_a_file_without_such_a_value_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "document"
    path.write_bytes(b'"a" "b"')
    assert shorten_file(path, Syntax.TURTLE) == (path, [])
    assert list(tmp_path.iterdir()) == [path]


def test_the_parser_s_limit_is_why() -> None:
    """Should a later pyoxigraph take such tokens, nothing here is needed any more."""
    literal = b'<https://a/> <https://b/> "%b" .' % (b"x" * (17 << 20))
    with pytest.raises(MemoryError):
        list(ox.parse(literal, format=ox.RdfFormat.N_TRIPLES))


def test_a_feed_with_such_a_value_keeps_its_other_datasets() -> None:
    data = (
        b"@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        b'<https://d.example/1> a dcat:Dataset ; dct:title "Un" ; dct:description "%b" ; dct:identifier "1" .\n'
        b'<https://d.example/2> a dcat:Dataset ; dct:title "Deux" .' % (b"x" * (17 << 20))
    )
    page = read_bytes(data, url="https://d.example/c.ttl")
    first, second = (dataset for dataset, _ in page.datasets)
    assert [found.rule for found in page.findings] == ["value-truncated"]
    assert (first.title[0].value, first.identifiers, len(first.description[0].value)) == ("Un", ("1",), LONGEST)
    assert second.title[0].value == "Deux"
