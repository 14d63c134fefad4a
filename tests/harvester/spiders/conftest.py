"""Harvests as they really are: a local source, the real spiders in one child process, one archive."""

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import structs

from dcat.findings import Finding
from dcat.model import Record
from dcat.portal import Level, Politeness, Portal, Protocol
from dcat.validate import CHECKS
from harvester.archive import Archive
from harvester.crawling.fleet import Fleet
from harvester.runs.job import Event, Job
from harvester.runs.report import Report
from tests.harvester.spiders.source import Source, serving

JUDGING = frozenset((*CHECKS, "dataset-withheld"))
"""Rules about what records lack, which is not the question of these tests."""


class Harvested(msgspec.Struct):
    """What a harvest left: its last event, its report, its findings, and the portal's live records."""

    event: Event
    report: Report
    findings: list[Finding]
    records: dict[str, Record]

    @property
    def rules(self) -> set[str]:
        """The rules that were met."""
        return {found.rule for found in self.report.findings}

    def found(self, rule: str) -> Finding:
        """The only finding of a rule."""
        (one,) = [found for found in self.findings if found.rule == rule]
        return one


class Place:
    """A portal of its own for each test, on the source that all of them share."""

    def __init__(self, source: Source, fleet: Fleet, archive_url: str, archive: Archive, name: str) -> None:
        self.source = source
        self.fleet = fleet
        self.archive_url = archive_url
        self.archive = archive
        self.name = name
        self.base = f"{source.url}/{name}"

    def serve(self, path: str, *answers: Any) -> None:
        """Answers of a path below this portal."""
        self.source.serve(f"/{self.name}/{path}", *answers)

    def asked(self) -> list[str]:
        """What this portal was asked, without its own prefix."""
        return [path.removeprefix(f"/{self.name}/") for path in self.source.requests(f"/{self.name}/")]

    def portal(self, protocol: Protocol, endpoint: str = "", url: str = "https://data.example.fr") -> Portal:
        return Portal(
            id=self.name,
            title=self.name,
            level=Level.EPCI,
            territories=("epci:243500139",),
            url=url,
            protocol=protocol,
            endpoint=endpoint or self.base,
            politeness=Politeness(delay=0.0),
        )

    def job(self, portal: Portal, **settings: Any) -> Job:
        hosts = (self.source.host,)
        defaults = {"agent": "Aiguillage-tests", "allowed_hosts": hosts, "first_wait": 0.01}
        return Job(portal, self.archive_url, **{**defaults, **settings})

    def harvest(self, protocol: Protocol, endpoint: str = "", **settings: Any) -> Harvested:
        """One run."""
        return self.run(self.job(self.portal(protocol, endpoint), **settings))

    def run(self, job: Job) -> Harvested:
        (event,) = self.fleet.harvest([job])
        return self.left(event)

    def left(self, event: Event) -> Harvested:
        """What the run of a last event left in the archive."""
        assert event.report is not None, event
        report = msgspec.convert(event.report, Report)
        report = structs.replace(report, findings=tuple(one for one in report.findings if one.rule not in JUDGING))
        findings = [one for one in self._findings(report) if one.rule not in JUDGING]
        records = {record.source_key: record for record in self.archive.records(event.portal)}
        return Harvested(event, report, findings, records)

    def _findings(self, report: Report) -> Iterator[Finding]:
        """All that were kept: records made for a test lack much, and one page is full of that."""
        page = 1000
        for offset in itertools.count(0, page):
            found = self.archive.findings(report.run, offset=offset, limit=page).results if report.run else ()
            yield from found
            if len(found) < page:
                return


@pytest.fixture(scope="session")
def source() -> Iterator[Source]:
    with serving() as made:
        yield made


@pytest.fixture(scope="session")
def fleet() -> Iterator[Fleet]:
    with Fleet(children=1, per_child=4) as made:
        yield made


@pytest.fixture(scope="session")
def archive_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder: Path = tmp_path_factory.mktemp("spiders")
    return f"sqlite:///{folder / 'archive.db'}"


@pytest.fixture(scope="session")
def harvested_archive(archive_url: str) -> Iterator[Archive]:
    made = Archive(archive_url)
    made.create()
    yield made
    made.close()


@pytest.fixture
def place(
    request: pytest.FixtureRequest, source: Source, fleet: Fleet, archive_url: str, harvested_archive: Archive
) -> Place:
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")
    return Place(source, fleet, archive_url, harvested_archive, name)
