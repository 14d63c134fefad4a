"""The printed file is a portal file: it reads back, and tells a person what to look at."""

from string import Formatter

import pytest

from dcat.portal import Level, Protocol
from harvester.portal_file import read_portal
from harvester.recognition import Recognition, portal_text
from harvester.recognition.described import _sentences, portal_id
from harvester.recognition.whose import guess_territory
from harvester.registry import Registry

REGISTRY = Registry.load()
NONE = Registry([])


def recognition(url: str, title: str = "", **values: object) -> Recognition:
    found = {
        "software": "Opendatasoft",
        "protocol": Protocol.ODS,
        "endpoint": f"{url}/api/explore/v2.1",
        "datasets": 583,
    }
    return Recognition(url, url, (), title, **{**found, **values})  # type: ignore[arg-type]


def test_a_portal_is_described_in_full() -> None:
    text = portal_text(recognition("https://data.rennesmetropole.fr", "Rennes Métropole"), NONE)
    portal = read_portal(text, "new.yml").portal
    assert portal is not None
    assert (portal.id, portal.title, portal.level) == ("rennesmetropole", "Rennes Métropole", Level.EPCI)
    assert portal.territories == ("epci:243500139",)
    assert (portal.protocol, portal.endpoint) == (Protocol.ODS, "https://data.rennesmetropole.fr/api/explore/v2.1")
    assert (portal.software, portal.verified) == ("Opendatasoft", False)
    assert portal.search_url == "https://data.rennesmetropole.fr/explore/?q={query}"
    assert "verified: false" in text
    assert "# Opendatasoft : https://data.rennesmetropole.fr/api/explore/v2.1 a répondu, 583 jeux de données." in text
    assert "Niveau et territoire lus dans « Rennes Métropole »." in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "À VÉRIFIER : niveau et territoire devinés"), ("en", "TO CHECK: level and territory")],
)
def test_a_doubtful_territory_is_said_so(language: str, words: str) -> None:
    text = portal_text(recognition("https://data.toulouse-metropole.fr", "Bienvenue"), NONE, language)
    assert words in text
    portal = read_portal(text, "new.yml").portal
    assert portal is not None
    assert portal.territories == ("epci:243100518",)


def test_an_unknown_territory_is_to_be_written() -> None:
    text = portal_text(recognition("https://xyzzy.example.org", "Le site"), NONE)
    assert "À COMPLÉTER : aucun territoire reconnu" in text
    portal = read_portal(text, "new.yml").portal
    assert portal is not None
    assert portal.territories == ("national",)


def test_a_portal_that_is_known_is_named() -> None:
    text = portal_text(recognition("https://data.rennesmetropole.fr", "Rennes Métropole"), REGISTRY)
    assert "« rennes-metropole » a déjà cette adresse" in text


def test_an_id_is_nobody_else_s() -> None:
    assert portal_id("https://opendata.roubaix.fr", NONE) == "roubaix"
    assert portal_id("https://opendata.roubaix.fr", REGISTRY) == "roubaix-2"
    assert portal_id("https://www.data.gouv.fr", NONE) == "www-data-gouv-fr"
    assert portal_id("http://127.0.0.1:8000", NONE) == "127-0-0-1"


def test_where_an_address_led_is_kept_as_a_host() -> None:
    found = recognition("https://data.strasbourg.eu", "Strasbourg")
    moved = Recognition(found.url, "https://opendata.strasbourg.eu/", (), found.title, found.software, found.protocol)
    portal = read_portal(portal_text(moved, NONE), "new.yml").portal
    assert portal is not None
    assert portal.hosts == ("opendata.strasbourg.eu",)


@pytest.mark.parametrize(
    ("software", "url", "endpoint", "search"),
    [
        ("CKAN", "https://x.fr/data", "https://x.fr/data/api/3/action", "https://x.fr/data/dataset?q={query}"),
        (
            "GeoNetwork",
            "https://x.fr",
            "https://x.fr/catalogue/srv/fre/csw",
            "https://x.fr/catalogue/srv/fre/catalog.search#/search?any={query}",
        ),
        (
            "geOrchestra",
            "https://x.fr",
            "https://x.fr/geonetwork/srv/api/search/records/_search",
            "https://x.fr/datahub/search?q={query}",
        ),
        ("OAI-PMH", "https://x.fr", "https://x.fr/oai", ""),
    ],
)
def test_the_search_page_is_the_software_s(software: str, url: str, endpoint: str, search: str) -> None:
    portal = read_portal(portal_text(recognition(url, software=software, endpoint=endpoint), NONE), "new.yml").portal
    assert portal is not None
    assert portal.search_url == search


def test_a_software_without_an_interface_is_described_all_the_same() -> None:
    found = recognition("https://cartes.example.org", software="Lizmap", protocol=Protocol.UNKNOWN, endpoint="")
    text = portal_text(found, NONE)
    portal = read_portal(text, "new.yml").portal
    assert portal is not None
    assert portal.protocol is Protocol.UNKNOWN
    assert "sans être moissonné" in text


@pytest.mark.parametrize(
    "title", ['"Guillemets" : et # dièse', "- tiret", "{accolades}", "oui", "été 100 %", "a\u2028b", "x" * 300]
)
def test_odd_titles_read_back(title: str) -> None:
    portal = read_portal(portal_text(recognition("https://x.example.org", title), NONE), "new.yml").portal
    assert portal is not None
    assert portal.title == title


@pytest.mark.parametrize(
    ("title", "host", "code", "sure"),
    [
        ("Open Data de la Ville de Roubaix", "opendata.roubaix.fr", "commune:59512", True),
        ("Accès libre", "data.loire-atlantique.fr", "departement:44", False),
        ("Open data Pays de la Loire", "data.paysdelaloire.fr", "region:52", False),
        ("Région Occitanie", "data.laregion.fr", "region:76", True),
        ("Les données", "data.grandlyon.com", "epci:200046977", False),
        ("Les données", "data.metropolegrenoble.fr", "epci:200040715", False),
        ("Trouver Brest et autour", "xyzzy.example.org", "commune:29019", False),
    ],
)
def test_a_territory_is_told_by_title_or_host(title: str, host: str, code: str, *, sure: bool) -> None:
    guess = guess_territory(title, f"https://{host}")
    assert guess is not None
    assert (guess.code, guess.sure) == (code, sure)


@pytest.mark.parametrize("name", _sentences())
def test_sentences_name_the_same_things_in_both_languages(name: str) -> None:
    fields = [{field for _, field, _, _ in Formatter().parse(text) if field} for text in _sentences()[name]]
    assert fields[0] == fields[1]
