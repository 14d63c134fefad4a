"""``GET /go`` leads to each software's own search page, for the question as that portal needs it.

The addresses are those that the software documents (``known_from`` in ``harvester/tables/software.csv``).
"""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.services import Services
from api.settings import read_settings
from harvester.software import search_paths
from tests.installation import served

PAGES = {
    "Opendatasoft": ("commune:49007", "angers", "/explore/?q=arbres"),
    "udata": ("commune:59350", "lille", "/search?q=arbres"),
    "CKAN": ("commune:38185", "grenoble", "/dataset?q=arbres"),
    "DKAN": ("commune:37261", "tours", "/search/type/dataset?query=arbres"),
    "GeoNetwork": ("commune:29019", "brest", "/geonetwork/srv/fre/catalog.search#/search?any=arbres"),
    "geOrchestra": ("commune:56260", "vannes", "/datahub/search?q=arbres"),
    "ArcGIS Hub": ("commune:57463", "metz", "/search?q=arbres"),
    "Data Fair": ("commune:44109", "nantes", "/datasets?q=arbres"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("portals")
    for software, (territory, city, _) in PAGES.items():
        _write(folder / f"test-{city}.yml", city, territory, software)
    _write(folder / "test-plain.yml", "plain", "commune:86194", "")
    settings = read_settings(data_dir=tmp_path_factory.mktemp("data"), portals_dir=folder)
    with served(Services(settings)) as client:
        yield client


def _write(path: Path, city: str, territory: str, software: str) -> None:
    named = f"software: {software}\n" if software else ""
    path.write_text(
        f"id: test-{city}\ntitle: Test {city}\nlevel: commune\nterritories: [{territory}]\n"
        f"url: https://{city}.example\nprotocol: unknown\n{named}",
        encoding="utf-8",
    )


def test_every_software_is_tried() -> None:
    assert {software.casefold() for software in PAGES} == set(search_paths())


@pytest.mark.parametrize("software", PAGES)
def test_the_search_page_of_each_software(client: httpx.Client, software: str) -> None:
    _, city, page = PAGES[software]
    answer = client.get("/go", params={"q": f"arbres {city}", "portal": f"test-{city}"})

    assert (answer.status_code, answer.headers["location"]) == (303, f"https://{city}.example{page}")


def test_what_was_typed_stays_inside_the_parameter(client: httpx.Client) -> None:
    answer = client.get("/go", params={"q": "arbres & parcs #1 angers", "portal": "test-angers"})

    assert answer.headers["location"] == "https://angers.example/explore/?q=arbres+%26+parcs+%231"


def test_a_portal_without_a_search_page_is_opened_at_its_front(client: httpx.Client) -> None:
    answer = client.get("/go", params={"q": "arbres poitiers", "portal": "test-plain"})

    assert answer.headers["location"] == "https://plain.example"


def test_only_a_portal_of_the_answer_is_led_to(client: httpx.Client) -> None:
    assert client.get("/go", params={"q": "arbres angers", "portal": "test-lille"}).status_code == 404
    assert client.get("/go", params={"q": "arbres angers", "portal": "https://evil.example"}).status_code == 404
