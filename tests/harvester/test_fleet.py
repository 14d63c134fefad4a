"""Harvesting processes: jobs handed out, children that die or are stopped, and what is left of their runs."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from threading import Lock

import pytest
from msgspec.structs import replace

from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive
from harvester.crawling.fleet import Child, Fleet
from harvester.errors import HarvestError
from harvester.runs.job import Event, Job
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


def in_turn(job: Job) -> Job:
    """A job that asks for no page before the one before it is written, as one with a limit does."""
    return replace(job, limit=1000)


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


class Killing:
    """An answer that kills whoever asks for it, the first times; then it gives its body."""

    def __init__(self, body: bytes, times: int = 1) -> None:
        self._body = body
        self._times = times
        self._before = children()

    def __call__(self, _query: dict[str, str]) -> bytes:
        if self._times > 0:
            self._times -= 1
            for pid in children() - self._before:
                os.kill(pid, signal.SIGKILL)
        return self._body


def test_a_killed_child_is_replaced_and_its_run_gone_on_with(tmp_path: Path, source: Source, archive: Archive) -> None:
    source.serve("/a2.ttl", Killing(turtle([3], total=3)))
    heard = Heard()
    with Fleet(children=1, per_child=1) as fleet:
        ended = fleet.harvest([in_turn(job(tmp_path, source, "a")), job(tmp_path, source, "b")], heard)
    assert statuses(ended) == {"a": "ok", "b": "ok"}
    assert heard.kinds("a") == ["begun", "progress", "resumed", "progress", "report"]
    assert source.requests("/a") == ["/a.ttl", "/a2.ttl", "/a2.ttl"]
    assert archive.counts_by_portal() == {"a": 3, "b": 3}
    assert archive.count_runs() == 2


def test_a_run_that_dies_twice_at_the_same_page_is_closed(tmp_path: Path, source: Source, archive: Archive) -> None:
    source.serve("/a2.ttl", Killing(turtle([3], total=3), times=2))
    with Fleet(children=1, per_child=1) as fleet:
        ended = fleet.harvest([in_turn(job(tmp_path, source, "a")), job(tmp_path, source, "b")])
    assert statuses(ended) == {"a": "partial", "b": "ok"}
    (run,) = archive.runs("a")
    assert [found.place for found in archive.findings(run.id, "page-fatal").results] == [f"{source.url}/a2.ttl"]
    assert archive.findings(run.id, "run-interrupted").total == 1
    assert archive.counts_by_portal() == {"a": 2, "b": 3}


def test_a_fleet_that_leaves_is_gone_on_with_by_the_next(
    tmp_path: Path, source: Source, archive: Archive, slow: Flag
) -> None:
    source.serve("/a2.ttl", Answer(held=slow))
    with Fleet(children=1, per_child=1) as fleet:
        left = fleet.harvest(
            [job(tmp_path, source, "a")], lambda event: fleet.leave() if event.kind == "progress" else None
        )
    assert left == []
    (run,) = archive.resumable(datetime.now(UTC))
    assert (run.portal, run.status) == ("a", "running")
    source.serve("/a2.ttl", turtle([3], total=3))
    heard = Heard()
    with Fleet(children=1, per_child=1) as fleet:
        ended = fleet.harvest([job(tmp_path, source, "a")], heard)
    assert statuses(ended) == {"a": "ok"}
    assert [event.run for event in heard.events if event.kind == "begun"] == [run.id]
    assert archive.count_runs() == 1
    assert source.requests("/a.ttl") == ["/a.ttl"]


def test_a_dry_run_whose_process_dies_is_told_so(tmp_path: Path, source: Source) -> None:
    source.serve("/a2.ttl", Killing(b""))
    with Fleet(children=1, per_child=1) as fleet:
        (ended,) = fleet.harvest([replace(job(tmp_path, source, "a"), dry_run=True)])
    assert (ended.kind, ended.code) == ("error", "process-died")


def children() -> set[int]:
    """The processes that this one has started."""
    found = Path("/proc/self/task").glob("*/children")
    return {int(child) for started in found for child in started.read_text().split()}


def test_a_child_that_a_person_stops_closes_its_runs(
    tmp_path: Path, source: Source, archive: Archive, slow: Flag
) -> None:
    source.serve("/a2.ttl", Answer(turtle([3], total=3), held=slow))

    def stop(event: Event) -> None:
        if event.kind == "progress":
            os.kill(child.pid, signal.SIGINT)

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
