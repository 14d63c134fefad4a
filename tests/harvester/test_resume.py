"""Killed and gone on with = uninterrupted: with real processes and ``kill -9``, then for every place to be cut at."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import msgspec
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import harvester.reading.page
from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive, Batch, Run
from harvester.archive.staging import Came
from harvester.crawling.fleet import Fleet
from harvester.runs.job import Event, Job
from harvester.runs.report import as_json
from tests.harvester.sources import NOON
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.source import Source, serving
from tests.harvester.test_fleet import children
from tests.harvester.toy import TOYS, Toy, empty, everything, walk, without_times

PAGES = 12


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """A feed of pages with one record twice, and one of a single document."""
    with serving() as made:
        for page in range(1, PAGES + 1):
            following = f"/paged/{page + 1}" if page < PAGES else ""
            made.serve(f"/paged/{page}", turtle([page * 3, page * 3 + 1, page * 3 + 3], following, total=PAGES * 2 + 1))
        made.serve("/whole", turtle(range(4500), total=4500))
        yield made


def portal(source: Source, path: str) -> Portal:
    return Portal(
        id="rennes",
        title="Rennes",
        level=Level.EPCI,
        territories=("epci:243500139",),
        url="https://data.example.fr",
        protocol=Protocol.DCAT,
        endpoint=f"{source.url}{path}",
        politeness=Politeness(delay=0.0),
    )


class Killer:
    """Kills the harvesting process at so many of its progress events."""

    def __init__(self, moments: Iterable[int]) -> None:
        self._moments = set(moments)
        self._before = children()
        self._lock = Lock()
        self._seen = 0
        self.killed = 0

    def __call__(self, event: Event) -> None:
        if event.kind != "progress":
            return
        with self._lock:
            self._seen += 1
            if self._seen not in self._moments:
                return
        for pid in children() - self._before:
            self.killed += 1
            os.kill(pid, signal.SIGKILL)


def harvest(source: Source, path: str, archive_url: str, listen: Callable[[Event], None]) -> dict[str, Any]:
    """The report of one harvest."""
    job = Job(portal(source, path), archive_url, "Aiguillage-tests", allowed_hosts=(source.host,), first_wait=0.01)
    with Fleet(children=1, per_child=1) as fleet:
        (ended,) = fleet.harvest([job], listen)
    assert ended.report is not None, ended
    return ended.report


@pytest.mark.parametrize("path", ["/paged/1", "/whole"])
def test_a_harvest_that_is_killed_ends_as_one_that_is_not(
    source: Source, archive: Archive, database_url: str, tmp_path_factory: pytest.TempPathFactory, path: str
) -> None:
    undisturbed_url = f"sqlite:///{tmp_path_factory.mktemp('undisturbed')}/archive.db"
    expected = harvest(source, path, undisturbed_url, lambda _: None)
    undisturbed = Archive(undisturbed_url)
    chance = random.Random(path)
    moments = chance.sample(range(1, PAGES if path == "/paged/1" else 5), 3)
    killer = Killer(moments)
    report = harvest(source, path, database_url, killer)
    assert killer.killed > 0
    assert without_times(report) == without_times(expected)
    assert report["status"] == "ok"
    assert everything(archive) == everything(undisturbed)
    undisturbed.close()


def test_a_harvest_whose_parent_is_killed_is_gone_on_with(source: Source, archive: Archive, database_url: str) -> None:
    asked = source.requests("/paged/1").count("/paged/1")
    job = Job(portal(source, "/paged/1"), database_url, "Aiguillage-tests", allowed_hosts=(source.host,))
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE)
    source.serve("/paged/4", Dying(parent.pid, source.answer("/paged/4").body))
    parent.communicate(msgspec.json.encode(job))
    assert parent.returncode == -signal.SIGKILL
    (left,) = left_over(archive)
    report = harvest(source, "/paged/1", database_url, lambda _: None)
    assert (report["run"], report["status"], report["counts"]["received"]) == (left.id, "ok", PAGES * 3)
    assert archive.count_runs() == 1
    assert source.requests("/paged/1").count("/paged/1") == asked + 1


PARENT = """
import sys, msgspec
from harvester.crawling.fleet import Fleet
from harvester.runs.job import Job
with Fleet(children=1, per_child=1) as fleet:
    fleet.harvest([msgspec.json.decode(sys.stdin.buffer.read(), type=Job)])
"""


class Dying:
    """An answer that kills the process that waits for the harvest, the first time."""

    def __init__(self, pid: int, body: bytes) -> None:
        self._pid = pid
        self._body = body

    def __call__(self, _query: dict[str, str]) -> bytes:
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            self._pid = 0
        return self._body


def left_over(archive: Archive) -> tuple[Run, ...]:
    """The dead run, as soon as its process has noticed that it is alone."""
    (run,) = archive.runs()
    assert run.owner is not None
    with suppress(psutil.NoSuchProcess):
        psutil.Process(run.owner.pid).wait(30)
    return archive.resumable(datetime.now(UTC))


# --- the law, without processes: a toy source, cut before any of its writes ------------------------------------------


class Killed(BaseException):
    """Nothing catches it: the process is no more."""


class Fused(Archive):
    """An archive that dies before its nth write of a batch, counted from 1."""

    fuse = 0

    def add(self, run: Run, batch: Batch, now: Any, came: Came | None = None) -> int:
        self.fuse -= 1
        if self.fuse == 0:
            raise Killed
        return super().add(run, batch, now, came)


@settings(max_examples=40, deadline=None)
@given(TOYS, st.lists(st.integers(1, 12), min_size=1, max_size=4), st.booleans())
def test_cut_anywhere_and_gone_on_with_is_uninterrupted(toy: Toy, cuts: list[int], again: bool) -> None:
    before, harvester.reading.page.BATCH = harvester.reading.page.BATCH, 2
    try:
        with empty() as whole, empty(Fused) as cut:
            assert isinstance(cut, Fused)
            for archive in (whole, cut) if again else ():
                walk(archive, toy)
            expected = walk(whole, toy)
            now = NOON
            for fuse in cuts:
                # One write at least between two deaths: who dies twice at one page is closed.
                cut.fuse = fuse + 1
                try:
                    report = walk(cut, toy, now)
                    break
                except Killed:
                    now += timedelta(minutes=6)
            else:
                cut.fuse = 0
                report = walk(cut, toy, now)
            shown, wanted = as_json(report), as_json(expected)
            assert without_times(shown) == without_times(wanted)
            assert everything(cut) == everything(whole)
    finally:
        harvester.reading.page.BATCH = before
