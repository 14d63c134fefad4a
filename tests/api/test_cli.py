"""Commands: what they print, where, and how they end."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from filelock import FileLock

from api.cli.application import COMMANDS
from api.schemas.routing import RoutingAnswer
from api.schemas.search import SearchAnswer
from api.services import SAMPLE_FOLDER, Services
from api.settings import read_settings
from dcat.namespaces import DCT
from harvester.archive import Start
from harvester.portal_file import read_portal
from harvester.sample.federation import SampleFederation
from search.published.store import PublishedStore
from tests.api.commands import Command
from tests.api.portals import move
from tests.api.processes import environment, run, running, until

pytestmark = pytest.mark.xdist_group("installation")


def test_help_names_every_command(command: Command) -> None:
    code, out, _ = command("--help")
    assert code == 0
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(command: Command, name: str) -> None:
    code, out, _ = command(name, "--help")
    assert code == 0
    assert "Usage: aiguillage" in out


@pytest.mark.parametrize(
    "arguments",
    [("sing",), ("route",), ("route", "bus", "--limit", "0"), ("report", "x"), ("harvest",), ("--nonsense",)],
)
def test_wrong_usage_is_2(command: Command, empty: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert err


@pytest.mark.parametrize(
    ("language", "words"),
    [("fr_FR.UTF-8", "Vouliez-vous dire"), ("en_US.UTF-8", "Did you mean"), ("C", "Did you mean")],
)
def test_an_unknown_portal_is_named_with_its_neighbours(
    command: Command, empty: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setenv("LANG", language)
    for arguments in (
        ("harvest", "rennes-metropol"),
        ("portals", "show", "rennes-metropol"),
        ("runs", "rennes-metropol"),
    ):
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        assert words in err
        assert "rennes-metropole" in err


def test_a_wrong_portal_file_is_named_with_its_line_and_field(
    command: Command, empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIGUILLAGE_PORTALS_DIR", str(tmp_path))
    (tmp_path / "a.yml").write_text("id: a\ntitle: A\nlevel: canton\nterritories: [national]\nurl: https://a.example\n")
    (tmp_path / "b.yml").write_text("id: b\ntitle: [unfinished\n")
    code, out, err = command("route", "bus")
    assert (code, out) == (2, "")
    assert "a.yml" in err
    assert "level" in err
    assert "commune" in err
    assert "b.yml" in err
    assert "2" in err


def test_a_wrong_setting_is_named(command: Command, empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_PERSONAL_DATA", "maybe")
    code, out, err = command("route", "bus")
    assert (code, out) == (2, "")
    assert "AIGUILLAGE_PERSONAL_DATA" in err
    assert "role-only" in err


# Questions


def test_a_question_imports_no_store_and_no_web_framework(empty: Path) -> None:
    program = (
        "import sys\nfrom api.cli.application import main\n"
        "try:\n    main(['route', 'bus rennes'])\n"
        "except SystemExit:\n    print([name for name in sys.argv[1:] if name in sys.modules])\n"
    )
    heavy = ("elasticsearch", "fastapi", "httpx", "sqlalchemy", "tantivy", "scrapy", "uvicorn")
    command = [sys.executable, "-c", program, *heavy]
    ended = subprocess.run(command, env=environment(empty), capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines()[-1] == "[]"


def test_a_question_is_routed_with_nothing_harvested_and_nothing_written(command: Command, empty: Path) -> None:
    code, out, err = command("route", "horaires bus rennes")
    assert code == 0
    assert "https://data.rennesmetropole.fr/explore/?q=horaires+bus" in out
    assert "serve --harvest-now" in err
    answer = command.json("route", "horaires bus rennes", "--lang", "en")
    RoutingAnswer.model_validate(answer)
    assert answer["routes"][0]["coverage"] == "unknown"
    assert not empty.exists()


def test_a_search_that_finds_nothing_or_other_words_says_so_in_its_language(command: Command, sample: Path) -> None:
    nothing = command("search", "zzqqx à Rennes")[1]
    assert "0 jeu de données" in nothing
    assert "Aucun jeu de données ne répond à ces mots" in nothing
    assert "Vouliez-vous dire : horaires bus rennes" in command("search", "hoaraires bus rennes")[1]
    assert "No dataset matches these words" in command("search", "where is the zzqqx in Rennes")[1]


def test_a_search_prints_the_route_then_the_results(command: Command, sample: Path) -> None:
    code, out, _ = command("search", "stations de vélos rennes", "--page-size", "3")
    assert code == 0
    assert "Le portail compétent" in out
    assert "jeux de données" in out
    assert len([line for line in out.splitlines() if line.count("\t") == 3]) == 4
    SearchAnswer.model_validate(command.json("search", "stations de vélos rennes"))


@pytest.mark.parametrize("name", ["search", "route"])
def test_an_unknown_territory_is_wrong_usage(command: Command, sample: Path, name: str) -> None:
    code, out, err = command(name, "bus", "--territory", "commune:99999")
    assert (code, out) == (2, "")
    assert "niveau:code" in err


# Portals, runs


def test_portals_are_listed_and_shown(command: Command, empty: Path) -> None:
    code, out, _ = command("portals", "list")
    assert code == 0
    assert len(out.splitlines()) == 46
    assert [portal["records"] for portal in command.json("portals", "list")] == [None] * 45
    code, out, _ = command("portals", "show", "rennes-metropole")
    assert (code, out.splitlines()[0]) == (0, "id: rennes-metropole")
    assert command.json("portals", "show", "rennes-metropole")["level"] == "epci"


def test_portals_are_checked(command: Command, sample: Path) -> None:
    code, out, _ = command("portals", "check", "roubaix", "--json")
    checks = {check["what"]: check for check in json.loads(out)}
    assert checks["endpoint"]["ok"] is True
    assert code == int(not all(check["ok"] for check in checks.values()))


@pytest.mark.parametrize(
    ("name", "protocol"), [("rennes-metropole", "ods"), ("datasud", "ckan"), ("data-gouv-fr", "udata")]
)
def test_a_portal_of_the_federation_is_recognised(command: Command, sample: Path, name: str, protocol: str) -> None:
    server = command.json("portals", "show", name)["endpoint"].partition(f"/{name}")[0]
    code, out, err = command("portals", "new", f"{server}/{name}/")
    assert code == 0, err
    portal = read_portal(out, "new.yml").portal
    assert portal is not None
    assert (portal.protocol, portal.url) == (protocol, f"{server}/{name}")
    assert portal.endpoint == command.json("portals", "show", name)["endpoint"]
    assert "c'est" in err
    answer = command.json("portals", "new", f"{server}/{name}/")
    assert answer["datasets"] > 0
    assert answer["attempts"][-1]["proved"]
    assert "verified: false" in answer["file"]


def test_nothing_recognised_is_1_and_says_what_was_tried(command: Command, empty: Path) -> None:
    code, out, err = command("portals", "new", "http://127.0.0.1:9/")
    assert (code, out) == (1, "")
    assert "127.0.0.1 is a private address" in err or "private" in err
    assert "Aucun logiciel reconnu" in err
    code, out, _ = command("portals", "new", "http://127.0.0.1:9/", "--json")
    assert code == 1
    assert json.loads(out)["file"] == ""


# Index, doctor


def test_the_index_is_rebuilt(command: Command, sample: Path) -> None:
    before = command.json("search", "bus")["total"]
    shutil.rmtree(sample / "index")
    code, _, err = command("index", "--rebuild")
    assert code == 0
    assert "L'index est à jour" in err
    assert command.json("search", "bus")["total"] == before


def test_a_rebuild_waits_for_no_keeper(command: Command, sample: Path) -> None:
    with FileLock(sample / "keeper.lock"):
        code, _, err = command("index", "--rebuild")
        assert code == 1
        assert "arrêtez aiguillage serve" in err
        code, _, err = command("index")
        assert code == 0
        assert "gardien" in err


def test_the_doctor_finds_a_healthy_installation(command: Command, sample: Path) -> None:
    code, out, _ = command("doctor")
    assert code == 0, out
    assert "✗" not in out
    assert {check["level"] for check in command.json("doctor")} <= {"ok", "warning"}


def test_the_doctor_tells_what_stays_out_of_the_feed(
    command: Command, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PublishedStore, "withheld_counts", lambda _: {DCT.title: 2, DCT.description: 40})
    found = next(check for check in command.json("doctor") if check["name"] == "Flux fusionné")
    assert found["level"] == "warning"
    assert "42 jeux de données" in found["detail"]
    assert "dct:description 40, dct:title 2" in found["detail"]


def test_the_doctor_finds_what_is_wrong(command: Command, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AIGUILLAGE_ADMIN_TOKN", "x")
    code, out, _ = command("doctor")
    assert code == 1
    assert "AIGUILLAGE_ADMIN_TOKN" in out
    assert "Elasticsearch" in out


def test_the_doctor_of_an_empty_folder(command: Command, empty: Path) -> None:
    assert command("doctor")[0] == 0
    assert not empty.exists()


# Processes


def test_ctrl_c_is_130_and_leaves_no_run_open(sample: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        move(sample, "roubaix", url)
        with running(sample, "harvest", "roubaix") as harvest:
            until(
                lambda: json.loads(run(sample, "runs", "roubaix", "--json").stdout)[0]["status"] == "running", harvest
            )
            assert harvest.end(signal.SIGINT) == 130
    assert "Interrompu" in harvest.text
    assert "Traceback" not in harvest.text
    assert json.loads(run(sample, "runs", "roubaix", "--json").stdout)[0]["status"] == "failed"


def test_a_reader_that_goes_away_is_no_error(sample: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "api.cli", "portals", "list"]
    with os.fdopen(write, "wb") as closed:
        ended = subprocess.run(command, env=environment(sample), stdout=closed, stderr=subprocess.PIPE, check=False)
    assert b"Traceback" not in ended.stderr


def test_the_demo_serves_and_ends_with_0(tmp_path: Path) -> None:
    with running(tmp_path, "demo", "--datasets", "60", "--port", "0") as demo:
        assert demo.url
        file = tmp_path / SAMPLE_FOLDER / "portals" / "roubaix.yml"
        portal = read_portal(file.read_text(encoding="utf-8"), file.name).portal
        assert portal is not None
        assert httpx.get(f"{portal.endpoint}/catalog/datasets").status_code == 200  # it can be harvested again
        assert demo.end(signal.SIGINT) == 0
    for words in ("Fédération d'exemple", "fiches reçues", "Le portail compétent", "Prêt en", "Arrêté proprement"):
        assert words in demo.text
    assert "Traceback" not in demo.text


def test_a_federation_that_was_started_apart_is_worked_on_by_every_command(tmp_path: Path) -> None:
    """Its portals are where it was told to write them, and the archive is a sample one after the first harvest."""
    with SampleFederation(60, seed=5, folder=tmp_path / "federation"):
        portals = str(tmp_path / "federation" / "portals")
        assert run(tmp_path, "harvest", "roubaix", "--json", PORTALS_DIR=portals).returncode == 0
        again = run(tmp_path, "harvest", "roubaix", "--json", PORTALS_DIR=portals)
        assert (again.returncode, [report["status"] for report in json.loads(again.stdout)]) == (0, ["ok"])
        listed = json.loads(run(tmp_path, "portals", "list", "--json", PORTALS_DIR=portals).stdout)
    assert {portal["id"] for portal in listed} == {file.stem for file in Path(portals).iterdir()}


def test_the_demo_leaves_real_portals_alone(tmp_path: Path) -> None:
    services = Services(read_settings(data_dir=tmp_path))
    services.archive.begin_run(services.registry.get("roubaix"), Start(), datetime.now(UTC))
    services.close()
    refused = run(tmp_path, "demo", "--datasets", "60", "--no-serve")
    assert refused.returncode == 1
    assert "AIGUILLAGE_DATA_DIR" in refused.stderr
    assert len(json.loads(run(tmp_path, "runs", "--json").stdout)) == 1


def test_the_demo_does_not_begin_anew_under_a_service(sample: Path) -> None:
    with FileLock(sample / "keeper.lock"):
        refused = run(sample, "demo", "--datasets", "60", "--no-serve")
    assert refused.returncode == 1
    assert "arrêtez aiguillage serve" in refused.stderr


def test_clusters_that_an_older_program_made_are_made_anew(command: Command, sample: Path) -> None:
    """It kept neither facts nor these keys."""
    before = command.json("dedupe")
    with sqlite3.connect(sample / "archive.sqlite") as database:
        database.execute("DELETE FROM search_facts")
        database.execute("UPDATE search_keys SET key = key + 1")
        database.execute("DELETE FROM search_state WHERE name = 'cluster_rules'")
    assert command.json("dedupe")["datasets"] == before["datasets"]
    with sqlite3.connect(sample / "archive.sqlite") as database:
        ((facts,),) = database.execute("SELECT count(*) FROM search_facts")
    assert facts == before["records"]
