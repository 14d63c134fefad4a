"""How well datasets are found by people's questions, on both engines, beside plain full-text search.

    python -m benchmarks.search --records FILE.parquet [FILE.parquet …] --queries FILE.csv [--territory CODE]
        [--backend embedded|elasticsearch|both] [--out FILE.csv] [--json]

The rows of catalogue exports become records of the portals that they came from, are normalised, clustered and indexed,
and the questions are read and asked as the API does. A hit is the cluster that holds an expected record. Where
Elasticsearch is given (``--elasticsearch`` or AIGUILLAGE_ELASTICSEARCH_URL), the plain queries of
``benchmarks.baselines`` are asked there of the same records. ``--use`` keeps the questions of one ``use`` only;
``--guard N --seed S`` adds N questions made of words of titles. ``--data-dir`` keeps clusters and indices for the next
run; ``--reindex`` fills the indices anew. ``--out`` writes ``query,rank,ids`` of the first ten, the ids of a cluster's
records joined by ``|``; with both engines it is the embedded one's, the other's goes beside it
(``FILE.elasticsearch.csv``).
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from elasticsearch import Elasticsearch, TransportError

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.logs import configure
from benchmarks.baselines import BASELINES, Baseline
from benchmarks.known_items import FIRST, Asked, Found, by_kind, folded, guard, overlap, read_questions
from benchmarks.prepared import Prepared, Unusable, digests
from search.asking import asked_of
from search.catalogue import Catalogue
from search.engines.backend import IndexUnavailable, SearchBackend
from search.engines.elastic import ElasticsearchBackend
from search.engines.embedded import EmbeddedBackend
from search.query import SearchRequest
from search.question import UnknownTerritoryError, read_question

Engine = Callable[[str], tuple[str, ...]]
VARIABLE = "AIGUILLAGE_ELASTICSEARCH_URL"
WARMING = 20  # questions asked before the clock runs


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    configure()  # standard output is the answer's
    try:
        with TemporaryDirectory() as folder:
            figures = run(options, Path(options.data_dir or folder))
    except (Unusable, UnknownTerritoryError, IndexUnavailable, TransportError) as problem:
        print(f"benchmarks.search: {problem}", file=sys.stderr)
        return 1
    print(json.dumps(figures, ensure_ascii=False) if options.json else _table(figures))
    return 0


def run(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Everything that was asked for, measured."""
    folder.mkdir(parents=True, exist_ok=True)
    prepared = Prepared(options.records, folder)
    engines = {
        backend.name: prepared.catalogue(backend, anew=options.reindex) for backend in _backends(options, folder)
    }
    dataset_of_row = prepared.clusters()
    questions = _questions(options, dataset_of_row)
    found = {name: list(_ask(questions, _ours(catalogue, options))) for name, catalogue in engines.items()}
    if options.out:
        _write(options.out, found, dataset_of_row)
    if options.elasticsearch:
        found |= _baselines(options, questions, dataset_of_row)
    return _figures(options, prepared, found, set(engines))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, nargs="+", required=True, help="catalogue exports in Parquet")
    parser.add_argument("--queries", type=Path, help="query,expected[,kind][,use]")
    parser.add_argument("--use", default="", help="visible or unused: only the questions of this use")
    parser.add_argument("--territory", default="", help="level:code that every search is restricted to")
    parser.add_argument("--backend", choices=("embedded", "elasticsearch", "both"))
    parser.add_argument("--elasticsearch", default=os.environ.get(VARIABLE, ""), help=f"its URL; else {VARIABLE}")
    parser.add_argument("--guard", type=int, default=0, help="so many questions made of words of titles")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-dir", type=Path, help="keeps clusters and indices for the next run")
    parser.add_argument("--reindex", action="store_true", help="fills the indices anew")
    parser.add_argument("--out", type=Path, help="query,rank,ids of the first ten")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    options.backend = options.backend or ("both" if options.elasticsearch else "embedded")
    if options.backend != "embedded" and not options.elasticsearch:
        parser.error(f"--backend {options.backend} needs a server: --elasticsearch URL, or {VARIABLE}")
    if not (options.queries or options.guard):
        parser.error("--queries FILE or --guard N")
    return options


def _backends(options: argparse.Namespace, folder: Path) -> Iterator[SearchBackend]:
    if options.backend != "elasticsearch":
        yield EmbeddedBackend(folder / "index")
    if options.backend != "embedded":
        yield ElasticsearchBackend(options.elasticsearch, prefix_of(options.records), timeout=120)


def _questions(options: argparse.Namespace, dataset_of_row: Mapping[str, str]) -> list[Asked]:
    read = read_questions(options.queries, dataset_of_row, options.use) if options.queries else []
    return read + guard(live_titles(options.records), dataset_of_row, options.guard, options.seed)


def live_titles(exports: Sequence[Path]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for export in exports:
        for row in pq.read_table(export, columns=["id", "title", "archived"]).to_pylist():
            if row["archived"] == "False":
                titles[row["id"]] = row["title"] or ""
    return titles


def _ours(catalogue: Catalogue, options: argparse.Namespace) -> Engine:
    """The question read and asked as the API does, facets and all."""
    territory = (options.territory,) if options.territory else ()

    def ask(query: str) -> tuple[str, ...]:
        question = read_question(query, territory=options.territory, publishers=catalogue.publishers())
        request = asked_of(question, SearchRequest(q=query, territory=territory, page_size=FIRST), question.language)
        return tuple(result.id for result in catalogue.search(request).results)

    return ask


def _baselines(
    options: argparse.Namespace, questions: Sequence[Asked], dataset_of_row: Mapping[str, str]
) -> dict[str, list[Found]]:
    with Elasticsearch(options.elasticsearch, request_timeout=120) as client:
        plain = Baseline(client, f"baseline-{_mark(options.records)}")
        plain.fill(options.records, len(dataset_of_row))
        found = {name: list(_ask(questions, _plain(plain, name, dataset_of_row))) for name in BASELINES}
        if not options.data_dir:
            plain.remove()
    return found


def _plain(plain: Baseline, name: str, dataset_of_row: Mapping[str, str]) -> Engine:
    return lambda query: tuple(folded(plain.ask(name, query), dataset_of_row))[:FIRST]


def _ask(questions: Sequence[Asked], engine: Engine) -> Iterator[Found]:
    for asked in questions[:WARMING]:
        engine(asked.query)
    for asked in questions:
        start = time.perf_counter()
        datasets = engine(asked.query)
        yield Found(asked, datasets, time.perf_counter() - start)


def _write(path: Path, found: Mapping[str, Sequence[Found]], dataset_of_row: Mapping[str, str]) -> None:
    members: dict[str, list[str]] = {}
    for row, dataset in dataset_of_row.items():
        members.setdefault(dataset, []).append(row)
    for name, ours in found.items():
        file = path if name == next(iter(found)) else path.with_suffix(f".{name}{path.suffix}")
        with file.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines, lineterminator="\n")
            writer.writerow(("query", "rank", "ids"))
            for one in ours:
                for rank, dataset in enumerate(one.datasets, 1):
                    writer.writerow((one.asked.query, rank, "|".join(sorted(members[dataset]))))


def _figures(
    options: argparse.Namespace, prepared: Prepared, found: Mapping[str, Sequence[Found]], ours: set[str]
) -> dict[str, Any]:
    answers = {name: {"kinds": by_kind(some), **_milliseconds(some)} for name, some in found.items()}
    missing = sorted({name for some in found.values() for one in some for name in one.asked.missing})
    inputs = [*options.records, *([options.queries] if options.queries else [])]
    return {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "versions": {name: version(name) for name in ("tantivy", "elasticsearch", "msgspec")},
        "inputs": digests(inputs),
        "engines": answers,
        "overlap@10": overlap(*(found[name] for name in sorted(ours))) if len(ours) > 1 else None,
        "expected_ids_not_in_the_records": missing,
        **prepared.figures,
    }


def _milliseconds(found: Sequence[Found]) -> dict[str, float]:
    times = [one.seconds * 1000 for one in found]
    cuts = quantiles(times, n=20) if len(times) > 1 else times * 19
    return {"p50_ms": round(median(times), 1), "p95_ms": round(cuts[18], 1)}


def _table(figures: Mapping[str, Any]) -> str:
    """Engines under each other, one block a kind."""
    kinds = dict.fromkeys(kind for answers in figures["engines"].values() for kind in answers["kinds"])
    lines = [f"{'':18}{'n':>6}{'mrr':>8}{'s@1':>8}{'s@5':>8}{'s@10':>8}{'p50 ms':>9}{'p95 ms':>9}"]
    for kind in kinds:
        lines.append(kind)
        for name, answers in figures["engines"].items():
            one = answers["kinds"][kind]
            shares = "".join(f"{one[key]:8.3f}" for key in ("mrr", "success@1", "success@5", "success@10"))
            lines.append(f"  {name:16}{one['n']:6}{shares}{answers['p50_ms']:9}{answers['p95_ms']:9}")
    said = {key: value for key, value in figures.items() if key not in ("engines", "command", "versions")}
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in said.items() if value)])


def prefix_of(files: Sequence[Path]) -> str:
    """What the names of our indices of these files begin with."""
    return f"benchmark-{_mark(files)}"


def _mark(files: Sequence[Path]) -> str:
    """A name for the index of these files."""
    return hashlib.sha256("".join(sorted(digests(files).values())).encode()).hexdigest()[:12]


if __name__ == "__main__":
    raise SystemExit(main())
