"""Commands on a harvested installation, and on an empty folder."""

import shutil
from pathlib import Path

import pytest

from tests.api.commands import Command
from tests.installation import Installation


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


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(capsys)
