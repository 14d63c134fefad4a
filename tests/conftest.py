"""Shared fixtures. A fixture lives here only when two packages' tests need it; the rest stay beside their tests."""

import os
from collections.abc import Iterator

import pytest

from tests.installation import Installation, harvested


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests over one harvest run in one worker, which makes it once."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "installation" in fixtures:
            item.add_marker(pytest.mark.xdist_group("installation"))
        elif "harvested" in fixtures:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clear every AIGUILLAGE_* so that the defaults are really what is tested."""
    for name in list(os.environ):
        if name.startswith("AIGUILLAGE_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The sample federation, harvested once; its server runs on, so that it can be harvested again from a copy."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AIGUILLAGE_")]:
            patch.delenv(name)
        with harvested(tmp_path_factory.mktemp("installation")) as made:
            yield made
