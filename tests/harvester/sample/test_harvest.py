"""A harvest of the whole federation by the real spiders: every portal, every protocol, record by record."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from dcat.identity import record_id
from dcat.portal import Portal
from harvester.archive import Archive
from harvester.crawling.fleet import Fleet
from harvester.registry import SPOKEN, Registry
from harvester.runs.job import Job
from harvester.sample.federation import SampleFederation

DATASETS = 500


class Harvested:
    """Record ids by portal: those of the truth file, and those that the archive holds after one harvest."""

    def __init__(self, federation: SampleFederation, archive: Archive, portals: list[Portal]) -> None:
        self.portals = portals
        self.wanted: dict[str, set[str]] = defaultdict(set)
        with federation.truth_path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self.wanted[row["portal"]].add(record_id(row["portal"], row["source_id"]))
        self.found = {portal.id: {record.id for record in archive.records(portal.id)} for portal in portals}


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harvested]:
    """One record in twenty is poisoned."""
    folder: Path = tmp_path_factory.mktemp("harvest")
    url = f"sqlite:///{folder / 'archive.db'}"
    archive = Archive(url)
    archive.create()
    with SampleFederation(DATASETS, seed=5, poison=0.05, folder=folder) as federation, Fleet(1, 6) as fleet:
        portals = list(Registry.load(federation.portals_dir, builtin=False))
        hosts = ("{}:{}".format(*federation.host_port),)
        fleet.harvest(Job(portal, url, "Aiguillage-tests", allowed_hosts=hosts) for portal in portals)
        yield Harvested(federation, archive, portals)
    archive.close()


@pytest.mark.parametrize("protocol", sorted(SPOKEN))
def test_a_harvest_brings_exactly_the_records_of_the_truth(harvested: Harvested, protocol: str) -> None:
    portals = [portal.id for portal in harvested.portals if portal.protocol == protocol]
    assert portals
    for portal in portals:
        assert harvested.found[portal] == harvested.wanted[portal], portal
