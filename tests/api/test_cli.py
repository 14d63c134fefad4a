"""Commands: what they print, where, and how they end."""

import csv
import io
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from msgspec.structs import replace

import harvester.replay
from api import schemas
from api.cli.application import COMMANDS, main
from api.services import Services
from api.settings import read_settings
from dcat.findings import Finding
from dcat.model import Record, Text
from dcat.normalise import normalise
from dcat.portal import Portal
from harvester.archive import Start
from harvester.portal_file import read_portal
from harvester.reading import read_page
from tests.api.processes import PATIENCE, environment, run, running, until
from tests.installation import Installation

Printed = tuple[int, str, str]

pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture
def sample(installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the harvested installation, named by the environment; its portals still answer."""
    folder = tmp_path / "data"
    shutil.copytree(installation.services.settings.data_dir, folder, ignore=shutil.ignore_patterns("*.lock"))
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(folder))
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    return tmp_path / "data"


class Command:
    """Runs a command in this process: its exit code, what it printed, what it said."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Printed:
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main(arguments)
        finally:
            signal.signal(signal.SIGTERM, before)
        printed = self._capture.readouterr()
        assert "\x1b" not in printed.out + printed.err, "a pipe sees no colours"
        return int(ended.value.code or 0), printed.out, printed.err

    def json(self, *arguments: str) -> Any:
        """The one JSON document on standard output."""
        code, out, err = self(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)


# Words


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
    schemas.RoutingAnswer.model_validate(answer)
    assert answer["routes"][0]["coverage"] == "unknown"
    assert not empty.exists()


def test_a_search_prints_the_route_then_the_results(command: Command, sample: Path) -> None:
    code, out, _ = command("search", "stations de vélos rennes", "--page-size", "3")
    assert code == 0
    assert "Le portail compétent" in out
    assert "jeux de données" in out
    assert len([line for line in out.splitlines() if line.count("\t") == 3]) == 4
    schemas.SearchAnswer.model_validate(command.json("search", "stations de vélos rennes"))


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


def test_runs_and_reports(command: Command, sample: Path) -> None:
    code, out, _ = command("runs")
    assert code == 0
    assert len(out.splitlines()) == 21
    runs = command.json("runs", "--limit", "100")
    assert len(runs) == 45
    for run_report in runs:
        schemas.RunReport.model_validate(run_report)
    found = next(run_report for run_report in runs if run_report["findings"])
    assert command.json("report", str(found["run"])) == found
    assert command.json("runs", found["portal"]) == [found]
    code, out, _ = command("report", str(found["run"]))
    assert found["portal"] in out
    code, out, _ = command("report", str(found["run"]), "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == sum(finding["count"] for finding in found["findings"])
    assert {row["rule"] for row in rows} == {finding["rule"] for finding in found["findings"]}


def test_a_run_is_read_again(command: Command, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (run,) = command.json("runs", "roubaix")
    found = command.json("replay", str(run["run"]))
    assert (found["portal"], found["same"], found["applied"]) == ("roubaix", run["counts"]["accepted"], None)
    assert found["different"] == found["missing"] == found["extra"] == 0
    code, out, _ = command("replay", str(run["run"]))
    assert code == 0
    assert f"{found['same']} enregistrements identiques" in out
    read_otherwise(monkeypatch)
    code, out, _ = command("replay", str(run["run"]))
    assert code == 1
    assert "différent : " in out
    applied = command.json("replay", str(run["run"]), "--apply")["applied"]
    schemas.RunReport.model_validate(applied)
    assert (applied["mode"], applied["status"], applied["complete"]) == ("replay", "ok", False)
    assert (applied["counts"]["updated"], applied["counts"]["deleted"]) == (found["same"], 0)
    with_words = command.json("search", "zzyzx")
    assert with_words["total"] == found["same"]


def read_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    """As another version of the program would read the same pages."""

    def louder(record: Record, portal: Portal, *, today: date | None = None) -> tuple[Record, tuple[Finding, ...]]:
        found, findings = normalise(record, portal, today=today)
        return replace(found, dataset=replace(found.dataset, keywords=(Text("zzyzx", "fr"),))), findings

    monkeypatch.setattr(harvester.replay, "read_page", partial(read_page, normalise=louder))


def test_a_run_that_cannot_be_read_again(command: Command, sample: Path) -> None:
    code, out, err = command("replay", "999")
    assert (code, out) == (2, "")
    (run,) = command.json("runs", "roubaix")
    command("harvest", "roubaix")
    code, out, err = command("replay", str(run["run"]), "--apply")
    assert (code, out) == (2, "")
    assert "--apply" in err
    (file,) = (sample / "sample" / "portals").glob("roubaix.yml")
    file.unlink()
    code, out, err = command("replay", str(run["run"]))
    assert (code, out) == (2, "")
    assert "« roubaix »" in err


def test_a_run_that_does_not_exist(command: Command, sample: Path) -> None:
    code, out, err = command("report", "999")
    assert (code, out) == (2, "")
    assert "aiguillage runs" in err


# Harvests


def test_a_second_harvest_changes_nothing_and_reports_as_the_contract_says(command: Command, sample: Path) -> None:
    (report,) = command.json("harvest", "roubaix")
    schemas.RunReport.model_validate(report)
    assert (report["portal"], report["status"], report["complete"]) == ("roubaix", "ok", True)
    counts = report["counts"]
    assert counts["unchanged"] == counts["received"] > 0
    assert report["previous"] is not None


def test_a_dry_run_writes_nothing(command: Command, sample: Path) -> None:
    code, out, _ = command("harvest", "roubaix", "--dry-run", "--limit", "3")
    assert code == 0
    assert "roubaix" in out
    assert len(command.json("runs", "roubaix")) == 1


def test_an_unreachable_portal_fails_its_run_and_keeps_what_was_known(command: Command, sample: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    move(sample, "roubaix", f"http://127.0.0.1:{port}")
    known = records_of(command, "roubaix")
    code, out, _ = command("harvest", "roubaix", "--json")
    assert code == 1
    (report,) = json.loads(out)
    assert report["status"] == "failed"
    assert report["findings"]
    assert records_of(command, "roubaix") == known > 0


def move(folder: Path, portal: str, url: str) -> None:
    """The portal answers at another address from now on."""
    file = folder / "sample" / "portals" / f"{portal}.yml"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines = [f"endpoint: {url}/catalog.ttl" if line.startswith("endpoint:") else line for line in lines]
    file.write_text("\n".join(lines), encoding="utf-8")


def records_of(command: Command, portal: str) -> int:
    return int(next(view["records"] for view in command.json("portals", "list") if view["id"] == portal))


def test_a_portal_without_a_spider_is_told_so(command: Command, empty: Path) -> None:
    silent = next(view["id"] for view in command.json("portals", "list") if not view["harvestable"])
    code, out, err = command("harvest", silent)
    assert (code, out) == (2, "")
    assert "pas encore moissonnable" in err


# Stores that are away


def test_a_locked_archive_is_told_and_nothing_is_lost(
    command: Command, sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = sample / "archive.sqlite"
    monkeypatch.setenv("AIGUILLAGE_DATABASE_URL", f"sqlite:///{file}?timeout=0.2")
    held = sqlite3.connect(file, isolation_level=None)
    try:
        held.execute("BEGIN IMMEDIATE")
        code, out, err = command("harvest", "roubaix")
        assert code == 1
        assert "verrouillée" in out + err
        assert "attendez" in out + err
        assert command("search", "bus")[0] == 0, "readers go on"
    finally:
        held.close()
    assert command("harvest", "roubaix")[0] == 0


def test_a_full_disk_is_told_and_nothing_is_lost(sample: Path, tmp_path: Path) -> None:
    """SQLite's own limit of pages stands for the disk: each process of the program is given it as it starts."""
    hook = tmp_path / "hook"
    hook.mkdir()
    (hook / "sitecustomize.py").write_text(
        "from sqlalchemy import Engine, event\n"
        "@event.listens_for(Engine, 'connect')\n"
        "def limit(connection, _):\n"
        "    connection.execute('PRAGMA max_page_count = 1')\n"  # SQLite takes the present size where it is larger
    )
    before = run(sample, "portals", "list", "--json").stdout
    full = run_with_path(sample, hook, "harvest", "data-gouv-fr")
    assert full.returncode == 1
    assert "plein" in full.stdout + full.stderr
    assert "libérez de la place" in full.stdout + full.stderr
    assert "Traceback" not in full.stderr
    after = run(sample, "portals", "list", "--json").stdout
    assert {p["id"]: p["records"] for p in json.loads(after)} == {p["id"]: p["records"] for p in json.loads(before)}
    assert run(sample, "harvest", "roubaix").returncode == 0


def run_with_path(folder: Path, first: Path, *arguments: str) -> Any:
    environ = {**environment(folder), "PYTHONPATH": str(first)}
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE, check=False)


def test_elasticsearch_away(command: Command, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIGUILLAGE_ELASTICSEARCH_URL", "http://127.0.0.1:1")
    code, out, err = command("search", "bus rennes")
    assert code == 1
    assert "Elasticsearch" in err
    assert "127.0.0.1:1" in err
    answer = command.json("route", "horaires bus rennes")
    assert answer["routes"][0]["portal"] == "rennes-metropole"
    assert (answer["routes"][0]["datasets"], answer["routes"][0]["coverage"]) == (None, "unknown")
    forget_what_was_indexed(sample)
    code, out, err = command("harvest", "roubaix")
    assert code == 1
    assert "roubaix" in out
    assert "aiguillage index" in err
    assert len(command.json("runs", "roubaix")) == 2, "what was harvested is archived"


def forget_what_was_indexed(folder: Path) -> None:
    services = Services(read_settings(data_dir=folder, elasticsearch_url=""))
    services.catalogue.set_applied_change(0)
    services.close()


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
        assert demo.end(signal.SIGINT) == 0
    for words in ("Fédération d'exemple", "fiches reçues", "Le portail compétent", "Prêt en", "Arrêté proprement"):
        assert words in demo.text
    assert "Traceback" not in demo.text


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
