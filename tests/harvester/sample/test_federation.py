"""The federation as a process: files, address, end."""

import csv
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from dcat.portal import Portal
from harvester.registry import Registry
from harvester.sample.federation import SampleFederation, SampleFederationError
from harvester.sample.network import sample_portals

from .conftest import first_page

COLUMNS = ["portal", "source_id", "dataset", "relation", "target", "authority_portal", "territory", "competence"]


@pytest.fixture(scope="module")
def federation(tmp_path_factory: pytest.TempPathFactory) -> SampleFederation:
    return SampleFederation(60, seed=2, folder=tmp_path_factory.mktemp("sample"))


def test_it_serves_what_its_portal_files_say_and_ends(
    federation: SampleFederation, registry: tuple[Portal, ...]
) -> None:
    with federation:
        host, port = federation.host_port
        assert (host, federation.url) == ("127.0.0.1", f"http://127.0.0.1:{port}")
        sampled = Registry.load(federation.portals_dir, builtin=False)
        for portal in sampled:
            dialect = sample_portals(registry)[portal.id].dialect
            asked = first_page(portal.protocol, portal.endpoint, dialect)
            answer = httpx.request(asked.method, asked.address, content=asked.body)
            assert answer.status_code == 200, portal.id
        with federation.truth_path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS
    assert len({row["dataset"] for row in rows}) == 60
    with pytest.raises(httpx.ConnectError):
        httpx.get(federation.url)

    by_id = {portal.id: portal for portal in registry}
    assert {portal.id for portal in sampled} == set(by_id)
    for portal in sampled:
        real = by_id[portal.id]
        assert portal.sample
        assert (portal.title, portal.level, portal.territories) == (real.title, real.level, real.territories)
        assert (portal.url, portal.search_url) == (real.url, real.search_url)
        assert (portal.politeness.delay, portal.politeness.concurrency) == (0, 4)


def test_files_of_portals_that_are_gone_are_removed(tmp_path: Path) -> None:
    (tmp_path / "portals").mkdir()
    (tmp_path / "portals" / "ancien.yml").write_text("id: ancien\nenabled: false\n", encoding="utf-8")
    with SampleFederation(50, seed=2, folder=tmp_path) as federation:
        assert not (federation.portals_dir / "ancien.yml").exists()


def test_a_file_that_cannot_be_read_is_said_in_both_languages(tmp_path: Path) -> None:
    federation = SampleFederation(10, records=tmp_path / "absent.csv", folder=tmp_path)
    with pytest.raises(SampleFederationError) as caught:
        federation.start()
    assert "Impossible de lire" in str(caught.value)
    assert "Cannot read" in str(caught.value)


def test_help_names_every_option() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "harvester.sample", "--help"], capture_output=True, text=True, check=True
    )
    for option in ("--datasets", "--seed", "--hard", "--records", "--port", "--folder", "--poison"):
        assert option in shown.stdout
