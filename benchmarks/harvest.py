"""Records a second, end to end: fetched from a loopback server, parsed, normalised, archived; by protocol.

The server sends pages from memory (a dry run makes them first, uncounted). In the same run the bare reading of the same
bytes is timed, as the limit: pyoxigraph for DCAT, a JSON decoder for the others.
"""

import argparse
import hashlib
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import psutil
from msgspec import Struct
from pyoxigraph import RdfFormat, parse

from dcat.portal import Portal, Protocol
from harvester.archive import Archive
from harvester.fleet import Fleet
from harvester.job import Event, Job
from harvester.registry import Registry

DATASETS = {Protocol.DCAT: 10_000, Protocol.ODS: 9_000, Protocol.CKAN: 10_000, Protocol.UDATA: 10_000}
"""Opendatasoft's paging window ends below 10,000."""

SYNTAXES = {"ttl": RdfFormat.TURTLE, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD, "nt": RdfFormat.N_TRIPLES}
SAMPLING_SECONDS = 0.02


class Measure(Struct, frozen=True):
    """One protocol. Seconds of the wall clock and of processors; memory in MB (all harvesting processes together)."""

    protocol: str
    records: int
    seconds: float
    records_per_second: float
    unchanged_seconds: float
    peak_mb: float
    server_cpu_seconds: float
    harvest_cpu_seconds: float
    bytes: int
    bare_parse_seconds: float
    ratio_to_bare_parse: float
    sha256: str


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", type=Protocol, choices=list(DATASETS), action="append")
    parser.add_argument("--datasets", type=int, help="how many; by default 10,000 (9,000 for ods)")
    parser.add_argument("--syntax", choices=list(SYNTAXES), default="ttl", help="of the DCAT feed")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    measures = [
        measure(protocol, options.datasets or DATASETS[protocol], options.syntax)
        for protocol in options.protocol or list(DATASETS)
    ]
    if options.json:
        print(json.dumps({**_circumstances(), "measures": msgspec.to_builtins(measures)}, indent=2))
    else:
        _print(measures)


def measure(protocol: Protocol, datasets: int, syntax: str) -> Measure:
    """A first harvest, then one of the unchanged source, then the bare parse of the archived bytes."""
    with tempfile.TemporaryDirectory() as folder, _server(protocol, datasets, syntax, Path(folder)) as (portal, server):
        job = _job(portal, Path(folder))
        _harvest(msgspec.structs.replace(job, dry_run=True))
        before = _cpu(server)
        first = _timed(job)
        served = _cpu(server) - before
        again = _timed(job)
        pages = _bodies(job, first.event)
        bare, digest = _bare(pages, protocol, syntax)
        size = sum(map(len, pages))
    accepted = _accepted(first.event)
    return Measure(
        protocol=f"{protocol} ({syntax})" if protocol is Protocol.DCAT else str(protocol),
        records=accepted,
        seconds=round(first.seconds, 2),
        records_per_second=round(accepted / first.seconds, 1),
        unchanged_seconds=round(again.seconds, 2),
        peak_mb=round(first.peak_mb, 1),
        server_cpu_seconds=round(served, 2),
        harvest_cpu_seconds=round(first.cpu_seconds, 2),
        bytes=size,
        bare_parse_seconds=round(bare, 2),
        ratio_to_bare_parse=round(first.seconds / bare, 2),
        sha256=digest,
    )


class Timed(Struct, frozen=True):
    """A harvest with what it cost."""

    event: Event
    seconds: float
    cpu_seconds: float
    peak_mb: float


def _timed(job: Job) -> Timed:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with _peak() as peak:
        started = time.perf_counter()
        event = _harvest(job)
        seconds = time.perf_counter() - started
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return Timed(event, seconds, cpu, peak[0] / 1e6)


def _harvest(job: Job) -> Event:
    """In a child process, from its start to its end, as a command or the schedule does it."""
    with Fleet(children=1, per_child=1) as fleet:
        (event,) = fleet.harvest([job])
    if event.report is None or event.report["status"] != "ok":
        sys.exit(f"the harvest did not end well: {event}")
    return event


def _accepted(event: Event) -> int:
    return int(event.report["counts"]["accepted"]) if event.report else 0


@contextmanager
def _peak() -> Iterator[list[int]]:
    """The largest resident size of our harvesting children together, sampled."""
    largest, stop = [0], threading.Event()

    def sample() -> None:
        while not stop.wait(SAMPLING_SECONDS):
            largest[0] = max(largest[0], sum(map(_resident, _harvesters())))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield largest
    finally:
        stop.set()
        thread.join()


def _harvesters() -> list[psutil.Process]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "harvester.crawl" in child.cmdline():
                found.append(child)
        except psutil.Error:
            continue
    return found


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


@contextmanager
def _server(protocol: Protocol, datasets: int, syntax: str, folder: Path) -> Iterator[tuple[Portal, psutil.Process]]:
    portals = folder / "portals"
    portals.mkdir()
    command = [sys.executable, "-m", "benchmarks.page_server", "--protocol", protocol, "--datasets", str(datasets)]
    command += ["--syntax", syntax, "--file", str(portals / "portal.yml")]
    root = Path(__file__).parents[1]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        (portal,) = Registry.load(portals, builtin=False)
        yield portal, psutil.Process(process.pid)
    finally:
        process.communicate()


def _job(portal: Portal, folder: Path) -> Job:
    host = portal.endpoint.partition("://")[2].partition("/")[0]
    return Job(portal, f"sqlite:///{folder / 'archive.sqlite'}", "Aiguillage-benchmark", allowed_hosts=(host,))


def _bodies(job: Job, event: Event) -> list[bytes]:
    archive = Archive(job.archive_url)
    try:
        return [page.body for page in archive.pages(int(event.report["run"] if event.report else 0))]
    finally:
        archive.close()


def _bare(pages: list[bytes], protocol: Protocol, syntax: str) -> tuple[float, str]:
    digest = hashlib.sha256(b"".join(pages)).hexdigest()
    started = time.perf_counter()
    for page in pages:
        if protocol is Protocol.DCAT:
            _count(page, SYNTAXES[syntax])
        else:
            msgspec.json.decode(page)
    return time.perf_counter() - started, digest


def _count(page: bytes, syntax: RdfFormat) -> int:
    """Every statement, once; what a strict parser refuses is passed over, as the harvester does."""
    statements, count = parse(page, syntax, base_iri="http://127.0.0.1/"), 0
    while True:
        try:
            next(statements)
        except StopIteration:
            return count
        except SyntaxError:
            continue
        count += 1


def _circumstances() -> dict[str, Any]:
    packages = ("aiguillage", "scrapy", "pyoxigraph", "sqlalchemy", "msgspec", "zstandard")
    return {
        "command": " ".join([Path(sys.executable).name, "-m", "benchmarks.harvest", *sys.argv[1:]]),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"processors": os.cpu_count(), "platform": platform.platform(), "python": platform.python_version()},
        "versions": {name: version(name) for name in packages},
    }


def _print(measures: list[Measure]) -> None:
    titles = ("protocol", "records", "s", "rec/s", "again s", "peak MB", "bare s", "ratio", "server s")
    print("{:<14}{:>8}{:>8}{:>8}{:>9}{:>9}{:>8}{:>7}{:>10}".format(*titles))
    for found in measures:
        print(
            f"{found.protocol:<14}{found.records:>8}{found.seconds:>8}{found.records_per_second:>8.0f}"
            f"{found.unchanged_seconds:>9}{found.peak_mb:>9}{found.bare_parse_seconds:>8}"
            f"{found.ratio_to_bare_parse:>7}{found.server_cpu_seconds:>10}"
        )


if __name__ == "__main__":
    main()
