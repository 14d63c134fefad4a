"""Held deletions, let through over HTTP and on the command line."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from httpx import Client

from api.cli.application import main
from api.services import Services
from api.settings import read_settings
from tests.harvester.sources import catalogue, harvest
from tests.installation import served

TEN = tuple(f"jeu-{number}" for number in range(10))
TOKEN = "un-jeton"


def held(services: Services) -> int:
    """The number of a run that holds six deletions."""
    harvest(services.archive, catalogue(*TEN), now=datetime.now(UTC))
    report = harvest(services.archive, catalogue(*TEN[:4]), now=datetime.now(UTC))
    assert report.run is not None
    return report.run


@pytest.fixture
def services(tmp_path: Path) -> Services:
    return Services(read_settings(data_dir=tmp_path, admin_token=TOKEN))


@pytest.fixture
def client(services: Services) -> Iterator[Client]:
    with served(services) as made:
        yield made


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_held_run_is_approved(client: Client, services: Services) -> None:
    run = held(services)
    for _ in range(2):
        answer = client.post(f"/api/runs/{run}/approve", headers=bearer(TOKEN))
        assert (answer.status_code, answer.json()["status"], answer.json()["counts"]["deleted"]) == (200, "ok", 6)
    assert services.archive.counts_by_portal() == {"rennes": 4}


@pytest.mark.parametrize("headers", [{}, bearer("un-autre"), {"Authorization": f"Basic {TOKEN}"}])
def test_without_the_token_nothing_happens(client: Client, services: Services, headers: dict[str, str]) -> None:
    run = held(services)
    answer = client.post(f"/api/runs/{run}/approve", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert (answer.json()["code"], answer.headers["www-authenticate"]) == ("unauthorized", "Bearer")
    assert services.archive.run(run).status == "held"


def test_an_installation_without_a_token_is_closed(tmp_path: Path) -> None:
    services = Services(read_settings(data_dir=tmp_path))
    with served(services) as client:
        run = held(services)
        answer = client.post(f"/api/runs/{run}/approve", headers=bearer(TOKEN))
        assert (answer.status_code, answer.json()["code"]) == (403, "administration-closed")


def test_what_is_not_held_is_refused_in_words(client: Client, services: Services) -> None:
    run = held(services)
    answer = client.post(f"/api/runs/{run - 1}/approve?lang=en", headers=bearer(TOKEN))
    assert (answer.status_code, answer.json()["code"]) == (409, "run-not-held")
    assert "no deletions that wait" in answer.json()["detail"]
    assert client.post("/api/runs/99/approve", headers=bearer(TOKEN)).status_code == 404


def test_the_command_approves_and_indexes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(tmp_path))
    services = Services(read_settings(data_dir=tmp_path))
    run = held(services)
    with pytest.raises(SystemExit) as ended:
        main(["approve", str(run), "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out)["counts"]["deleted"] == 6
    assert services.catalogue.count() == 4
    with pytest.raises(SystemExit) as ended:
        main(["approve", str(run - 1)])
    assert ended.value.code == 2
    services.close()
