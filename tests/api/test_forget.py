"""``forget``, from the command to the last byte: alone, beside a keeper, and before the next harvest."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from api.services import Services
from api.settings import read_settings
from tests.api.commands import Command
from tests.api.portals import only_portal
from tests.api.processes import run, running, until
from tests.harvester.spiders.source import Source, serving
from tests.harvester.test_forgetting import everything

EMAIL, NAME = "andre.lefevre@ville-exemple.fr", "André Lefèvre"
SECRET = re.compile(rb"lef(?:e|\xc3\xa8|%C3%A8|\xe8)vre", re.IGNORECASE)
PAGE = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres suivis par {NAME}"@fr ; dct:identifier "1" ;
  dct:description "<p>Écrire à {EMAIL}</p>"@fr ; dcat:keyword "{NAME}" ; dct:publisher [ dct:title "{NAME}" ] ;
  dcat:landingPage <https://data.example.fr/{quote(EMAIL)}> ;
  dcat:contactPoint [ vcard:fn "{NAME}" ; vcard:hasEmail <mailto:{EMAIL}> ] .
<https://data.example.fr/2> a dcat:Dataset ; dct:title "Bancs"@fr ; dct:identifier "2" .
"""


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        made.serve("/a.ttl", PAGE.encode())
        yield made


@pytest.fixture
def settings(tmp_path: Path, source: Source) -> dict[str, str]:
    """An installation of one portal, which keeps everything."""
    return {**only_portal(tmp_path / "portals", f"{source.url}/a.ttl"), "PERSONAL_DATA": "keep"}


@pytest.fixture
def data(empty: Path, settings: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its folder, which commands in this process find."""
    for name, value in settings.items():
        monkeypatch.setenv(f"AIGUILLAGE_{name}", value)
    return empty


def cells_that_hold(folder: Path) -> list[bytes]:
    services = Services(read_settings(data_dir=folder))
    found = [cell for cell in everything(services.archive) if SECRET.search(cell)]
    services.close()
    return found


def files_that_hold(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and SECRET.search(path.read_bytes())]


def test_a_person_is_forgotten_for_good(data: Path, command: Command) -> None:
    assert command("harvest", "mine")[0] == 0
    assert SECRET.search(command("search", "arbres", "--json")[1].encode())
    assert cells_that_hold(data)

    trial = command.json("forget", NAME, "--dry-run")
    assert (trial["versions"], trial["pages"]) == (1, 1)
    assert cells_that_hold(data)

    code, said, _ = command("forget", NAME)
    assert (code, said.startswith("1 version de fiches")) == (0, True)
    assert command("forget", EMAIL)[0] == 0
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []
    (found,) = command.json("search", "arbres")["results"]
    assert found["title"] == "Arbres suivis par …"
    assert command.json("search", "lefèvre")["results"] == []

    assert command("harvest", "mine", "--full")[0] == 0
    (report,) = command.json("harvest", "mine", "--full")
    assert (report["status"], report["counts"]["unchanged"], report["counts"]["deleted"]) == ("ok", 2, 0)
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []


@pytest.mark.usefixtures("data")
def test_a_value_too_short_is_refused_in_words(command: Command) -> None:
    code, _, said = command("forget", "ab")
    assert code == 2
    assert "au moins 4 lettres" in said


def test_beside_a_keeper_which_rebuilds_the_index(data: Path, settings: dict[str, str], command: Command) -> None:
    assert command("harvest", "mine")[0] == 0
    with running(data, "worker", **settings) as worker:
        until(lambda: "kept" in worker.text, worker)
        ended = run(data, "forget", NAME, **settings)
        assert ended.returncode == 0, ended.stderr
        assert "gardien" in ended.stderr
        until(lambda: "forgotten" in worker.text, worker)
        assert worker.end(signal.SIGTERM) == 0
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []
