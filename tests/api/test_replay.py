"""Harvests of the sample federation, read again from their pages, and the command."""

import json
from pathlib import Path

import pytest

from api.cli.application import main
from dcat.portal import Protocol
from harvester.archive import Run
from harvester.replay import replay
from tests.installation import Installation

pytestmark = pytest.mark.xdist_group("installation")


def test_a_run_of_every_protocol_is_given_again_to_the_byte(installation: Installation) -> None:
    services = installation.services
    protocols: dict[Protocol, Run] = {}
    for run in services.archive.runs(limit=1000):
        protocols.setdefault(services.registry.get(run.portal).protocol, run)
    assert len(protocols) > 3
    for run in protocols.values():
        found = replay(services.archive, run, services.registry.get(run.portal))
        assert (found.unlike, found.same) == ((), run.counts.accepted), run.portal


def test_the_command(
    installation: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("AIGUILLAGE_DATA_DIR", str(installation.services.settings.data_dir))
    run = installation.services.archive.runs("roubaix")[-1]
    with pytest.raises(SystemExit) as ended:
        main(["replay", str(run.id), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (ended.value.code, told["run"], told["same"], told["unlike"]) == (0, run.id, run.counts.accepted, [])
    with pytest.raises(SystemExit) as ended:
        main(["replay", "999999"])
    assert ended.value.code == 2
