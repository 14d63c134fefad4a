"""Catalogue exports as an installation holds them: records normalised, clustered, indexed, kept in a folder.

The steps are those of ``aiguillage index --rebuild``. Clusters are kept under the digests of their inputs and the rules
that made them: the next run on the same files reads them, and only fills an index that is missing.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine

from benchmarks.corpus import Row, portal_of, record_of, rows
from dcat.identity import record_id
from dcat.model import Popularity, Record
from dcat.portal import Portal
from harvester.registry import Registry
from search.catalogue import Catalogue
from search.dedupe.store import RULES, ClusterStore
from search.engines.backend import SearchBackend

NEEDED = ("id", "title", "description", "organization", "tags", "harvest.domain", "archived")
COUNTS = {"views": "metric.views", "followers": "metric.followers", "downloads": "metric.resources_downloads"}


class Unusable(Exception):
    """An input that cannot be read; the message says which, and what is needed."""


class Prepared:
    """The records of some exports in ``folder``: clusters, what row became what record, and an index."""

    def __init__(self, exports: Sequence[Path], folder: Path) -> None:
        self.exports = exports
        self.folder = folder
        self.portals = portals(exports)
        self.engine: Engine = create_engine(f"sqlite:///{folder / 'clusters.db'}")
        self.row_of: dict[str, str] = {
            record_id(portal_of(domain).id, row): row for row, domain in _identities(exports)
        }
        self.record_of_row = {row: record for record, row in self.row_of.items()}
        self.figures: dict[str, Any] = {}

    def catalogue(self, backend: SearchBackend, *, anew: bool = False) -> Catalogue:
        """What answers searches on this engine; clusters and index are made where they are missing."""
        catalogue = Catalogue(self.engine, backend, self.portals)
        self.cluster()
        if anew or not backend.ready() or catalogue.count() != self.store().count():
            start = time.perf_counter(), time.process_time(), _processor_of_others()
            number = catalogue.fill()
            seconds, cpu = time.perf_counter() - start[0], time.process_time() - start[1]
            self.figures[f"index_{backend.name}"] = {
                "datasets": number,
                "seconds": round(seconds, 1),
                "records_per_second": round(self.store().count_records() / seconds),
                "cpu_seconds": round(cpu, 1),
                "cpu_seconds_of_its_processes": round(_processor_of_others() - start[2], 1),
                "per_second": round(number / seconds),
                "per_cpu_second": round(number / cpu),
            }
        return catalogue

    def records(self) -> Iterator[Record]:
        """Normalised, each export after the other."""
        for export in self.exports:
            for row in rows(export):
                yield _record(_whole(row))

    def clusters(self) -> Mapping[str, str]:
        """Row id → dataset."""
        self.cluster()
        return {self.row_of[copy.record]: dataset for dataset, copies in self.store().all_clusters() for copy in copies}

    def store(self) -> ClusterStore:
        return ClusterStore(self.engine, self.portals)

    def cluster(self) -> None:
        """Make the clusters, where they are missing or were made of anything else."""
        self.store().create()
        mark = self.folder / "made-of.json"
        wanted = {"rules": RULES, "inputs": digests(self.exports)}
        if mark.exists() and json.loads(mark.read_text(encoding="utf-8")) == wanted:
            return
        start = time.perf_counter(), time.process_time()
        number = self.make()
        self.figures["clusters"] = {
            "records": number,
            "datasets": self.store().count(),
            "seconds": round(time.perf_counter() - start[0], 1),
            "cpu_seconds": round(time.process_time() - start[1], 1),
        }
        mark.write_text(json.dumps(wanted), encoding="utf-8")

    def make(self) -> int:
        """The clusters, from the records; gives how many of these there are."""
        return self.store().rebuild(self.records())


def portals(exports: Sequence[Path]) -> dict[str, Portal]:
    """The portals that the rows came from: where one is registered, its level and territories are told."""
    registered = {host: portal for portal in Registry.load() for host in (_host(portal.url), *portal.hosts)}
    found = {}
    for domain in sorted({domain for _, domain in _identities(exports)}):
        portal, known = portal_of(domain), registered.get(domain or "www.data.gouv.fr")
        if known:
            portal = replace(known, id=portal.id)
        elif domain:  # nothing is known of whom it serves
            portal = replace(portal, territories=())
        found[portal.id] = portal
    return found


def digests(files: Sequence[Path]) -> dict[str, str]:
    """File name → SHA-256."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _processor_of_others() -> float:
    """Seconds that processes took which this one started, and which have ended."""
    taken = os.times()
    return taken.children_user + taken.children_system


def _identities(exports: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Row id and domain of origin. Raises ``Unusable``."""
    for export in exports:
        try:
            columns = pq.ParquetFile(export).schema_arrow.names
            if missing := [name for name in NEEDED if name not in columns]:
                raise Unusable(
                    f"{export}: no column {', '.join(missing)}; a catalogue export of data.gouv.fr is needed"
                )
            table = pq.read_table(export, columns=["id", "harvest.domain"])
        except (OSError, pa.ArrowException) as problem:
            raise Unusable(f"{export}: not a readable Parquet file ({problem})") from problem
        yield from zip(table["id"].to_pylist(), (one or "" for one in table["harvest.domain"].to_pylist()), strict=True)


def _whole(row: Row) -> Row:
    """Texts that are absent are empty."""
    return {name: "" if value is None and not name.startswith("metric.") else value for name, value in row.items()}


def _record(row: Row) -> Record:
    record = record_of(row)
    popularity = Popularity(**{name: row.get(column) for name, column in COUNTS.items()})
    dataset = replace(record.dataset, other_identifiers=(row["slug"],))
    return replace(record, dataset=dataset, archived=row["archived"] != "False", popularity=popularity)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
