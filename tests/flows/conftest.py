from collections.abc import Iterator

import pytest

from tests.installation import Installation, harvested


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with harvested(tmp_path_factory.mktemp("installation")) as made:
        yield made
