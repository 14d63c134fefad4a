"""What in a record proves which dataset it is."""

import pytest

from dcat.model import Origin
from search.dedupe.clues import Clues, identifier_keys, is_placeholder
from tests.search.examples import PORTALS, chain, record

CLUES = Clues(PORTALS)
UUID = "0b5c3d1e-1111-4222-8333-944445555666"


def test_a_copy_points_at_what_the_original_is() -> None:
    here, region, nation = map(CLUES.of, chain())
    assert "ref:data.rennesmetropole.fr:tco-bus" in here["own"]
    assert "ref:data.rennesmetropole.fr:tco-bus" in region["origin"]
    assert "ref:data.rennesmetropole.fr:tco-bus" in nation["origin"]


def test_a_network_writes_the_origin_after_an_at_sign() -> None:
    marker = Origin(domain="ods", remote_id="arbres@data.rennesmetropole.fr")
    assert CLUES.of(record("data-bretagne", "1", origin=marker))["origin"] == ("ref:data.rennesmetropole.fr:arbres",)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (f"fr-120066022-jdd-{UUID.upper()}", [f"uuid:{UUID}"]),
        ("https://doi.org/10.5281/zenodo.123.", ["doi:10.5281/zenodo.123", "iri:doi.org/10.5281/zenodo.123."]),
        ("https://id.example.fr/jeu/1", ["iri:id.example.fr/jeu/1"]),
        ("budget-2024", []),
        ("00000000-0000-0000-0000-000000000000", []),
        ("http://localhost/1", []),
    ],
)
def test_identifiers_that_are_unique_in_the_world(text: str, keys: list[str]) -> None:
    assert [key for key in identifier_keys(text, {}) if key] == keys


@pytest.mark.parametrize(
    "text", ["TODO", "A REMPLIR", "à compléter", "n/a", "N/A", "0", "0000", "-", "", "  ", "Néant", "xx"]
)
def test_placeholders_are_no_identifiers(text: str) -> None:
    assert is_placeholder(text)
    assert "identifier" not in CLUES.of(record("roubaix", "clé-1", identifiers=(text,)))


@pytest.mark.parametrize("text", ["budget", "da_x1", "arbres-2024", UUID])
def test_identifiers_are_no_placeholders(text: str) -> None:
    assert not is_placeholder(text)


def test_a_pasted_link_is_looked_for_under_what_it_names() -> None:
    link = "http://rennesmetropole.opendatasoft.com/explore/dataset/tco-bus/table/?disjunctive.x"
    assert CLUES.of_text(link)[0] == "ref:data.rennesmetropole.fr:tco-bus"


def test_a_service_without_layer_and_a_home_page_are_no_proof() -> None:
    urls = ("https://geo.example.fr/wms?service=WMS&request=GetCapabilities", "https://opendata.roubaix.fr/")
    assert "download" not in CLUES.of(record("roubaix", "1", urls=urls))
