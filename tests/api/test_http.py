"""HTTP over an installation that something happened to: stores away, merged datasets, many readers at once."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert

from api.services import Services
from api.settings import read_settings
from search.dedupe.tables import redirects
from tests.installation import Installation, served

pytestmark = pytest.mark.xdist_group("installation")

DEAD = "http://127.0.0.1:1"


@pytest.fixture
def folder(installation: Installation, tmp_path: Path) -> Path:
    """A copy of the harvested installation."""
    source = installation.services.settings.data_dir
    return Path(shutil.copytree(source, tmp_path / "data", ignore=shutil.ignore_patterns("*.lock")))


@pytest.fixture
def services(folder: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=folder))
    yield made
    made.close()


def test_elasticsearch_away_is_a_problem_and_routing_goes_on(folder: Path) -> None:
    with served(Services(read_settings(data_dir=folder, elasticsearch_url=DEAD))) as client:
        answer = client.get("/api/search?q=bus+rennes", headers={"Accept-Language": "en"})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["code"] == "index-unavailable"
        assert "Elasticsearch" in answer.json()["detail"]
        page = client.get("/search?q=bus+rennes", headers={"Accept": "text/html"})
        assert (page.status_code, "Momentanément indisponible" in page.text) == (503, True)
        route = client.get("/api/route?q=bus+rennes").json()["routes"][0]
        assert (route["portal"], route["datasets"], route["coverage"]) == ("rennes-metropole", None, "unknown")
        assert client.get("/go?q=bus+rennes").status_code == 303
        ready = client.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (503, "degraded")
        assert ready.json()["checks"]["archive"] == "ok"
        assert client.get("/health/live").status_code == 200


def test_a_damaged_archive_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "archive.sqlite").write_bytes(b"this is no database, it only looks like one" * 100)
    with served(Services(read_settings(data_dir=tmp_path))) as client:
        answer = client.get("/api/runs")
        assert (answer.status_code, answer.json()["code"]) == (503, "archive-damaged")
        assert client.get("/health/live").status_code == 200
        assert client.get("/health/ready").status_code == 503


def test_an_id_that_a_merge_ended_leads_to_the_dataset_that_took_over(services: Services) -> None:
    with served(services) as client:
        kept = client.get("/api/search?page_size=1").json()["results"][0]["id"]
        with services.archive.engine.begin() as connection:
            connection.execute(insert(redirects), {"dataset": "0123456789abcdef", "target": kept})
        for prefix in ("/api/datasets/", "/datasets/"):
            answer = client.get(f"{prefix}0123456789abcdef?lang=en")
            assert answer.status_code == 301
            assert answer.headers["location"] == f"{client.base_url}{prefix}{kept}?lang=en"
        assert client.get("/api/resolve?identifier=0123456789abcdef").json()["dataset"] == kept


def test_many_readers_at_once_find_the_services_made_once(services: Services) -> None:
    with served(services) as client, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: client.get("/api/search?q=bus").json()["total"], range(32)))
    assert len(set(answers)) == 1


def test_a_page_of_runs_costs_as_many_queries_as_one_run(services: Services) -> None:
    asked: list[Any] = []
    event.listen(services.archive.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    with served(services) as client:
        counts = []
        for size in (1, 45):
            client.get("/api/runs?page_size=1")
            asked.clear()
            assert len(client.get(f"/api/runs?page_size={size}").json()["results"]) == size
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 5


def test_links_begin_with_the_public_address_where_one_is_set(folder: Path) -> None:
    with served(Services(read_settings(data_dir=folder, public_url="https://aiguillage.example/sub/"))) as client:
        following = client.get("/api/search?q=bus&level=epci&level=region&page_size=1").json()["next"]
        assert following == "https://aiguillage.example/sub/api/search?q=bus&level=epci&level=region&page_size=1&page=2"
        assert "https://aiguillage.example/sub/search?q={searchTerms}" in client.get("/opensearch.xml").text
