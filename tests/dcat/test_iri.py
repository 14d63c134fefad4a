"""Addresses as sources write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.iri import clean_iri, is_legal, is_plain, is_public_http, normalise_url, site_of

BASE = "https://portail.example/flux/catalogue.rdf?page=2"

CLEANED = [
    ("https://x.example/a", "https://x.example/a", None),
    ("https://x.example/é?a=b#c", "https://x.example/é?a=b#c", None),
    ("mailto:a@b.example", "mailto:a@b.example", None),
    ("urn:uuid:1", "urn:uuid:1", None),
    ("local:FR-330", "local:FR-330", None),
    (" https://x.example/a ", "https://x.example/a", "iri-invalid"),
    ("https://x.example/a b", "https://x.example/a%20b", "iri-invalid"),
    ("https://x.example/a|b", "https://x.example/a%7Cb", "iri-invalid"),
    ("https://x.example/gpj\u202eexe", "https://x.example/gpj%E2%80%AEexe", "iri-invalid"),
    ("https://x.example/a\u200fb?c\u2066", "https://x.example/a%E2%80%8Fb?c%E2%81%A6", "iri-invalid"),
    ("https://x.example/a\u2028b\u3000c", "https://x.example/a%E2%80%A8b%E3%80%80c", "iri-invalid"),
    ("https://\u202ex.example/", "", "iri-invalid"),
    ("https://x.example/a%zz", "https://x.example/a%25zz", "iri-invalid"),
    ("https://x.example/?l[id]=1", "https://x.example/?l%5Bid%5D=1", "iri-invalid"),
    ("https://x.example/a#b#c", "https://x.example/a#b%23c", "iri-invalid"),
    ("https://x.example/1 https://x.example/2", "https://x.example/1", "iri-invalid"),
    ("dcat:Dataset", "http://www.w3.org/ns/dcat#Dataset", "iri-curie"),
    ("dctype:Dataset", "http://purl.org/dc/dcmitype/Dataset", "iri-curie"),
    ("www.ville.example/x", "https://www.ville.example/x", "url-scheme-repaired"),
    ("data.ville.fr/x", "https://data.ville.fr/x", "url-scheme-repaired"),
    ("/jeux/1", "https://portail.example/jeux/1", "iri-relative"),
    ("berlin", "https://portail.example/flux/berlin", "iri-relative"),
    ("http://[x", "", "iri-invalid"),
]


@pytest.mark.parametrize(("text", "iri", "rule"), CLEANED)
def test_clean_iri(text: str, iri: str, rule: str | None) -> None:
    assert clean_iri(text, BASE) == (iri, rule)


def test_relative_without_base_is_nothing() -> None:
    assert clean_iri("annuel") == ("", "iri-relative")


@given(st.text(max_size=40) | st.text(max_size=30).map("https://x.example/".__add__))
def test_what_comes_out_is_legal_and_stays(text: str) -> None:
    iri, rule = clean_iri(text, BASE)
    assert iri == "" or is_legal(iri)
    assert (rule is None) == (iri == text)
    if iri and rule != "iri-curie":
        assert clean_iri(iri, BASE)[0] == iri


@given(st.from_regex(r"https?://[!-~]{1,30}") | st.text(max_size=20).map("https://x.example/".__add__))
def test_a_plain_address_is_a_legal_one(text: str) -> None:
    assert is_legal(text) or not is_plain(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("https://x.example", True),
        ("http://x.example:8080/a/b.csv?c=d%20e&f=(1)", True),
        ("https://x.example/%zz", False),
        ("https://x.example/é", False),
        ("http://http://x.example/", False),
        ("http:///x.example/", False),
        ("ftp://x.example/", False),
    ],
)
def test_tells_what_needs_no_look(text: str, plain: bool) -> None:
    assert is_plain(text) is plain


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://u:p@x.example:80/a?b", "https://u:p@x.example:80"),
        ("https://x.example?b", "https://x.example"),
        ("mailto:a@x.example", ""),
        ("/a//b", ""),
    ],
)
def test_site_of_an_address(address: str, site: str) -> None:
    assert site_of(address) == site


PUBLIC = ["https://data.ville.example/1", "http://8.8.8.8/x"]
PRIVATE = [
    "http://localhost:8080/geonetwork/1",
    "http://127.0.0.1/1",
    "http://10.1.2.3/1",
    "http://192.168.0.1/1",
    "http://[::1]/1",
    "http://169.254.169.254/latest",
    "http://geonetwork/srv/1",
    "https://catalogue.local/1",
    "ftp://ftp.ville.fr/1",
    "urn:uuid:1",
    "http://[bad",
    "",
]


@pytest.mark.parametrize("iri", PUBLIC)
def test_public(iri: str) -> None:
    assert is_public_http(iri)


@pytest.mark.parametrize("iri", PRIVATE)
def test_private(iri: str) -> None:
    assert not is_public_http(iri)


SAME = [
    ("http://www.Ville.fr/Jeux/", "https://ville.fr/Jeux"),
    ("https://ville.fr:443/a%c3%a9", "https://ville.fr/a%C3%A9"),
    ("http://ville.fr:80/%7Euser", "https://ville.fr/~user"),
    ("https://ville.fr/", "https://ville.fr"),
    ("https://ville.fr/a?b=%2f#c", "https://ville.fr/a?b=%2F#c"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same_address(one: str, other: str) -> None:
    assert normalise_url(one) == normalise_url(other) == other


def test_path_keeps_its_case() -> None:
    assert normalise_url("https://ville.fr/A") != normalise_url("https://ville.fr/a")


@given(st.text(max_size=40) | st.text(max_size=30).map("http://www.x.example/".__add__))
def test_normalising_twice_is_once(text: str) -> None:
    assert normalise_url(normalise_url(text)) == normalise_url(text)
