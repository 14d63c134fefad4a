"""``links``, from the command to the quality of a dataset, and by the clock."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from api.answers.datasets import Shown, dataset
from api.answers.portals import portal_views
from api.keeper.checking_links import check_links
from api.keeper.schedule import Schedule
from api.services import Services
from api.settings import read_settings
from harvester.archive.links import Answering
from search.query import SearchRequest
from tests.api.portals import only_portal
from tests.api.processes import run
from tests.harvester.spiders.source import Answer, Source, serving

PAGE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres"@fr ; dct:identifier "1" ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <{site}/page> ; dcat:downloadURL <{site}/gone.csv> ] .
"""


@pytest.fixture(scope="module")
def shared() -> Iterator[Source]:
    with serving() as made:
        made.serve("/a.ttl", PAGE.format(site=made.url).encode())
        made.serve("/page", b"<html>")
        made.serve("/gone.csv", Answer(status=404))
        yield made


@pytest.fixture(scope="module")
def harvested(shared: Source, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """An installation of one portal that was harvested; its folder and settings."""
    folder = tmp_path_factory.mktemp("links")
    made = only_portal(folder / "portals", f"{shared.url}/a.ttl")
    assert run(folder / "data", "harvest", "mine", **made).returncode == 0
    return folder / "data", made


@pytest.fixture
def site(shared: Source) -> Source:
    """Which was asked for nothing yet."""
    shared.heads.clear()
    return shared


@pytest.fixture
def settings(harvested: tuple[Path, dict[str, str]], tmp_path: Path) -> dict[str, str]:
    """Of a copy of the installation, in the test's own folder."""
    folder, made = harvested
    copytree(folder, tmp_path, ignore=ignore_patterns("*.lock"), dirs_exist_ok=True)
    return made


@pytest.fixture
def services(tmp_path: Path, settings: dict[str, str]) -> Iterator[Services]:
    made = Services(
        read_settings(data_dir=tmp_path, portals_dir=settings["PORTALS_DIR"], allow_private_hosts=True),
    )
    yield made
    made.close()


def answers(services: Services) -> tuple[float | None, float | None]:
    (found,) = services.catalogue.search(SearchRequest(q="arbres")).results
    shown = dataset(services, found.id, "fr")
    assert isinstance(shown, Shown)
    assert shown.quality is not None
    return shown.quality.met["access-url-answers"], shown.quality.met["download-url-answers"]


def test_what_answers_counts_in_the_quality(tmp_path: Path, settings: dict[str, str], services: Services) -> None:
    assert answers(services) == (None, None)
    ended = run(tmp_path, "links", "mine", "--json", **settings)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == [{"portal": "mine", "asked": 2, "answered": 1, "failed": 1, "unknown": 0}]
    assert answers(services) == (1.0, 0.0)
    (mine,) = portal_views(services, [services.registry.get("mine")])
    assert mine.links == Answering(asked=2, answered=1)
    assert mine.quality is not None
    assert mine.quality.met["access-url-answers"] == mine.quality.met["download-url-answers"] == 0.5
    assert mine.quality.known == 405


def test_no_more_than_asked_for_are_asked(site: Source, services: Services) -> None:
    (found,) = check_links(services, [services.registry.get("mine")], 1)
    assert (found.asked, len(site.heads)) == (1, 1)


def test_an_unknown_portal_is_told(tmp_path: Path, settings: dict[str, str]) -> None:
    ended = run(tmp_path, "links", "nowhere", **settings)
    assert ended.returncode != 0
    assert "nowhere" in ended.stderr


def test_the_keeper_asks_and_stops_asking_when_it_is_stopped(site: Source, services: Services) -> None:
    schedule = Schedule(services)
    schedule.start()
    assert "links" in [job.id for job in schedule._scheduler.get_jobs()]
    schedule.stop()
    schedule.check_links()
    assert site.heads == []
    Schedule(services).check_links()
    assert sorted(site.heads) == ["/gone.csv", "/page"]
