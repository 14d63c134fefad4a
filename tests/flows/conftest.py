"""Tests over one harvested installation: they run in one worker, which makes it once."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.installation import Installation, served


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("installation"))


@pytest.fixture(scope="session")
def client(installation: Installation) -> Iterator[httpx.Client]:
    with served(installation.services) as client:
        yield client
