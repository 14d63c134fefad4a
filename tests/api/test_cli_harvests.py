"""The commands that harvest, and what they say when something is in the way."""

import csv
import io
import json
import re
import socket
import sqlite3
import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console

import harvester.replay
from api.cli.harvest import show
from api.schemas.runs import RunReport
from api.services import Services
from api.settings import read_settings
from dcat.findings import Finding, rule_of
from dcat.model import Record, Text
from dcat.normalise import normalise
from dcat.portal import Portal
from harvester.reading.page import read_page
from harvester.runs.job import Event
from tests.api.commands import Command
from tests.api.portals import move
from tests.api.processes import PATIENCE, environment, run

pytestmark = pytest.mark.xdist_group("installation")


def test_runs_and_reports(command: Command, sample: Path) -> None:
    code, out, _ = command("runs")
    assert code == 0
    head, *lines = (line.split("\t") for line in out.splitlines())
    assert (head[3:5], head[-1], len(lines)) == (["Lecture", "Début"], "Supprimées", 20)
    assert {line[3] for line in lines} == {"entière"}
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", line[4]) for line in lines)
    runs = command.json("runs", "--limit", "100")
    assert len(runs) == 45
    for run_report in runs:
        RunReport.model_validate(run_report)
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
    RunReport.model_validate(applied)
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
    RunReport.model_validate(report)
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
    code, out, err = command("harvest", "roubaix")
    assert code == 1
    assert "robots.txt du portail ne répond pas" in out
    assert "« aiguillage demo »" in err  # the sample's server is gone
    assert f"aiguillage report {report['run'] + 1}" in out


def test_a_run_that_lost_a_part_is_told_with_what_lost_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with what most of its records lack."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    met = {"licence-missing": 80, "date-invalid": 2, "page-repeated": 1}
    findings = [{"rule": rule, "severity": "warning", "count": count} for rule, count in met.items()]
    counts = dict.fromkeys(("received", "added", "updated", "unchanged", "rejected"), 0)
    told = io.StringIO()
    report = {"run": 7, "status": "partial", "counts": counts, "findings": findings}
    show(Event("paris", "report", report=report), Console(file=told, width=200))
    assert "A page already read came again: the paging loops" in told.getvalue()
    assert "licence" not in told.getvalue()


def test_a_held_run_is_told_with_the_command_that_approves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    findings = [{"rule": rule, "severity": "warning", "count": 1} for rule in ("date-invalid", "deletions-held")]
    counts = dict.fromkeys(("received", "added", "updated", "unchanged", "rejected"), 0)
    report = {"run": 7, "status": "held", "counts": counts, "findings": findings}
    told = io.StringIO()

    show(Event("paris", "report", report=report), Console(file=told, width=200))

    lines = told.getvalue().splitlines()
    assert lines[0].startswith("paris: held for approval")
    assert lines[1].strip() == rule_of("deletions-held").label("en")
    assert lines[2].split("  ")[1:] == ["aiguillage report 7", "aiguillage approve 7"]


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
