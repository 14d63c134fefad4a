"""The quality of a dataset and of a portal, as pages and JSON tell it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from api.pages.words import number
from api.services import Services
from api.settings import read_settings
from dcat.model import Agent, Distribution, Text
from harvester.archive.links import Check, keep_checks
from harvester.parsers.page import ParsedRecord
from tests.api.test_report_pages import ANGERS, mine, run, shown
from tests.installation import served


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=tmp_path, contact_email="opendata@example.org"))
    run(made, mine("a", "b"))
    yield made
    made.close()


@pytest.fixture
def client(services: Services) -> Iterator[httpx.Client]:
    with served(services) as client:
        client.headers["Accept"] = "text/html"
        yield client


def test_a_portal_tells_the_mean_of_its_records(client: httpx.Client) -> None:
    quality = client.get("/api/portals/rennes-metropole").json()["quality"]
    assert quality["datasets"] == 2
    page = shown(client, "/portals/rennes-metropole")
    points = number("fr", quality["points"])
    assert f"Qualité européenne (MQA) : {points} points sur {quality['known']} jugeables" in page
    assert "Reusability A contact point 20 no" in shown(client, "/portals/rennes-metropole", "en")


def test_a_portal_that_was_never_harvested_has_none(client: httpx.Client) -> None:
    assert client.get("/api/portals/angers").json()["quality"] is None
    assert "Qualité" not in shown(client, "/portals/angers")


def test_a_dataset_tells_what_it_meets(client: httpx.Client) -> None:
    (first, _) = client.get("/api/search?q=arbres").json()["results"]
    quality = client.get(f"/api/datasets/{first['id']}").json()["quality"]
    assert (quality["datasets"], quality["met"]["contact-point"]) == (1, 0)
    assert quality["points"] / quality["known"] == pytest.approx(first["quality"], abs=0.001)
    page = client.get(f"/datasets/{first['id']}?lang=fr").text
    assert re.search(r"Un point de contact</td><td[^>]*>20</td>\s*<td>non</td>", page)
    assert re.search(r"L&#39;adresse d&#39;accès répond</td><td[^>]*>50</td>\s*<td>", page)


def test_a_portal_tells_what_stays_out_of_the_feed(client: httpx.Client) -> None:
    """Both records lack a description, which DCAT-AP makes mandatory."""
    portal = client.get("/api/portals/rennes-metropole").json()
    assert portal["withheld"] == {"dct:description": 2}
    assert "Hors du flux fusionné 2 sans dct:description" in shown(client, "/portals/rennes-metropole")
    assert client.get("/api/portals/angers").json()["withheld"] is None


SIREN = "243500139"


def by(record: ParsedRecord, name: str, identifier: str = "") -> ParsedRecord:
    """The same, published by somebody."""
    publisher = Agent(name=(Text(name, "fr"),), identifier=identifier)
    assert record.record is not None
    described = (Text(f"Ce que {name} sait de {record.source_key}.", "fr"),)
    files = (Distribution(access_urls=(f"https://a.example/{record.source_key}",)),)
    dataset = replace(record.record.dataset, publisher=publisher, description=described, distributions=files)
    return replace(record, record=replace(record.record, dataset=dataset))


@pytest.fixture
def published(client: httpx.Client, services: Services) -> httpx.Client:
    """One body on its own portal and, under another name, on another; and one without SIREN."""
    a, b, c = mine("a", "b", "c")
    run(services, [by(a, "Rennes Métropole", SIREN), by(b, "Rennes Métropole", SIREN), by(c, "Club des Marcheurs")])
    (other,) = mine("z", portal=ANGERS)
    run(services, [by(other, "RENNES METROPOLE (EPCI)", f"{SIREN}00013")], portal=ANGERS)
    return client


def test_a_publisher_is_told_over_all_portals(published: httpx.Client) -> None:
    told = published.get(f"/api/publishers/{SIREN}").json()
    assert (told["id"], told["siren"], told["territory"]) == (SIREN, SIREN, f"epci:{SIREN}")
    counted = [(portal, found["datasets"]) for portal, found in told["portals"].items()]
    assert counted == [("rennes-metropole", 2), ("angers", 1)]
    assert told["quality"]["datasets"] == 3
    assert told["quality"]["met"]["publisher"] == 1
    page = shown(published, f"/publishers/{SIREN}")
    assert f"SIREN {SIREN}" in page
    assert "Angers" in page
    points = number("fr", told["quality"]["points"])
    assert f"Qualité européenne (MQA) : {points} points sur {told['quality']['known']}" in page


def test_addresses_of_a_publisher_count_as_its_portals_do(published: httpx.Client, services: Services) -> None:
    def answers() -> list[float | None]:
        told = published.get(f"/api/publishers/{SIREN}").json()
        means = (told["quality"], told["portals"]["rennes-metropole"], told["portals"]["angers"])
        return [found["met"]["access-url-answers"] for found in means]

    assert answers() == [None, None, None]
    half = [Check("https://a.example/1", True, 200), Check("https://a.example/2", False, 404)]
    keep_checks(services.archive, "rennes-metropole", half, datetime.now(UTC))
    assert answers() == [0.5, 0.5, None]
    keep_checks(services.archive, ANGERS.id, half[:1], datetime.now(UTC))
    assert answers() == [pytest.approx((2 * 0.5 + 1) / 3), 0.5, 1]


def test_the_page_of_a_dataset_leads_to_its_publisher(published: httpx.Client) -> None:
    found = published.get("/api/search?q=arbres&publisher=Club des Marcheurs").json()["results"]
    dataset = published.get(f"/api/datasets/{found[0]['id']}").json()
    page = published.get(f"/datasets/{found[0]['id']}?lang=fr").text
    assert f'href="/publishers/{dataset["publisher_id"]}?lang=fr"' in page
    told = published.get(f"/api/publishers/{dataset['publisher_id']}").json()
    assert (told["name"], told["siren"], told["quality"]["datasets"]) == ("Club des Marcheurs", "", 1)


def test_the_name_of_the_feed_leads_to_the_publisher(published: httpx.Client) -> None:
    (found,) = published.get("/api/search?q=arbres&publisher=Club des Marcheurs").json()["results"]
    document = published.get(f"/datasets/{found['id']}.nt").text
    (name,) = set(re.findall(r"/publishers/([0-9a-f]{16})>", document))
    page = published.get(f"/publishers/{name}", follow_redirects=True)
    assert page.status_code == 200
    assert "Club des Marcheurs" in page.text
    assert name not in str(page.url)


def test_a_publisher_that_nobody_knows(published: httpx.Client) -> None:
    answer = published.get("/api/publishers/000000000")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert "000000000" in answer.json()["detail"]


def test_a_publisher_goes_with_its_last_record(published: httpx.Client, services: Services) -> None:
    (other,) = mine("z", portal=ANGERS)
    run(services, [by(other, "Angers Loire Métropole", "244900015")], portal=ANGERS)
    assert list(published.get(f"/api/publishers/{SIREN}").json()["portals"]) == ["rennes-metropole"]
