"""One server, one child process, one archive: for each fault all protocols are harvested at once, then soundly
again."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from msgspec import structs

from dcat.portal import Level, Politeness, Portal
from harvester.archive import Archive
from harvester.crawling.fleet import Fleet
from harvester.politeness.limits import Limits
from harvester.runs.job import Job
from harvester.runs.report import Report
from harvester.sample.federation import SampleFederation

from .table import PORTAL, TONGUES, line, outcomes

DATASETS = 45
"""The least: one for each portal."""
SIZE = 12
"""Records a page."""
LARGEST = 8 << 20
"""Bytes of a body: ten times those of the largest here, half of those of a bomb."""


class After(msgspec.Struct):
    """What a harvest left: its report, and the portal's live records by key, as digests."""

    report: Report
    records: dict[str, bytes]

    @property
    def rules(self) -> set[str]:
        """The rules that were met."""
        return {found.rule for found in self.report.findings}

    @property
    def came(self) -> int:
        """Records, each once."""
        return self.report.counts.received - self.report.counts.merged


class Cell(msgspec.Struct):
    """One fault, one protocol: before it, under it, and after the next sound harvest."""

    before: After
    under: After
    after: After


class Matrix:
    """Harvests what is asked for, a fault at a time; what a sound harvest left is the next fault's ``before``."""

    def __init__(self, federation: SampleFederation, fleet: Fleet, archive: Archive, url: str, plan: Path) -> None:
        self._federation = federation
        self._fleet = fleet
        self._archive = archive
        self._url = url
        self._plan = plan
        self._cells: dict[tuple[str, str], Cell] = {}
        self._page = self._a_page()
        self._sound = self._harvest(list(TONGUES))

    def cell(self, fault: str, name: str) -> Cell:
        """What came of a fault on a protocol."""
        if (fault, name) not in self._cells:
            page = TONGUES[name].page
            self._fill(fault, [one for of, one in outcomes() if of == fault and TONGUES[one].page == page])
        return self._cells[fault, name]

    def _fill(self, fault: str, names: list[str]) -> None:
        """Sites are struck apart in their sitemaps and in their pages: both walks ask for the same addresses."""
        self._write([line(fault, one, self._federation.url, self._page) for one in names])
        under = self._harvest(names)
        self._write([])
        after = self._harvest(names)
        self._cells |= {(fault, one): Cell(self._sound[one], under[one], after[one]) for one in names}

    def _a_page(self) -> str:
        """The page of a dataset in the middle of a site."""
        sitemap = httpx.get(f"{self._federation.url}/{PORTAL}{TONGUES['schema-org'].path}/sitemap-2.xml").text
        return sitemap.partition("/dataset/")[2].partition("<")[0]

    def _write(self, faults: list[dict[str, object]]) -> None:
        self._plan.write_text(json.dumps({"faults": faults}), encoding="utf-8")

    def _harvest(self, names: list[str]) -> dict[str, After]:
        events = self._fleet.harvest(map(self._job, names))
        found = {}
        for event in events:
            assert event.report is not None, event
            records = {one.source_key: msgspec.json.encode(one) for one in self._archive.records(event.portal)}
            found[event.portal] = After(msgspec.convert(event.report, Report), records)
        return found

    def _job(self, name: str) -> Job:
        tongue = TONGUES[name]
        portal = Portal(
            id=name,
            title=name,
            level=Level.NATIONAL,
            territories=("national",),
            url="https://www.data.gouv.fr",
            protocol=tongue.protocol,
            endpoint=f"{self._federation.url}/{PORTAL}{tongue.path}{tongue.endpoint}",
            politeness=Politeness(delay=0.0),
        )
        hosts = ("{}:{}".format(*self._federation.host_port),)
        job = Job(portal, self._url, "Aiguillage-tests", full=True, allowed_hosts=hosts, first_wait=0.01)
        return structs.replace(job, limits=Limits(body=LARGEST))


@pytest.fixture(scope="session")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    folder: Path = tmp_path_factory.mktemp("faults")
    url = f"sqlite:///{folder / 'archive.db'}"
    archive = Archive(url)
    archive.create()
    plan = folder / "plan.json"
    plan.write_text("{}", encoding="utf-8")
    federation = SampleFederation(DATASETS, seed=4, poison=0, faults=plan, page_size=SIZE, folder=folder)
    with federation, Fleet(1, len(TONGUES)) as fleet:
        yield Matrix(federation, fleet, archive, url, plan)
    archive.close()
