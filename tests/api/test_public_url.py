"""What published IRIs begin with, whoever publishes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.feed.publishing import publish
from api.services import Services
from api.settings import read_settings
from tests.api.portals import only_portal
from tests.api.processes import run
from tests.harvester.spiders.source import serving

ATLAS = "https://aiguillage.example"
ELSEWHERE = "https://autre.example"
PAGE = b"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres"@fr ; dct:description "Les arbres."@fr ;
  dct:identifier "1" .
"""

Open = Callable[..., Services]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """Services of one folder, which was harvested by a command that knows its address."""
    with serving() as source, ExitStack() as stack:
        source.serve("/a.ttl", PAGE)
        made = only_portal(tmp_path / "portals", f"{source.url}/a.ttl")
        assert run(tmp_path, "harvest", "mine", **made, PUBLIC_URL=f"{ATLAS}/").returncode == 0

        def open_one(**settings: str) -> Services:
            services = Services(read_settings(data_dir=tmp_path, portals_dir=made["PORTALS_DIR"], **settings))
            stack.callback(services.close)
            return services

        yield open_one


def test_who_is_told_no_address_keeps_the_published_one(opened: Open) -> None:
    services = opened()
    events = services.published.last_event()
    assert services.public_url == services.published.base() == ATLAS
    assert publish(services).changed == 0
    assert services.published.last_event() == events


def test_another_address_names_everything_anew(opened: Open) -> None:
    services = opened(public_url=ELSEWHERE)
    assert publish(services).changed == 1
    assert services.published.base() == ELSEWHERE
    assert opened().public_url == ELSEWHERE


def test_before_anything_is_published_the_default_stands(tmp_path: Path) -> None:
    services = Services(read_settings(data_dir=tmp_path / "none"))
    assert services.public_url == "http://127.0.0.1:8000"
    assert not (tmp_path / "none").exists()
