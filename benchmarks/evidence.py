"""How long routing takes where the index tells what portals hold, on so many datasets.

    python -m benchmarks.evidence --records PARQUET --portals PORTALS.csv --queries QUERIES.csv [--datasets 100000]

The records of a national catalogue, normalised as a harvest does and indexed by the embedded engine, each a dataset of
its own; a record that came from a registered portal is that portal's, the others the nation's. They are taken again
under other ids until there are enough. Every question is asked twice: the second round is warm.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import cast

from msgspec.structs import replace
from sqlalchemy import create_engine

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.answers.routing import HarvestedCoverage
from api.services import Services
from benchmarks.corpus import record_of, rows
from benchmarks.routing import NATIONAL_PORTAL, read_judged, read_portals
from benchmarks.routing_baselines import host_of
from dcat.portal import Portal
from search.catalogue import Catalogue
from search.document import copy_of, document_of_copies
from search.engines.backend import Entry
from search.engines.embedded import EmbeddedBackend
from search.fields import entry_of
from search.question import read_question
from search.route import Router


def entries(path: Path, portals: Mapping[str, Portal], number: int) -> Iterator[Entry]:
    """So many datasets as the index holds them."""
    hosts = {host_of(portal.url): identity for identity, portal in portals.items()}
    again = (row for _ in count() for row in rows(path))
    for position, row in enumerate(islice(again, number)):
        portal = hosts.get(row["harvest.domain"], NATIONAL_PORTAL)
        record = replace(record_of(row), portal=portal)
        copy = copy_of(record, portals[portal], {})
        yield entry_of(document_of_copies(f"{position:016x}", [copy], portals))


def measure(catalogue: Catalogue, portals: Mapping[str, Portal], questions: list[str]) -> list[tuple[float, float]]:
    """Milliseconds by the clock and of the processor for each question, with its reading."""
    router, services = Router(portals), SimpleNamespace(portals=portals, catalogue=catalogue)
    times = []
    for question in questions:
        clock, processor = time.perf_counter(), time.process_time()
        coverage = HarvestedCoverage(cast("Services", services), portals)
        router.route(read_question(question), coverage=coverage)
        times.append((1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)))
    return times


def main() -> None:
    """Index, ask, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--records", type=Path, required=True, help="records of a national catalogue, Parquet")
    parser.add_argument("--portals", type=Path, required=True, help="registered portals, CSV")
    parser.add_argument("--queries", type=Path, required=True, help="judged questions, CSV")
    parser.add_argument("--datasets", type=int, default=100_000)
    options = parser.parse_args()
    portals = read_portals(options.portals)
    questions = [judged.query for judged in read_judged(options.queries, portals)]
    with TemporaryDirectory() as folder:
        backend = EmbeddedBackend(Path(folder))
        version = backend.create_version()
        backend.write(version, entries(options.records, portals, options.datasets))
        backend.publish(version)
        catalogue = Catalogue(create_engine("sqlite://"), backend, portals)
        for name in ("first", "warm"):
            print(name, *(_line(values) for values in zip(*measure(catalogue, portals, questions), strict=True)))
        print(f"{backend.count()} datasets, {len(questions)} questions; ms by the clock | of the processor")
        backend.close()


def _line(values: tuple[float, ...]) -> str:
    return f"| p50 {median(values):.2f} p95 {quantiles(values, n=20)[-1]:.2f} max {max(values):.1f}"


if __name__ == "__main__":
    main()
