"""DCAT feeds: keys, origins, faults; the reading itself is tested with the RDF package."""

import pytest

from dcat.model import Origin, Record
from harvester.parsers import dcat
from harvester.parsers.page import Fetched, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, URL, rules_of

PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


def parsed(turtle: str) -> list[ParsedRecord]:
    body = (PREFIXES + turtle).encode()
    return list(dcat.parse(Fetched(URL, body, headers={"content-type": "text/turtle"}), PORTAL).records)


def one(turtle: str) -> ParsedRecord:
    (found,) = parsed(turtle)
    return found


def record(turtle: str) -> Record:
    found = one(turtle).record
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("turtle", "key", "rules"),
    [
        (
            '<https://data.exemple.fr/jeu/1> a dcat:Dataset ; dct:title "A" ; dct:identifier "1" .',
            "https://data.exemple.fr/jeu/1",
            [],
        ),
        ('[] a dcat:Dataset ; dct:title "A" ; dct:identifier "jeu-1" .', "jeu-1", []),
        (
            '<http://localhost:8080/1> a dcat:Dataset ; dct:title "A" ; dct:identifier "jeu-1" .',
            "jeu-1",
            ["iri-private-host"],
        ),
        (
            '<urn:uuid:9df8df51-63db-37a8-e044-0003ba9b0d98> a dcat:Dataset ; dct:title "A" .',
            "urn:uuid:9df8df51-63db-37a8-e044-0003ba9b0d98",
            [],
        ),
        ('[] a dcat:Dataset ; dct:title "A" ; dct:identifier "TODO", "jeu-1" .', "jeu-1", ["identifier-placeholder"]),
    ],
    ids=["address", "identifier", "private", "urn", "placeholder"],
)
def test_the_key(turtle: str, key: str, rules: list[str]) -> None:
    found = one(turtle)
    assert found.source_key == key
    assert [rule for rule in rules_of(found) if rule.startswith(("identifier", "iri"))] == rules


def test_without_identity_landing_page_and_title_make_the_key() -> None:
    turtle = '[] a dcat:Dataset ; dct:title "{}" ; dcat:landingPage <https://data.exemple.fr/{}> .'
    keys = [one(turtle.format(*words)).source_key for words in (("A", "1"), ("A", "1"), ("B", "1"), ("A", "2"))]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
    assert "identifier-missing" in rules_of(one(turtle.format("A", "1")))


def test_an_address_elsewhere_is_the_origin() -> None:
    found = record(
        """<https://opendata.rennes.fr/jeu/1> a dcat:Dataset ; dct:title "A" ;
           dcat:landingPage <https://data.exemple.fr/jeu/1>, <https://opendata.rennes.fr/page/1> ."""
    )
    assert found.origin == Origin(
        domain="opendata.rennes.fr",
        remote_url="https://opendata.rennes.fr/page/1",
        uri="https://opendata.rennes.fr/jeu/1",
    )
    assert found.page == "https://data.exemple.fr/jeu/1"


@pytest.mark.parametrize(
    "address",
    [
        "https://data.exemple.fr/jeu/1",
        "http://www.data.exemple.fr/jeu/1",
        "https://catalogue.data.exemple.fr/jeu/1",
        "https://exemple.fr/jeu/1",
        "https://exemple.opendatasoft.com/jeu/1",
        "https://doi.org/10.5281/zenodo.1",
        "http://192.168.0.4/jeu/1",
        "urn:uuid:9df8df51-63db-37a8-e044-0003ba9b0d98",
    ],
)
def test_an_address_of_the_portal_or_of_nobody_is_no_origin(address: str) -> None:
    assert record(f'<{address}> a dcat:Dataset ; dct:title "A" ; dct:source <https://ailleurs.fr/x> .').origin is None


def test_the_page_is_the_landing_page_else_the_address() -> None:
    assert record('<https://data.exemple.fr/1> a dcat:Dataset ; dct:title "A" .').page == "https://data.exemple.fr/1"
    assert record('[] a dcat:Dataset ; dct:title "A" ; dct:identifier "1" .').page == ""


def test_the_page_tells_its_total_and_its_next() -> None:
    turtle = f"""{PREFIXES} <https://data.exemple.fr/> a dcat:Catalog ; dcat:dataset <https://data.exemple.fr/1> .
        <https://data.exemple.fr/1> a dcat:Dataset ; dct:title "A" .
        <https://data.exemple.fr/c> a hydra:PagedCollection ; hydra:totalItems 12 ; hydra:nextPage "?page=2" ."""
    page = dcat.parse(Fetched("https://data.exemple.fr/catalog.ttl", turtle.encode()), PORTAL)
    assert (page.declared, page.next) == (12, "https://data.exemple.fr/catalog.ttl?page=2")
    assert len(list(page.records)) == 1


@pytest.mark.parametrize("body", [b"", b"<html><body>502</body></html>", b"\x1f\x8bxx", b"\x00\xff", b"[1, 2]"])
def test_what_is_no_feed_is_refused(body: bytes) -> None:
    with pytest.raises(UnreadablePage) as refused:
        list(dcat.parse(Fetched(URL, body), PORTAL).records)
    assert refused.value.findings
