"""The merged feed at size: how fast descriptions are made, pages served, dumps written; and whether all of it is valid.

    python -m benchmarks.feed [CORPUS.parquet] [--datasets N] [--shacl] [--json]

The corpus is published under one id a row, repeated under other ids up to N. Pages are asked over HTTP from a server
process of one worker, one after the other. ``--shacl`` runs the official shapes on every page, with the EU's
vocabularies behind, and reads every 40th page in all syntaxes.
"""

import argparse
import hashlib
import http.client
import json
import os
import platform
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.feed.forms import FORMS
from api.feed.head import head_text, moment
from api.feed.whole import DUMPS, dump_folder
from api.logs import configure
from api.services import Services
from api.settings import read_settings
from benchmarks.corpus import record_of, rows
from dcat.model import Text
from dcat.namespaces import DCAT
from dcat.publish import Carried, Incomplete, Source, fragment, stamped
from dcat.publish.addresses import dataset_iri, record_iri
from harvester.archive import Start
from harvester.runs.outcome import Ending
from search.batches import batches
from search.published.store import Version, Withheld
from tests.feed.shapes import background, validated
from tests.reference import REFERENCE_DIR

CORPUS = Path(os.environ.get("REFERENCE_DIR", "../shared"), "corpus", "datagouv_20260116_dev.parquet")
BATCH = 500
SHAPES = ("html-shapes.ttl", "html-deprecateduris.ttl", "html-range.ttl", "html-mdr-vocabularies.shape.ttl")
PARSED_EVERY = 40
Figures = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, default=CORPUS)
    parser.add_argument("--datasets", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=200, help="pages asked for each speed")
    parser.add_argument("--shacl", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.shacl and not (REFERENCE_DIR / "reference").is_dir():
        parser.error(f"--shacl needs the official shapes and vocabularies: not in {REFERENCE_DIR} (REFERENCE_DIR)")
    configure()  # standard output is the answer's
    with tempfile.TemporaryDirectory() as folder:
        services = Services(read_settings(data_dir=Path(folder)))
        figures = _machine(asked.corpus) | measure(services, asked)
        services.close()
    print(json.dumps(figures, ensure_ascii=False, indent=None if asked.json else 2))
    return 1 if figures.get("violations") else 0


def measure(services: Services, asked: argparse.Namespace) -> Figures:
    """Publish, serve, dump, validate."""
    figures = _told(_publish(services, asked.corpus, asked.datasets))
    figures |= _told(_dump(services))
    with _server(services) as connection:
        figures |= _told(_speeds(connection, asked.pages))
    if asked.shacl:
        figures |= _validity(services)
    return figures


def _told(figures: Figures) -> Figures:
    """What is known already, for whoever waits."""
    print(json.dumps(figures), file=sys.stderr, flush=True)
    return figures


def _publish(services: Services, corpus: Path, number: int) -> Figures:
    _harvest_nothing(services)
    head, lacking = head_text(services), Counter[str]()
    spent, started = 0.0, time.perf_counter()
    for some in batches(islice(again_and_again(corpus), number), BATCH):
        current: list[Version] = []
        kept_out: list[Withheld] = []
        for identity, row in some:
            record = record_of(row)
            begun = time.process_time()
            found = _version(services, identity, record)
            spent += time.process_time() - begun
            if isinstance(found, Version):
                current.append(found)
            else:
                kept_out.append(found)
        services.published.write([identity for identity, _ in some], current, kept_out, _now(), head)
        lacking.update(one.property for one in kept_out)
    snapshot = services.published.snapshot()
    assert snapshot is not None
    return {
        "datasets": services.published.count(snapshot.number),
        "withheld": dict(lacking),
        "described_per_cpu_s": round(number / spent),
        "publishing_s": round(time.perf_counter() - started, 1),
    }


def again_and_again(corpus: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row with an id, again and again under other ids."""
    for turn in count():
        for number, row in enumerate(rows(corpus)):
            yield hashlib.sha256(f"{row['id']} {turn} {number}".encode()).hexdigest()[:16], row


def _version(services: Services, identity: str, record: Any) -> Version | Withheld:
    base = services.settings.public_url.rstrip("/")
    why = (Text("C'est la seule copie connue.", "fr"), Text("It is the only known copy.", "en"))
    carried = Carried(f"{record.portal}:{identity}", record.portal, record.page, record.dataset.iri, _now(), "", why)
    try:
        made = fragment(Source(identity, record.dataset, (carried,)), base)
    except Incomplete as missing:
        return Withheld(identity, record.id, record.portal, missing.property)
    links = [
        f"<{base}/catalog> <{DCAT.dataset}> <{dataset_iri(base, identity)}> .",
        f"<{base}/catalog> <{DCAT.record}> <{record_iri(base, carried.record)}> .",
    ]
    return Version(identity, made.digest, "\n".join(links) + "\n" + stamped(made.lines, _now()), record.portal)


def _harvest_nothing(services: Services) -> None:
    """A run of each portal, so that every one is credited in the head of a page."""
    for portal in services.registry:
        run = services.archive.begin_run(portal, Start(), datetime.now(UTC))
        services.archive.finish(run, Ending.EXHAUSTED, datetime.now(UTC))


def _dump(services: Services) -> Figures:
    """In a process of its own, for its memory: what ``getrusage`` says of that begins with its parent's."""
    code = (
        "import resource,time;from api.services import Services;from api.settings import read_settings;"
        "from api.feed.whole import write_dumps;s=Services(read_settings());t=time.perf_counter();write_dumps(s);"
        "u=resource.getrusage(resource.RUSAGE_SELF);"
        "m=next(l.split()[1] for l in open('/proc/self/status') if l.startswith('VmHWM'));"
        "print(time.perf_counter()-t,u.ru_utime+u.ru_stime,int(m)/1024)"
    )
    answer = subprocess.run([sys.executable, "-c", code], env=_environment(services), capture_output=True, check=True)
    clock, cpu, memory = map(float, answer.stdout.split())
    sizes = {name: (dump_folder(services) / name).stat().st_size >> 20 for name in DUMPS}
    return {"dumps_s": round(clock, 1), "dumps_cpu_s": round(cpu, 1), "dumps_mb": round(memory), "dump_sizes_mb": sizes}


@contextmanager
def _server(services: Services) -> Iterator[http.client.HTTPConnection]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "--factory", "api.serving:app_from_environment", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "error"], env=_environment(services))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        _wait_for(connection)
        yield connection
    finally:
        process.terminate()
        process.wait()


def _wait_for(connection: http.client.HTTPConnection) -> None:
    for _ in range(300):
        try:
            _get(connection, "/catalog.nt?page_size=1")
        except (OSError, http.client.HTTPException):
            connection.close()
            time.sleep(0.2)
        else:
            return


def _get(connection: http.client.HTTPConnection, path: str, coding: str = "identity") -> bytes:
    connection.request("GET", path, headers={"Accept-Encoding": coding})
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == 200, (path, data[:300])
    return data


def _speeds(connection: http.client.HTTPConnection, pages: int) -> Figures:
    figures: Figures = {}
    for form in FORMS:
        figures[f"uncached_{form}_per_s"] = _speed(
            connection, [f"/catalog.{form}?page={n}" for n in range(1, pages + 1)]
        )
    for coding in ("identity", "gzip"):
        for form in FORMS:
            same = [f"/catalog.{form}?page={pages}"] * pages
            _get(connection, same[0], coding)
            figures[f"cached_{form}_{coding}_per_s"] = _speed(connection, same, coding)
    return figures


def _speed(connection: http.client.HTTPConnection, paths: list[str], coding: str = "identity") -> float:
    started = time.perf_counter()
    for path in paths:
        _get(connection, path, coding)
    return round(len(paths) / (time.perf_counter() - started), 1)


def _validity(services: Services) -> Figures:
    """Every page by the shapes; every 40th in all syntaxes, read back."""
    found, parsed, pages = Counter[str](), 0, 0
    snapshot = services.published.snapshot()
    assert snapshot is not None
    head = services.published.head(snapshot.number)
    for number, bodies in enumerate(_pages_of(services, snapshot.number)):
        text, pages = head + b"".join(bodies).decode(), pages + 1
        behind = background(text)
        for shapes in SHAPES:
            documents = (text, behind) if shapes in SHAPES[2:] else (text,)
            broken = (one for one in validated(shapes, *documents) if one.severity == "Violation")
            found.update(f"{shapes} {one.path} {one.component}" for one in broken)
        parsed += _reads_back(text) if number % PARSED_EVERY == 0 else 0
    return {"pages": pages, "violations": dict(found), "pages_read_back": parsed}


def _pages_of(services: Services, snapshot: int) -> Iterator[list[bytes]]:
    for bodies in services.published.stream(snapshot):
        yield from batches(bodies, 100)


def _reads_back(text: str) -> int:
    triples = list(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    for form in FORMS.values():
        data = ox.serialize((one.triple for one in triples), format=form.oxigraph) or b""
        assert len(list(ox.parse(data, format=form.oxigraph))) == len(triples), form.name
    return 1


def _environment(services: Services) -> dict[str, str]:
    return {**os.environ, "AIGUILLAGE_DATA_DIR": str(services.settings.data_dir)}


def _machine(corpus: Path) -> Figures:
    return {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}",
        "sha256": hashlib.sha256(corpus.read_bytes()).hexdigest(),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


def _now() -> str:
    return moment(datetime.now(UTC))


if __name__ == "__main__":
    sys.exit(main())
