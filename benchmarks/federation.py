"""The sample federation harvested by the real spiders, its clusters compared with what is true."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine

from api.harvesting import jobs_for
from api.services import SAMPLE_FOLDER, Services
from api.settings import read_settings
from dcat.identity import record_id
from harvester.fleet import Fleet
from harvester.sample.federation import SampleFederation
from search.dedupe.store import ClusterStore

DECOYS = ("version", "part", "series", "homonym")


def federation(number: int, seed: int, hard: bool, folder: Path | None) -> dict[str, Any]:
    """Pairwise precision, recall and F1; how many datasets are whole; how many decoys are apart and linked."""
    with TemporaryDirectory(dir=folder) as made:
        services = Services(read_settings(data_dir=Path(made)), sample=True)
        with SampleFederation(number, seed, hard=hard, folder=Path(made, SAMPLE_FOLDER)) as sample:
            with Fleet(2, 2) as fleet:
                fleet.harvest(jobs_for(services, services.registry))
            truth = _truth(sample.truth_path)
        store = ClusterStore(create_engine(f"sqlite:///{made}/clusters.db"), services.portals)
        store.create()
        store.rebuild(services.archive.records())
        found = {copy.record: dataset for dataset, copies in store.all_clusters() for copy in copies}
        links = {frozenset((found[link.record], found[link.other])) for link in store.relations()}
        services.close()
    return {"federation": number, "hard": hard, **compare(truth, found), "decoys": _decoys(truth, found, links)}


def _truth(path: Path) -> dict[str, Mapping[str, str]]:
    """Record id → its row."""
    with path.open(encoding="utf-8") as file:
        return {record_id(row["portal"], row["source_id"]): row for row in csv.DictReader(file)}


def compare(truth: Mapping[str, Mapping[str, str]], found: Mapping[str, str]) -> dict[str, Any]:
    """Over the records that both know."""
    both = [record for record in truth if record in found]
    true = _pairs((truth[record]["dataset"], record) for record in both)
    said = _pairs((found[record], record) for record in both)
    right = len(true & said)
    precision, recall = right / (len(said) or 1), right / (len(true) or 1)
    chains = [group for group in _groups((truth[one]["dataset"], one) for one in both) if len(group) > 2]
    whole = sum(len({found[record] for record in group}) == 1 for group in chains)
    return {
        "records": len(truth),
        "harvested": len(both),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / ((precision + recall) or 1), 4),
        "chains_of_three_and_more": len(chains),
        "whole": round(whole / (len(chains) or 1), 4),
    }


def _decoys(
    truth: Mapping[str, Mapping[str, str]], found: Mapping[str, str], links: set[frozenset[str]]
) -> dict[str, dict[str, int]]:
    """By relation: records that have it, how many are in one cluster with their target, how many are linked to it."""
    clusters: dict[str, set[str]] = defaultdict(set)
    for record, row in truth.items():
        if record in found:
            clusters[row["dataset"]].add(found[record])
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for record, row in truth.items():
        if row["relation"] in DECOYS and record in found and clusters[row["target"]]:
            tally, targets = counted[row["relation"]], clusters[row["target"]]
            tally["records"] += 1
            tally["merged"] += found[record] in targets
            tally["linked"] += any(frozenset((found[record], other)) in links for other in targets)
    return {relation: dict(tally) for relation, tally in sorted(counted.items())}


def _groups(members: Iterable[tuple[str, str]]) -> list[list[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for group, record in members:
        groups[group].append(record)
    return list(groups.values())


def _pairs(members: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    return {pair for group in _groups(members) for pair in combinations(sorted(group), 2)}
