"""How long searching takes, and what the program adds to the engine's bare query.

    python -m benchmarks.speed --records FILE.parquet [FILE.parquet …] --queries FILE.csv --data-dir DIR
        [--elasticsearch URL] [--guard N] [--use visible|unused] [--size RECORDS]

Each question is read, routed with evidence from the index, searched with facets and written as JSON, as ``GET
/api/search`` does but for HTTP; then the engine is asked its first query alone: the embedded one directly,
Elasticsearch over HTTP with nothing read of its answer. Milliseconds of the processor, which other work on the machine
falsifies least, and by the clock. Every question was asked once before. Clusters and indices are those of
``benchmarks.search`` in the same folder, made where they are missing: then it is also said how many records a second
were indexed. ``--size`` measures an index of so many records instead, kept in the same folder: the exports told again
(``benchmarks.repeated``).
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import cast

import msgspec
import urllib3
from msgspec import Struct

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.answers.routing import read, route
from api.answers.searching import search, suggestions
from api.logs import configure
from api.services import Services
from benchmarks.known_items import guard, read_questions
from benchmarks.prepared import Prepared
from benchmarks.repeated import Repeated
from benchmarks.search import VARIABLE, live_titles, prefix_of
from search.answer import RoutingAnswer
from search.engines.backend import Hits, IndexQuery, SearchBackend
from search.engines.elastic import ElasticsearchBackend, body_of
from search.engines.embedded import EmbeddedBackend
from search.query import SearchRequest
from search.route import Router

BEGINNING = 12  # characters that are typed when suggestions are asked for

Bare = Callable[[IndexQuery], Callable[[], object]]  # what is timed, made ready


class Spent(Struct, frozen=True):
    """Milliseconds of one question."""

    processor: float
    clock: float

    def less(self, other: "Spent") -> "Spent":
        return Spent(self.processor - other.processor, self.clock - other.clock)


class Listening:
    """The engine, with the pages of hits that it is asked for."""

    def __init__(self, backend: SearchBackend) -> None:
        self._backend = backend
        self.pages: list[IndexQuery] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._backend, name)

    def search(self, query: IndexQuery) -> Hits:
        if query.limit:
            self.pages.append(query)
        return self._backend.search(query)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, nargs="+", required=True, help="catalogue exports in Parquet")
    parser.add_argument("--queries", type=Path, required=True, help="query,expected[,kind][,use]")
    parser.add_argument("--use", default="", help="visible or unused: only the questions of this use")
    parser.add_argument("--guard", type=int, default=60, help="so many questions made of words of titles")
    parser.add_argument("--data-dir", type=Path, required=True, help="clusters and indices of benchmarks.search")
    parser.add_argument("--size", type=int, default=0, help="so many records, the exports told again")
    parser.add_argument("--elasticsearch", default=os.environ.get(VARIABLE, ""), help=f"its URL; else {VARIABLE}")
    options = parser.parse_args(arguments)
    configure()
    options.data_dir.mkdir(parents=True, exist_ok=True)
    once = Prepared(options.records, options.data_dir)
    datasets = once.clusters()
    drawn = guard(live_titles(options.records), datasets, options.guard, 1)
    questions = [one.query for one in (*read_questions(options.queries, datasets, options.use), *drawn)]
    prepared = Repeated(once, options.size) if options.size else once
    embedded = EmbeddedBackend(prepared.folder / "index")
    measure("embedded", embedded, directly(embedded), prepared, questions)
    if options.elasticsearch:
        prefix = prefix_of(options.records) + (f"x{options.size}" if options.size else "")
        elastic = ElasticsearchBackend(options.elasticsearch, prefix, timeout=120)
        measure("elasticsearch", elastic, over_http(options.elasticsearch, prefix), prepared, questions)


def measure(name: str, backend: SearchBackend, bare: Bare, prepared: Prepared, questions: list[str]) -> None:
    listening = Listening(backend)
    catalogue = prepared.catalogue(cast("SearchBackend", listening))
    portals = prepared.portals
    known = SimpleNamespace(
        portals=portals, portals_read=portals, catalogue=catalogue, router=Router(portals), harvested=True
    )
    services = cast("Services", known)
    for made, figures in prepared.figures.items():
        print(f"{made}: {figures}")
    prepared.figures.clear()
    warm = [_asked(services, listening, bare, one) for one in questions + questions][len(questions) :]
    beginnings = [question[:BEGINNING] for question in questions]
    begun = [_spent(partial(suggestions, services, one, "fr")) for one in beginnings + beginnings][len(questions) :]
    routed = [_spent(partial(_routed, services, one)) for one in questions]
    _print(name, "read and routed", routed)
    _print(name, "search, all", (whole for whole, _ in warm))
    _print(name, "the engine's bare query", (alone for _, alone in warm))
    _print(name, "what is added", (whole.less(alone) for whole, alone in warm))
    _print(name, "suggestions", begun)


def _asked(services: Services, listening: Listening, bare: Bare, question: str) -> tuple[Spent, Spent]:
    listening.pages.clear()
    whole = _spent(lambda: msgspec.json.encode(search(services, SearchRequest(q=question))))
    return whole, _spent(bare(listening.pages[0]))


def _routed(services: Services, question: str) -> RoutingAnswer:
    with services.catalogue.at_once():
        return route(services, read(services, question))


def directly(backend: SearchBackend) -> Bare:
    return lambda query: partial(backend.search, query)


def over_http(url: str, prefix: str) -> Bare:
    """The query as the server gets it, written beforehand, the answer left as bytes."""
    pool = urllib3.PoolManager()
    headers = {"content-type": "application/json"}

    def asking(query: IndexQuery) -> Callable[[], object]:
        written = msgspec.json.encode(body_of(query))
        return lambda: pool.request("POST", f"{url}/{prefix}/_search", body=written, headers=headers).data

    return asking


def _spent(act: Callable[[], object]) -> Spent:
    clock, processor = time.perf_counter(), time.process_time()
    act()
    return Spent(1000 * (time.process_time() - processor), 1000 * (time.perf_counter() - clock))


def _print(engine: str, what: str, spent: Iterable[Spent]) -> None:
    rows = list(spent)
    figures = [_figures([one.processor for one in rows]), _figures([one.clock for one in rows])]
    print(f"{engine:14} {what:24} processor {figures[0]}  clock {figures[1]}")


def _figures(values: Sequence[float]) -> str:
    return f"p50 {median(values):6.1f} p95 {quantiles(values, n=20)[-1]:6.1f}"


if __name__ == "__main__":
    main()
