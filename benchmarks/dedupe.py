"""How well records of one dataset are found, and what it costs.

    python -m benchmarks.dedupe --records FILE.parquet --pairs FILE.csv [--hide-identifiers] [--out FILE] [--json]

The rows of a catalogue export become records of the portals that they came from, are kept as the archive keeps them,
and go through the store of the clusters, as ``aiguillage index --rebuild`` does; ``stages`` tells what each step took:
the first is the harvest's. ``--hide-identifiers`` blanks ``slug``, ``url`` and ``harvest.remote_url``, masks addresses,
UUIDs and 24- or 32-digit hexadecimal numbers in titles and descriptions, and never reads ``id``. ``--out`` writes a row
a record: its cluster, and the cluster that it is linked to most.
``--processes N`` says how many processes a rebuild has; seconds of the processor and the peak of memory (PSS) are those
of all of them together, normalising left out.
``--growth N N`` measures so many generated records each, and 1,000 of the largest that change.
``--federation N [--hard]`` harvests the sample federation of N datasets and compares with its truth;
``--truth FILE [--data-dir DIR]`` does so with what an installation harvested of one.
``--labels FILE`` reports apart on pairs that were read by eye; ``--authority FILE [--portals FILE]`` elects a copy of
each pair that was oriented by hand (``benchmarks.authority``).
``--sample N --seed S --side-by-side FILE`` writes N merges drawn at random with both texts, to be read by eye.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a script, this folder's search.py would hide the package

from api.logs import configure
from benchmarks.authority import authority
from benchmarks.export import portals, records
from benchmarks.federation import federation, harvested
from benchmarks.growth import growth
from benchmarks.kept import Kept
from benchmarks.pairs import Found, measure, read_by_eye, read_pairs
from benchmarks.weighing import SELDOM, all_seconds, peak
from dcat.model import Record, text_in
from harvester.archive.engine import open_engine
from search.dedupe.elect import elect
from search.dedupe.stages import Seconds, Stages
from search.dedupe.store import ClusterStore
from search.dedupe.verdict import Relation, Verdict
from search.document import Copy

NORMALISE = "normalise (the harvest's)"
SHOWN = 1_500  # characters of a description, for reading by eye
ORDER = (Relation.VERSION, Relation.PART, Relation.SERIES, Relation.RELATED)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    configure()  # standard output is the answer's
    if options.growth:
        print(json.dumps({**_machine(options), **growth(options.growth, options.folder, options.processes)}))
        return 0
    if options.federation:
        print(json.dumps(federation(options.federation, options.seed, options.hard, options.folder)))
        return 0
    if options.truth:
        print(json.dumps(harvested(options.truth, options.data_dir or options.truth.parent.parent)))
        return 0
    if options.authority:
        print(
            json.dumps(
                authority(options.records, options.pairs, options.authority, options.portals),
                indent=None if options.json else 2,
            )
        )
        return 0
    with TemporaryDirectory(dir=options.folder) as folder:
        run = Run(Path(folder), options.records, options.hide_identifiers, options.processes)
        figures = {**_machine(options), **run.figures}
        found = run.found()
        if options.pairs:
            figures.update(measure(read_pairs(options.pairs), found))
        if options.labels:
            figures["read_by_eye"] = read_by_eye(options.labels, found)
        if options.out:
            with run.stages.of("out"):
                run.write(options.out)
        if options.side_by_side:
            run.side_by_side(options.side_by_side, options.sample, options.seed)
        figures["stages"] = run.by_stage()
    print(json.dumps(figures, ensure_ascii=False, indent=None if options.json else 2))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, help="a catalogue export in Parquet")
    parser.add_argument("--growth", type=int, nargs="+", help="numbers of generated records, instead of an export")
    parser.add_argument("--federation", type=int, help="datasets of the sample federation, instead of an export")
    parser.add_argument("--hard", action="store_true", help="its other variety")
    parser.add_argument("--truth", type=Path, help="truth.csv of a sample federation that was harvested")
    parser.add_argument("--data-dir", type=Path, help="of the installation that harvested it; else two folders above")
    parser.add_argument("--labels", type=Path, help="pairs read by eye: id_a,id_b,label,doubt")
    parser.add_argument("--pairs", type=Path, help="labelled pairs: id_a,id_b,label[,evidence]")
    parser.add_argument("--processes", type=int, help="of a rebuild; else one a processor")
    parser.add_argument("--hide-identifiers", action="store_true")
    parser.add_argument("--out", type=Path, help="id,cluster,relation,related_cluster")
    parser.add_argument("--authority", type=Path, help="id_a,id_b,authority,reason_code: pairs oriented by hand")
    parser.add_argument("--portals", type=Path, help="whose the domains are: domain,title,level,territories,mutualised")
    parser.add_argument("--sample", type=int, default=200, help="merges to be read by eye")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--side-by-side", type=Path)
    parser.add_argument("--folder", type=Path, help="where the store is made meanwhile")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if not (options.records or options.growth or options.federation or options.truth):
        parser.error("--records FILE, --growth N N, --federation N or --truth FILE")
    return options


class Run:
    """One rebuild of all the clusters, from records that were normalised before and kept as the archive keeps them:
    normalising is the harvest's work, and told apart."""

    def __init__(self, folder: Path, export: Path, hide: bool, processes: int | None) -> None:
        self.stages = Stages()
        known = portals(export)
        kept = Kept(folder / "records")
        with self.stages.of(NORMALISE), ProcessPoolExecutor(1, get_context("spawn")) as apart:
            self.rows, taken = apart.submit(_keep, kept, export, hide).result()
        self.stages.add({NORMALISE: taken})
        self.store = ClusterStore(open_engine(f"sqlite:///{folder / 'clusters.db'}"), known, processes)
        self.store.create()
        clock, used = time.perf_counter(), all_seconds()
        with peak(with_own=True, every=SELDOM) as memory:
            number = self.store.rebuild(kept.read(), self.stages)
        self.figures: dict[str, Any] = {
            "records": number,
            "clusters_found": self.store.count(),
            "seconds": round(time.perf_counter() - clock, 1),
            "cpu_seconds": round(all_seconds() - used, 1),
            "peak_mib": round(memory.pss / 2**20),
        }
        with self.stages.of("elect (for the index)"):
            for _, copies in self.store.all_clusters():
                elect(copies, known)

    def by_stage(self) -> dict[str, dict[str, float]]:
        return {
            name: {"cpu": round(cpu, 1), "clock": round(clock, 1)} for name, (cpu, clock) in self.stages.taken.items()
        }

    def found(self) -> Found:
        cluster = {record: dataset for dataset, copies in self._clusters() for record in copies}
        pairs = ((cluster[one.record], cluster[one.other]) for one in self.store.relations())
        linked = frozenset((min(pair), max(pair)) for pair in pairs if pair[0] != pair[1])
        return Found({self.rows[record]: dataset for record, dataset in cluster.items()}, linked)

    def _clusters(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return ((dataset, tuple(copy.record for copy in copies)) for dataset, copies in self.store.all_clusters())

    def write(self, path: Path) -> None:
        """``id,cluster,relation,related_cluster``: the strongest link that a record's cluster does not hold."""
        cluster = {record: dataset for dataset, copies in self._clusters() for record in copies}
        best: dict[str, tuple[tuple[int, float, str], str, str]] = {}
        for link in self.store.relations():
            for one, other in ((link.record, link.other), (link.other, link.record)):
                rank = (ORDER.index(link.relation), -link.score, cluster[other])
                if cluster[one] != cluster[other] and (one not in best or rank < best[one][0]):
                    best[one] = rank, link.relation, cluster[other]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("id", "cluster", "relation", "related_cluster"))
            for record, dataset in cluster.items():
                writer.writerow((self.rows[record], dataset, *best.get(record, ("", "", ""))[1:]))

    def side_by_side(self, path: Path, number: int, seed: int) -> None:
        """Merges drawn at random: one pair of a cluster, clusters by chance."""
        random = Random(seed)
        several = [copies for _, copies in self.store.all_clusters() if len(copies) > 1]
        with path.open("w", encoding="utf-8") as file:
            for count, copies in enumerate(random.sample(several, min(number, len(several))), 1):
                pair = random.sample(copies, 2)
                verdict = self.store.verdict(pair[0].record, pair[1].record)
                file.write(f"## {count} ({len(copies)} copies)\n{_told(verdict)}\n\n")
                file.writelines(map(self._shown, pair))

    def _shown(self, copy: Copy) -> str:
        about = f"{copy.portal} | {copy.publisher} | {copy.coverage} | archived {copy.archived} | {copy.modified}"
        text = text_in(copy.description)[:SHOWN]
        return f"{self.rows[copy.record]} | {about}\n{text_in(copy.title)}\n{text}\n{copy.url}\n\n"


def _keep(kept: Kept, export: Path, hide: bool) -> tuple[dict[str, str], Seconds]:
    """In a process of its own, whose memory is the harvest's: record → row, and what it took."""
    stages, rows = Stages(), dict[str, str]()

    def normalised() -> Iterator[Record]:
        for row, record in records(export, hide):
            rows[record.id] = row
            yield record

    with stages.of(NORMALISE):
        kept.write(normalised())
    return rows, stages.taken[NORMALISE]


def _told(verdict: Verdict | None) -> str:
    """``same, 8.85: title +4.0, …``; two copies may be joined through others alone."""
    if verdict is None:
        return "gone"
    clues = ", ".join(f"{clue.clue} {clue.weight:+}" for clue in verdict.clues)
    return f"{verdict.relation}, {verdict.score}{f', veto {verdict.veto}' if verdict.veto else ''}: {clues}"


def _machine(options: argparse.Namespace) -> dict[str, Any]:
    inputs = [path for path in (options.records, options.pairs) if path]
    return {
        "command": " ".join(sys.argv),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in inputs},
    }


if __name__ == "__main__":
    raise SystemExit(main())
