"""``forget``, from the command to the last byte: alone, beside a keeper, and before the next harvest."""

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from api.services import Services
from api.settings import read_settings
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


def commanded(folder: Path, settings: dict[str, str], *arguments: str) -> str:
    ended = run(folder, *arguments, **settings)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def cells_that_hold(folder: Path) -> list[bytes]:
    services = Services(read_settings(data_dir=folder))
    found = [cell for cell in everything(services.archive) if SECRET.search(cell)]
    services.close()
    return found


def files_that_hold(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and SECRET.search(path.read_bytes())]


def test_a_person_is_forgotten_for_good(tmp_path: Path, settings: dict[str, str]) -> None:
    data = tmp_path / "data"
    commanded(data, settings, "harvest", "mine")
    assert SECRET.search(commanded(data, settings, "search", "arbres", "--json").encode())
    assert cells_that_hold(data)

    trial = json.loads(commanded(data, settings, "forget", NAME, "--dry-run", "--json"))
    assert (trial["versions"], trial["pages"]) == (1, 1)
    assert cells_that_hold(data)

    said = commanded(data, settings, "forget", NAME)
    assert said.startswith("1 versions de fiches")
    commanded(data, settings, "forget", EMAIL)
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []
    (found,) = json.loads(commanded(data, settings, "search", "arbres", "--json"))["results"]
    assert found["title"] == "Arbres suivis par …"
    assert json.loads(commanded(data, settings, "search", "lefèvre", "--json"))["results"] == []

    commanded(data, settings, "harvest", "mine", "--full")
    (report,) = json.loads(commanded(data, settings, "harvest", "mine", "--full", "--json"))
    assert (report["status"], report["counts"]["unchanged"], report["counts"]["deleted"]) == ("ok", 2, 0)
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []


def test_a_value_too_short_is_refused_in_words(tmp_path: Path, settings: dict[str, str]) -> None:
    ended = run(tmp_path / "data", "forget", "ab", **settings)
    assert ended.returncode == 2
    assert "au moins 4 lettres" in ended.stderr


def test_beside_a_keeper_which_rebuilds_the_index(tmp_path: Path, settings: dict[str, str]) -> None:
    data = tmp_path / "data"
    commanded(data, settings, "harvest", "mine")
    with running(data, "worker", **settings) as worker:
        until(lambda: "kept" in worker.text, worker)
        ended = run(data, "forget", NAME, **settings)
        assert ended.returncode == 0, ended.stderr
        assert "gardien" in ended.stderr
        until(lambda: "forgotten" in worker.text, worker)
        assert worker.end(signal.SIGTERM) == 0
    assert cells_that_hold(data) == []
    assert files_that_hold(data) == []
