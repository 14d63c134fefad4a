"""How deep XML goes, whatever stands in it that only looks like a tag."""

import pytest

from dcat.rdf.depth import MAX_DEPTH, too_deep

SHALLOW = {
    "a real page": b"<r>" + b"<d><t>Titre</t><p rdf:resource='http://a/'/></d>" * 5000 + b"</r>",
    "HTML in CDATA": b"<r>" + b"<d><![CDATA[a<br>b<br>c<p>d]]></d>" * 5000 + b"</r>",
    "tags in comments": b"<r>" + b"<!-- <a><b><c> -->" * 5000 + b"</r>",
    "tags in attributes": b"<r>" + b"<a b='<c><d>' e=\"/>\"></a>" * 5000 + b"</r>",
    "empty elements": b"<r>" + b"<a/><b c='d' />" * 5000 + b"</r>",
    "addresses": b"<r>" + b"<a>http://b/c/>d</a>" * 5000 + b"</r>",
    "no end": b"<" + b"a" * 1_000_000,
    "as deep as allowed": b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH,
    "no XML": b"\x00<>\xff</" * 5000,
}
DEEP = {
    "too deep": b"<a>" * 20 * MAX_DEPTH + b"</a>" * 20 * MAX_DEPTH,
    "far too deep": b"<?xml version='1.0'?><r>" + b"<a b='c'>\n" * 100_000,
    "after a sound page": b"<r>" + b"<d><t>Titre</t><p/></d>" * 5000 + b"<a>" * 5000,
}


@pytest.mark.parametrize("case", SHALLOW)
def test_not_deep(case: str) -> None:
    assert not too_deep(SHALLOW[case])


@pytest.mark.parametrize("case", DEEP)
def test_deep(case: str) -> None:
    assert too_deep(DEEP[case])
