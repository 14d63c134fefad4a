"""Small made-up sites on loopback, and a visitor that may ask them."""

from collections.abc import Iterator

import pytest

from harvester.recognition import Visitor
from tests.harvester.spiders.source import Source, serving


@pytest.fixture
def site() -> Iterator[Source]:
    with serving() as made:
        yield made


@pytest.fixture
def visitor(site: Source) -> Iterator[Visitor]:
    with Visitor.opened("Aiguillage-tests", allowed_hosts=(site.host,), delay=0.0) as made:
        yield made
