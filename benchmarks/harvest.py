"""Records a second, end to end: fetched over HTTP, parsed, normalised, archived, in child processes as in real runs.

    python -m benchmarks.harvest [--protocol P …] [--syntax S] [--datasets N[,N…]] [--single-document] [--repeat N]
                                [--json]
    python -m benchmarks.harvest --url URL --protocol P [--limit N] [--json]

Without --url a loopback server sends pages of the sample federation from memory (a dry run makes them first,
uncounted), one document from a file; its processor time is told apart. A first harvest into a throw-away archive, then
one of the unchanged source. In the same run the bare reading of the same bytes is timed, as the limit: pyoxigraph
grouped by dataset for DCAT, a JSON decoder or an XML tree for the others.
"""

import argparse
import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import psutil
from msgspec import Struct

from api.logs import configure
from benchmarks import bare
from benchmarks.weighing import peak, processor_seconds, seconds_of
from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive, Page
from harvester.crawling.fleet import Fleet
from harvester.politeness.limits import MIB, Limits
from harvester.registry import Registry
from harvester.runs.job import Event, Job
from harvester.sample.server import SPEAKERS

DATASETS = {
    Protocol.ODS: 9_000,  # its paging window ends below 10,000
    Protocol.SCHEMA_ORG: 500,  # a page a record
    Protocol.CSW: 5_000,
    Protocol.OAI_PMH: 5_000,
}
USUAL = 10_000
SYNTAXES = ("ttl", "rdf", "jsonld", "nt")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LIMITS = Limits(body=1024 * MIB, seconds=3_600.0)


class Measure(Struct, frozen=True):
    """One source. Seconds of the wall clock unless they are of processors; memory in MB, of all harvesting processes
    together; ``ratio``: the first harvest to the bare reading, ``faster``: the second harvest to the first.
    ``processor_ratio``, of processor seconds, is what ``ratio`` would be on one processor; a busy machine falsifies it
    least."""

    source: str
    records: int
    seconds: float
    records_per_second: float
    processor_seconds: float
    unchanged_seconds: float
    unchanged_processor_seconds: float
    faster: float
    peak_pss_mb: float
    peak_rss_mb: float
    server_processor_seconds: float | None
    bytes: int
    bare_seconds: float
    bare_processor_seconds: float
    ratio: float
    processor_ratio: float
    sha256: str


class Timed(Struct, frozen=True):
    """A harvest with what it cost."""

    event: Event
    seconds: float
    processors: float
    pss: int
    rss: int


def main() -> None:
    """Measure what the command line asks for. Ended from outside, it ends what it started."""
    options = _options()
    configure()  # standard output is the answer's
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    measures = []
    for protocol in options.protocol:
        for count in options.datasets or [DATASETS.get(protocol, USUAL)]:
            measures.append(_measured(protocol, count, options))
            if not options.json:
                _print(measures[-1], title=len(measures) == 1)
    if options.json:
        print(json.dumps({**_circumstances(), "measures": msgspec.to_builtins(measures)}, indent=2))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    protocols = [protocol for protocol in SPEAKERS if protocol is not Protocol.UNKNOWN]
    parser.add_argument("--protocol", type=Protocol, choices=protocols, action="append")
    parser.add_argument("--datasets", type=_numbers, help="how many, one figure or several: 1000,10000")
    parser.add_argument("--syntax", choices=SYNTAXES, default="ttl", help="of the DCAT feed")
    parser.add_argument("--single-document", action="store_true", help="the DCAT feed as one document")
    parser.add_argument("--repeat", type=int, default=1, help="each dataset of a data.json so many times, renamed")
    parser.add_argument("--url", help="harvest this server instead; needs one --protocol")
    parser.add_argument("--limit", type=int, help="so many records of it at most")
    parser.add_argument("--readers", type=int, help="processes that read pages; by default as in real runs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.url and len(options.protocol or ()) != 1:
        parser.error("--url needs one --protocol")
    options.protocol = options.protocol or ([Protocol.DCAT] if options.single_document else protocols)
    return options


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def _measured(protocol: Protocol, count: int, options: argparse.Namespace) -> Measure:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.url:
            job = _job(_portal_at(options.url, protocol), folder, options.limit)
            return measure(job, options.url, options.readers)
        with _server(protocol, count, options, folder) as (portal, server):
            job = _job(portal, folder)
            if not options.single_document and protocol is not Protocol.DATA_JSON:
                _harvest(msgspec.structs.replace(job, dry_run=True), options.readers)
            form = f" {options.syntax}{' in one' if options.single_document else ''}" * (protocol is Protocol.DCAT)
            return measure(job, f"{protocol}{form}", options.readers, server)


def measure(job: Job, source: str, readers: int | None = None, server: psutil.Process | None = None) -> Measure:
    """A first harvest, then one of the unchanged source, then the bare reading of the archived bytes."""
    before = seconds_of(server) if server else 0.0
    first = _timed(job, readers)
    served = seconds_of(server) - before if server else None
    again = _timed(job, readers)
    seconds, processors, size, sha256 = _bare(job, first.event)
    records = int(first.event.report["counts"]["accepted"]) if first.event.report else 0
    return Measure(
        source=source,
        records=records,
        seconds=round(first.seconds, 2),
        records_per_second=round(records / first.seconds, 1),
        processor_seconds=round(first.processors, 2),
        unchanged_seconds=round(again.seconds, 2),
        unchanged_processor_seconds=round(again.processors, 2),
        faster=round(first.seconds / again.seconds, 2),
        peak_pss_mb=round(first.pss / 1e6, 1),
        peak_rss_mb=round(first.rss / 1e6, 1),
        server_processor_seconds=None if served is None else round(served, 2),
        bytes=size,
        bare_seconds=round(seconds, 2),
        bare_processor_seconds=round(processors, 2),
        ratio=round(first.seconds / seconds, 2),
        processor_ratio=round(first.processors / processors, 2),
        sha256=sha256,
    )


def _timed(job: Job, readers: int | None) -> Timed:
    used, started = processor_seconds(), time.perf_counter()
    with peak() as seen:
        event = _harvest(job, readers)
    return Timed(event, time.perf_counter() - started, processor_seconds() - used, seen.pss, seen.rss)


def _harvest(job: Job, readers: int | None) -> Event:
    """In a child process, from its start to its end, as a command or the schedule does it. A protocol that can be asked
    for changes alone brings none the second time."""
    with Fleet(children=1, per_child=1, readers=readers) as fleet:
        (event,) = fleet.harvest([job])
    changes = event.report is not None and event.report["mode"] == "incremental"
    if event.report is None or not (changes or event.report["counts"]["accepted"]):
        found = [one["rule"] for one in event.report["findings"]] if event.report else [event.en]
        sys.exit(f"the harvest of {job.portal.endpoint} brought nothing: {', '.join(found)} (docs/rules)")
    return event


def _bare(job: Job, event: Event) -> tuple[float, float, int, str]:
    """Seconds, processor seconds, bytes, and the SHA-256 of all pages one after the other."""
    seconds, processors, size, digest = 0.0, 0.0, 0, hashlib.sha256()
    for page in _pages(job, event):
        digest.update(page.body)
        size += len(page.body)
        started, used = time.perf_counter(), time.process_time()
        bare.read(page, job.portal.protocol)
        seconds += time.perf_counter() - started
        processors += time.process_time() - used
    return seconds, processors, size, digest.hexdigest()


def _pages(job: Job, event: Event) -> Iterator[Page]:
    archive = Archive(job.archive_url)
    try:
        for page in archive.pages(int(event.report["run"] if event.report else 0)):
            kept = b"".join(archive.body_parts(job.portal.id, page.kept)) if page.kept else page.body
            yield msgspec.structs.replace(page, body=kept)
    finally:
        archive.close()


@contextmanager
def _server(
    protocol: Protocol, count: int, options: argparse.Namespace, folder: Path
) -> Iterator[tuple[Portal, psutil.Process]]:
    portals = folder / "portals"
    portals.mkdir()
    command = [sys.executable, "-m", "benchmarks.page_server", "--protocol", protocol, "--datasets", str(count)]
    command += ["--syntax", options.syntax, "--file", str(portals / "portal.yml")]
    command += ["--repeat", str(options.repeat)]
    command += ["--single-document"] * options.single_document
    root = Path(__file__).parents[1]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        (portal,) = Registry.load(portals, builtin=False)
        yield portal, psutil.Process(process.pid)
    finally:
        process.communicate()


def _portal_at(url: str, protocol: Protocol) -> Portal:
    """At the pace of a portal file that says nothing of it, but for our own machine, which is not spared."""
    politeness = Politeness(delay=0.0, concurrency=8) if urlsplit(url).hostname in LOOPBACK else Politeness()
    return Portal("measured", url, Level.NATIONAL, ("national",), url, protocol, url, politeness=politeness)


def _job(portal: Portal, folder: Path, limit: int | None = None) -> Job:
    """Our own machine is admitted, by host and port."""
    parts = urlsplit(portal.endpoint or portal.url)
    hosts = (parts.netloc,) if parts.hostname in LOOPBACK else ()
    url = f"sqlite:///{folder / 'archive.sqlite'}"
    return Job(portal, url, "Aiguillage-benchmark", limit=limit, allowed_hosts=hosts, limits=LIMITS)


def _circumstances() -> dict[str, Any]:
    packages = ("aiguillage", "scrapy", "pyoxigraph", "lxml", "sqlalchemy", "msgspec", "zstandard")
    return {
        "command": " ".join([Path(sys.executable).name, "-m", "benchmarks.harvest", *sys.argv[1:]]),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "processors": os.cpu_count(),
            "load": os.getloadavg(),
            "platform": platform.platform(),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in packages},
    }


COLUMNS = {
    "records": ("records", 8),
    "seconds": ("s", 8),
    "records_per_second": ("rec/s", 8),
    "processor_seconds": ("cpu s", 8),
    "unchanged_seconds": ("again s", 9),
    "unchanged_processor_seconds": ("cpu s", 7),
    "faster": ("faster", 8),
    "peak_pss_mb": ("PSS MB", 8),
    "peak_rss_mb": ("RSS MB", 8),
    "bare_seconds": ("bare s", 8),
    "bare_processor_seconds": ("cpu s", 7),
    "ratio": ("ratio", 7),
    "processor_ratio": ("of cpu", 8),
    "server_processor_seconds": ("server s", 10),
}


def _print(found: Measure, *, title: bool) -> None:
    if title:
        print(f"{'source':<20}", *(f"{name:>{width}}" for name, width in COLUMNS.values()), sep="")
    cells = ((getattr(found, field), width) for field, (_, width) in COLUMNS.items())
    print(
        f"{found.source[-20:]:<20}", *(f"{'–' if value is None else value:>{width}}" for value, width in cells), sep=""
    )


if __name__ == "__main__":
    main()
