"""Questions are counted without their words, and shown to who has the token."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.services import Services
from api.settings import read_settings
from tests.installation import Installation, served

TOKEN = "let me in"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def folder(installation: Installation, tmp_path: Path) -> Path:
    """The archive alone: an installation whose index is away still routes and counts."""
    source = installation.services.settings.data_dir
    with sqlite3.connect(source / "archive.sqlite") as live, sqlite3.connect(tmp_path / "archive.sqlite") as copy:
        live.backup(copy)
        copy.execute("DROP TABLE IF EXISTS search_demand")  # what other tests asked, where it was written by now
    (tmp_path / "sample").symlink_to(source / "sample")
    return tmp_path


@pytest.fixture
def services(folder: Path) -> Services:
    return Services(read_settings(data_dir=folder, admin_token=TOKEN))


@pytest.fixture
def client(services: Services) -> Iterator[httpx.Client]:
    with served(services) as client:
        yield client


def counted(services: Services, client: httpx.Client, **parameters: str) -> list[tuple[str, str, str, str, int]]:
    services.tally.write()
    found = client.get("/api/demand", params=parameters, headers=BEARER).json()["results"]
    return [tuple(one[name] for name in ("event", "portal", "territory", "competence", "count")) for one in found]


def test_questions_and_visits_are_counted_by_place_and_competence(services: Services, client: httpx.Client) -> None:
    for _ in range(3):
        client.get("/api/route", params={"q": "arbres rennes"})
    client.get("/go", params={"q": "arbres rennes"})
    place = ("commune:35238", "arbres")

    assert ("asked", "rennes-metropole", *place, 3) in counted(services, client)
    assert counted(services, client, event="followed") == [("followed", "rennes-metropole", *place, 1)]
    assert counted(services, client, theme="TRAN") == []
    assert len(counted(services, client, territory="Rennes", theme="ENVI")) >= 2


def test_a_batch_counts_each_question(services: Services, client: httpx.Client) -> None:
    client.post("/api/route", json={"questions": [{"q": "arbres rennes"}, {"q": "arbres rennes"}]})

    assert ("asked", "rennes-metropole", "commune:35238", "arbres", 2) in counted(services, client)


def test_no_word_of_a_question_is_kept(services: Services, client: httpx.Client, folder: Path) -> None:
    client.get("/api/route", params={"q": "arbres rennes jacqueline-secrete"}, headers={"User-Agent": "agent-secret"})
    services.tally.write()
    with sqlite3.connect(folder / "archive.sqlite") as archive:
        rows = archive.execute("select * from search_demand").fetchall()

    assert rows
    assert not any("secret" in str(value) or "127.0.0.1" in str(value) for row in rows for value in row)


def test_an_installation_may_count_nothing(folder: Path) -> None:
    services = Services(read_settings(data_dir=folder, admin_token=TOKEN, count_questions=False))
    with served(services) as client:
        client.get("/api/route", params={"q": "arbres rennes"})

        assert counted(services, client) == []


def test_demand_without_data_is_told_by_place_and_theme(services: Services, client: httpx.Client) -> None:
    """Nice has no portal in the sample federation: its own level is passed over."""
    client.get("/api/route", params={"q": "cimetières nice"})

    unmet = counted(services, client, event="unmet")
    assert {(territory, competence) for _, _, territory, competence, _ in unmet} == {("commune:06088", "cimetieres")}


def test_counters_are_for_who_has_the_token(client: httpx.Client) -> None:
    assert client.get("/api/demand").status_code == 401
    wrong = client.post(
        "/demand?lang=en", content="token=guess", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert wrong.status_code == 401
    assert "What is asked" in wrong.text
    assert "<table" not in wrong.text


@pytest.mark.parametrize(
    ("lang", "title", "theme"), [("fr", "Ce qui est demandé", "Environnement"), ("en", "What is asked", "Environment")]
)
def test_the_page_shows_them(services: Services, client: httpx.Client, lang: str, title: str, theme: str) -> None:
    client.get("/api/route", params={"q": "arbres nice"})
    services.tally.write()
    page = client.post(f"/demand?lang={lang}", data={"token": TOKEN}).text

    assert title in page
    assert "Nice" in page
    assert theme in page
    assert TOKEN not in page


@pytest.mark.parametrize("body", [b"\xff\xfe" * 50, b"token=" + b"x" * 50_000, b"&" * 9_000, b""])
def test_any_form_is_answered(client: httpx.Client, body: bytes) -> None:
    assert client.post("/demand", content=body).status_code == 401


def test_a_month_that_is_none_is_said(client: httpx.Client) -> None:
    answer = client.get("/api/demand", params={"since": "nov26"}, headers=BEARER)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad-request")
