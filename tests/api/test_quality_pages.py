"""The quality of a dataset and of a portal, as pages and JSON tell it."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.services import Services
from api.settings import read_settings
from tests.api.test_report_pages import mine, run, shown
from tests.installation import served


@pytest.fixture
def client(tmp_path: Path) -> Iterator[httpx.Client]:
    services = Services(read_settings(data_dir=tmp_path, contact_email="opendata@example.org"))
    run(services, mine("a", "b"))
    with served(services) as client:
        client.headers["Accept"] = "text/html"
        yield client
    services.close()


def test_a_portal_tells_the_mean_of_its_records(client: httpx.Client) -> None:
    quality = client.get("/api/portals/rennes-metropole").json()["quality"]
    assert quality["datasets"] == 2
    page = shown(client, "/portals/rennes-metropole")
    assert f"Qualité européenne (MQA) : {quality['points']} points sur {quality['known']} jugeables" in page
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
