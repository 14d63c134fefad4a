"""After harvests: told once, not every night; once when it is well; a restart repeats nothing; no harvest fails."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.checks.state import examine
from api.keeper.notifying import notify, way_out
from api.keeper.schedule import Schedule
from api.services import Services
from api.settings import read_settings
from dcat.portal import Portal
from harvester.runs.job import Event
from harvester.runs.outcome import Ending
from harvester.runs.report import as_json
from tests.api.processes import run
from tests.harvester.notify.conftest import Received, receiving
from tests.harvester.sources import catalogue, harvest

TEN = [f"jeu-{number}" for number in range(10)]
PORTAL = """\
id: rennes
title: Rennes
level: epci
territories: ["epci:243500139"]
url: https://data.example.fr
protocol: ods
expect: {datasets: {min: 2}}
notify: {webhook: ["WEBHOOK"], on: [failed, held, fall]}
"""


@pytest.fixture
def received() -> Iterator[Received]:
    with receiving() as server:
        yield server


@pytest.fixture
def services(tmp_path: Path, received: Received) -> Iterator[Services]:
    made = opened(tmp_path, received)
    yield made
    made.close()


def opened(folder: Path, received: Received, **settings: Any) -> Services:
    portals = folder / "portals"
    portals.mkdir(exist_ok=True)
    (portals / "rennes.yml").write_text(PORTAL.replace("WEBHOOK", received.url), encoding="utf-8")
    return Services(read_settings(data_dir=folder, portals_dir=portals, allow_private_hosts=True, **settings))


def night(services: Services, *keys: str, ending: Ending = Ending.EXHAUSTED, declared: int | None = None) -> None:
    """A harvest and what is told of it."""
    portal: Portal = services.registry.get("rennes")
    report = harvest(services.archive, catalogue(*keys, portal=portal), portal=portal, ending=ending, declared=declared)
    notify(services, [Event("rennes", "report", report=as_json(report))])


def told(received: Received) -> list[str]:
    return [json.loads(body)["now"] for _, _, body in received.requests]


def test_a_failure_is_told_once_and_that_it_is_over_once(services: Services, received: Received) -> None:
    night(services, *TEN)
    assert told(received) == []
    for _ in range(3):
        night(services, ending=Ending.FAILED)
    assert told(received) == ["failed"]
    for _ in range(2):
        night(services, *TEN)
    assert told(received) == ["failed", "well"]


def test_a_restart_repeats_nothing(services: Services, received: Received, tmp_path: Path) -> None:
    night(services, *TEN)
    night(services, ending=Ending.BLOCKED)
    services.close()
    again = opened(tmp_path, received)
    night(again, ending=Ending.FAILED)
    assert told(received) == ["failed"]
    again.close()


def test_held_deletions_are_told(services: Services, received: Received) -> None:
    night(services, *TEN)
    for _ in range(2):
        night(services, *TEN[:5], declared=5)
    assert told(received) == ["held"]
    body = json.loads(received.requests[0][2])
    assert body["report"]["counts"]["held"] == 5
    assert "aiguillage approve 2" in body["text"]


def test_a_fall_is_told_until_the_records_are_back(services: Services, received: Received) -> None:
    night(services, *TEN)
    night(services, TEN[0], TEN[1], ending=Ending.LIMITED)  # ok, but nothing is proven
    night(services, TEN[0], TEN[1], ending=Ending.LIMITED)
    assert told(received) == ["fall"]
    assert json.loads(received.requests[0][2])["baseline"] == 10
    night(services, *TEN)
    assert told(received) == ["fall", "well"]


def test_a_number_out_of_what_is_expected_is_told(services: Services, received: Received) -> None:
    night(services, "seul")
    assert told(received) == ["fall"]


def test_what_nobody_received_is_told_after_the_next_run(
    services: Services, received: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harvester.notify.deliver.time.sleep", lambda _: None)
    received.answers = [500, 500, 500, 204]
    night(services, ending=Ending.FAILED)
    night(services, ending=Ending.FAILED)
    night(services, ending=Ending.FAILED)
    assert told(received) == ["failed"] * 4  # three tries, then one that was taken


def test_the_link_is_that_of_the_installation(tmp_path: Path, received: Received) -> None:
    services = opened(tmp_path, received, public_url="https://aiguillage.example/")
    night(services, ending=Ending.FAILED)
    assert json.loads(received.requests[0][2])["report_url"] == "https://aiguillage.example/runs/1"
    services.close()


def test_a_run_without_a_number_and_a_dead_process_tell_nobody(services: Services, received: Received) -> None:
    portal = services.registry.get("rennes")
    dry = harvest(services.archive, [], portal=portal, ending=Ending.FAILED, dry_run=True)
    notify(services, [Event("rennes", "report", report=as_json(dry)), Event("rennes", "error", code="process-died")])
    assert told(received) == []


def test_an_archive_that_is_away_costs_no_harvest(services: Services, received: Received) -> None:
    notify(services, [Event("rennes", "report", report={"run": 99, "status": "failed"})])
    assert told(received) == []


def test_sample_portals_tell_nobody(tmp_path: Path, received: Received) -> None:
    services = Services(read_settings(data_dir=tmp_path, notify_webhook=received.url), sample=True)
    notify(services, [Event("rennes", "report", report={"run": 1, "status": "failed"})])
    assert told(received) == []


def test_what_is_sent_by_whom() -> None:
    settings = read_settings(
        contact_email="opendata@example.org",
        notify_email="a@example.org, b@example.org,",
        notify_webhook="https://hook.example/x",
        smtp_url="smtp://u:p@mail.example",
    )
    way = way_out(settings)
    assert way.sender == "opendata@example.org"
    assert way.everyone.email == ("a@example.org", "b@example.org")
    assert way.everyone.webhook == ("https://hook.example/x",)
    assert way.relay is not None
    assert (way.relay.host, way.relay.tls) == ("mail.example", "starttls")
    assert "u:p" not in repr(settings)
    assert way_out(read_settings(public_url="https://aiguillage.example")).sender == "aiguillage@aiguillage.example"


def test_doctor_says_that_mail_has_no_relay(tmp_path: Path) -> None:
    services = Services(read_settings(data_dir=tmp_path, notify_email="a@example.org"))
    checks = {check.name: check for check in examine(services, "en")}
    assert checks["Notifications"].level == "warning"
    assert "AIGUILLAGE_SMTP_URL" in checks["Notifications"].detail


def test_the_command_and_the_schedule_tell_of_a_real_harvest(tmp_path: Path, received: Received) -> None:
    """A portal that answers nothing but errors, harvested by the command, then by the schedule of a keeper."""
    portals = tmp_path / "portals"
    portals.mkdir()
    text = PORTAL.replace("https://data.example.fr", received.url).replace("WEBHOOK", f"{received.url}/hook")
    (portals / "rennes.yml").write_text(text, encoding="utf-8")
    settings = {"PORTALS_DIR": str(portals), "ALLOW_PRIVATE_HOSTS": "true"}
    limited = run(tmp_path, "harvest", "rennes", "--limit", "5", **settings)
    assert (limited.returncode, told(received)) == (1, []), limited.stderr
    harvested = run(tmp_path, "harvest", "rennes", **settings)
    assert (harvested.returncode, told(received)) == (1, ["failed"]), harvested.stderr
    assert received.requests[0][0] == "/hook"
    with closing(Services(read_settings(data_dir=tmp_path, portals_dir=portals, allow_private_hosts=True))) as services:
        with services.archive.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM notifications")
        Schedule(services).harvest("rennes")
    assert told(received) == ["failed", "failed"]
