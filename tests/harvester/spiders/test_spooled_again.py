"""A body too large to be held, met again: by a run that goes on with it, a replay, one whose source did not change, and
one after somebody asked to be forgotten. It is read from a file in the data folder, and nothing stays there."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dcat.portal import Level, Politeness, Portal, Protocol
from dcat.redaction import Redactor
from harvester.archive import Archive
from harvester.archive.forgotten import forgotten_values, remember_to_forget
from harvester.crawling.fleet import Fleet
from harvester.forgetting import erase
from harvester.replay import replay
from harvester.runs.job import Event, Job
from harvester.runs.report import Report
from harvester.runs.scratch import Spooled
from harvester.spiders.spool import IN_MEMORY
from tests.harvester.sources import NOON
from tests.harvester.spiders.source import Answer, Source, serving
from tests.harvester.test_resume import Killer

COUNT = 2_100
"""More than two parts of a page are written (``harvester.reading.page.BATCH``)."""
LARGE = [f"Lot {number:a<10000}" for number in range(1_700)]
"""What makes the document too large to be held: of no record, and few words, for each of them is looked at."""
NAME = "Quentin Zzyzx"
WHERE = 2_000
"""The record that names somebody."""


class Again:
    """One portal with one document, harvested again and again."""

    def __init__(self, source: Source, fleet: Fleet, folder: Path) -> None:
        self._fleet = fleet
        self.scratch = folder / "data" / "tmp"
        self._url = f"sqlite:///{folder / 'data' / 'archive.sqlite'}"
        self.source = source
        self.portal = Portal(
            id="p",
            title="P",
            level=Level.EPCI,
            territories=("epci:243500139",),
            url=source.url,
            protocol=Protocol.DATA_JSON,
            endpoint=f"{source.url}/data.json",
            politeness=Politeness(delay=0.0),
        )
        self.archive = Archive(self._url)

    def harvest(self) -> Report:
        return self.harvested(self._fleet)

    def harvested(self, fleet: Fleet, listen: Callable[[Event], None] = lambda _: None) -> Report:
        hosts = (self.source.host,)
        job = Job(self.portal, self._url, "Aiguillage-tests", allowed_hosts=hosts, scratch=str(self.scratch))
        (event,) = fleet.harvest([job], listen)
        assert event.report is not None, event
        return self.archive.report(event.report["run"])

    def left(self) -> list[Path]:
        return list(self.scratch.iterdir())


def body() -> bytes:
    def row(number: int) -> dict[str, str]:
        author = f" Auteur : {NAME}." * (number == WHERE)
        return {"identifier": f"jeu-{number}", "title": f"Jeu {number}", "description": f"Les arbres.{author}"}

    made = json.dumps({"hasPart": LARGE, "dataset": [row(number) for number in range(COUNT)]}).encode()
    assert len(made) > IN_MEMORY
    return made


@pytest.fixture
def again(tmp_path: Path, fleet: Fleet) -> Iterator[Again]:
    with serving() as source:
        made = Again(source, fleet, tmp_path)
        headers = {"etag": '"1"'}
        source.serve("/data.json", Answer(body(), headers=headers), Answer(status=304, headers=headers))
        yield made
        made.archive.close()


def test_one_that_is_killed_goes_on_from_the_archived_parts(again: Again) -> None:
    killer = Killer([1])
    with Fleet(1, 1, 1) as fleet:
        report = again.harvested(fleet, killer)
    assert killer.killed > 0
    assert (report.run, report.status, report.counts.accepted) == (1, "ok", COUNT)
    assert again.source.requests("/data.json") == ["/data.json"]
    assert again.left() == []


def test_its_pages_are_read_again_from_a_file(again: Again, monkeypatch: pytest.MonkeyPatch) -> None:
    report = again.harvest()
    (page,) = again.archive.pages(1)
    assert (page.body, len(page.kept)) == (b"", 64)
    used: list[Path] = []
    closing = Spooled.close

    def close(spooled: Spooled) -> None:
        used.append(spooled.path)
        closing(spooled)

    monkeypatch.setattr(Spooled, "close", close)
    run = again.archive.run(report.run or 0)
    assert replay(again.archive, run, again.portal, scratch=str(again.scratch)).same == COUNT
    assert [path.parent.parent for path in used] == [again.scratch]
    assert again.left() == []


def test_one_that_did_not_change_and_one_without_a_name_are_read_from_a_file(again: Again) -> None:
    again.harvest()
    remember_to_forget(again.archive, NAME, NOON)
    known = forgotten_values(again.archive)
    erased = erase(again.archive, Redactor(known.values, known.key))
    assert (erased.versions, erased.pages) == (1, 1)
    (page,) = again.archive.pages(1)
    parts = b"".join(again.archive.body_parts("p", page.kept))
    assert (len(parts), NAME.encode() in parts) == (len(body()), False)
    unchanged = again.harvest()
    assert (unchanged.status, unchanged.counts.accepted, unchanged.counts.updated) == ("ok", COUNT, 0)
    again.source.serve("/data.json", Answer(body()))
    anew = again.harvest()
    assert (anew.status, anew.counts.accepted, anew.counts.updated) == ("ok", COUNT, 0)
    (page,) = again.archive.pages(anew.run or 0)
    assert b"".join(again.archive.body_parts("p", page.kept)) == parts
    record = next(one for one in again.archive.records("p") if one.source_key == f"jeu-{WHERE}")
    assert NAME not in record.dataset.description[0].value
    assert again.left() == []
