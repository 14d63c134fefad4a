"""Harvesting processes: jobs handed out, children that die or are stopped, and what is left of their runs."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Flag
from threading import Lock

import pytest

from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive
from harvester.errors import HarvestError
from harvester.fleet import Child, Fleet
from harvester.job import Event, Job
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.source import Answer, Source, serving


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        for name in "abcd":
            made.serve(f"/{name}.ttl", turtle([1, 2], f"{name}2.ttl", total=3))
            made.serve(f"/{name}2.ttl", turtle([3], total=3))
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(url_of(tmp_path))
    made.create()
    yield made
    made.close()


@pytest.fixture
def slow() -> Iterator[Flag]:
    """Second pages wait for it."""
    flag = Flag()
    yield flag
    flag.set()


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'archive.db'}"


def job(folder: Path, source: Source, name: str, endpoint: str = "", protocol: Protocol = Protocol.DCAT) -> Job:
    portal = Portal(
        id=name,
        title=name,
        level=Level.EPCI,
        territories=("epci:243500139",),
        url="https://data.example.fr",
        protocol=protocol,
        endpoint=endpoint or f"{source.url}/{name}.ttl",
        politeness=Politeness(delay=0.0),
    )
    hosts = (source.host, endpoint.removeprefix("http://"))
    return Job(portal, url_of(folder), "Aiguillage-tests", allowed_hosts=hosts, first_wait=0.05)


class Heard:
    """A listener that remembers, and that calls back at the first progress of a portal."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.progressed = Flag()
        self._lock = Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)
        if event.kind == "progress":
            self.progressed.set()

    def kinds(self, portal: str) -> list[str]:
        return [event.kind for event in self.events if event.portal == portal]


def statuses(ended: list[Event]) -> dict[str, str]:
    return {event.portal: event.report["status"] if event.report else event.code for event in ended}


def test_every_job_is_told_from_its_beginning_to_its_end(tmp_path: Path, source: Source) -> None:
    heard = Heard()
    with Fleet(children=1, per_child=2) as fleet:
        ended = fleet.harvest([job(tmp_path, source, name) for name in "abcd"], heard)
    assert statuses(ended) == dict.fromkeys("abcd", "ok")
    for name in "abcd":
        assert heard.kinds(name) == ["begun", "progress", "progress", "report"]
    last = next(event for event in reversed(heard.events) if event.kind == "progress")
    assert (last.pages, last.received, last.declared) == (2, 3, 3)


def test_a_dead_portal_neither_delays_nor_breaks_the_others(tmp_path: Path, source: Source) -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # and does not listen
        dead = job(tmp_path, source, "dead", f"http://127.0.0.1:{bound.getsockname()[1]}")
        with Fleet(children=1, per_child=2) as fleet:
            ended = fleet.harvest([dead, *(job(tmp_path, source, name) for name in "abcd")])
    assert [event.portal for event in ended][-1] == "dead"
    assert statuses(ended) == {**dict.fromkeys("abcd", "ok"), "dead": "failed"}


def test_a_killed_child_costs_its_run_alone(tmp_path: Path, source: Source, archive: Archive, slow: Flag) -> None:
    source.serve("/a2.ttl", Answer(held=slow))
    before, killed = children(), set[int]()

    def kill(event: Event) -> None:
        if event.kind == "progress" and not killed:
            killed.update(children() - before)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)

    with Fleet(children=1, per_child=1) as fleet:
        first, second = fleet.harvest([job(tmp_path, source, "a"), job(tmp_path, source, "b")], kill)
        assert statuses([first, second]) == {"a": "partial", "b": "ok"}
        assert len(killed) == 1
        assert [run.portal for run in archive.runs() if run.status == "running"] == []
        source.serve("/a2.ttl", turtle([3], total=3))
        again = fleet.harvest([job(tmp_path, source, "a")])
    assert statuses(again) == {"a": "ok"}
    assert archive.counts_by_portal() == {"a": 3, "b": 3}


def children() -> set[int]:
    """The processes that this one has started."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(child) for started in found for child in started.read_text().split()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_child_that_is_told_to_stop_closes_its_runs(
    tmp_path: Path, source: Source, archive: Archive, slow: Flag, number: signal.Signals
) -> None:
    source.serve("/a2.ttl", Answer(turtle([3], total=3), held=slow))

    def stop(event: Event) -> None:
        if event.kind == "progress":
            os.kill(child.pid, number)

    child = Child()
    ended = child.harvest(job(tmp_path, source, "a"), stop)
    assert ended is not None
    assert statuses([ended]) == {"a": "partial"}
    (run,) = archive.runs()
    assert (run.status, run.complete) == ("partial", False)
    assert "run-interrupted" in {found.rule for found in archive.findings(run.id).results}
    child.close()
    assert child.returncode == 0


def test_an_interrupted_fleet_begins_no_further_job(tmp_path: Path, source: Source, archive: Archive) -> None:
    with Fleet(children=1, per_child=1) as fleet:
        ended = fleet.harvest(
            [job(tmp_path, source, name) for name in "abcd"],
            lambda event: fleet.interrupt() if event.kind == "progress" else None,
        )
    assert [event.portal for event in ended] == ["a"]
    assert archive.count_runs() == 1


def test_an_error_in_the_caller_ends_the_children(tmp_path: Path, source: Source, archive: Archive) -> None:
    def angry(event: Event) -> None:
        if event.kind == "progress":
            raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"), Fleet(children=1, per_child=1) as fleet:
        fleet.harvest([job(tmp_path, source, "a"), job(tmp_path, source, "b")], angry)
    assert [run.portal for run in archive.runs() if run.status == "running"] == []


def test_children_that_never_start_are_told_once(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    heard = Heard()
    with pytest.raises(HarvestError) as told, Fleet(children=1, per_child=2) as fleet:
        fleet.harvest([job(tmp_path, source, name) for name in "abcd"], heard)
    assert (told.value.code, told.value.values) == ("processes-die", {"count": 4})
    assert heard.events == []


def test_what_a_child_prints_beside_its_events_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Source
) -> None:
    chatty = tmp_path / "python"
    chatty.write_text(f'#!/bin/sh\necho "no event"\nexec {sys.executable} "$@"\n')
    chatty.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(chatty))
    with Fleet(children=1, per_child=1) as fleet:
        assert statuses(fleet.harvest([job(tmp_path, source, "a")])) == {"a": "ok"}


def test_a_job_that_breaks_the_program_is_told_and_costs_itself(tmp_path: Path, source: Source) -> None:
    broken = job(tmp_path, source, "b", protocol=Protocol.UNKNOWN)
    with Fleet(children=1, per_child=2) as fleet:
        ended = fleet.harvest([broken, job(tmp_path, source, "a")])
    assert statuses(ended) == {"b": "harvest-broke", "a": "ok"}
    told = next(event for event in ended if event.portal == "b")
    assert "KeyError" in told.fr
    assert "KeyError" in told.en


def test_an_archive_that_cannot_be_opened_is_told_in_words(tmp_path: Path, source: Source) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database" * 1000)
    with Fleet(children=1, per_child=1) as fleet:
        (ended,) = fleet.harvest([job(tmp_path, source, "a")])
    assert (ended.kind, ended.code) == ("error", "archive-damaged")
    assert "moissonnez" in ended.fr
