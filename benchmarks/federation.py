"""The sample federation harvested by the real spiders, its clusters compared with what is true."""

import csv
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine

from api.keeper.harvesting import jobs_for
from api.services import SAMPLE_FOLDER, Services
from api.settings import read_settings
from dcat.identity import record_id
from dcat.portal import Portal
from harvester.crawling.fleet import Fleet
from harvester.sample.federation import SampleFederation
from search.dedupe.elect import elect
from search.dedupe.store import ClusterStore
from search.document import Copy

DECOYS = ("version", "part", "series", "homonym")


def federation(number: int, seed: int, hard: bool, folder: Path | None) -> dict[str, Any]:
    """Harvests a federation of so many datasets, and compares it with its truth."""
    with TemporaryDirectory(dir=folder) as made:
        services = Services(read_settings(data_dir=Path(made)), sample=True)
        with SampleFederation(number, seed, hard=hard, folder=Path(made, SAMPLE_FOLDER)) as sample:
            with Fleet(2, 2) as fleet:
                fleet.harvest(jobs_for(services, services.registry))
            figures = _against(sample.truth_path, services, Path(made))
        services.close()
    return {"federation": number, "hard": hard, **figures}


def harvested(truth: Path, data_dir: Path) -> dict[str, Any]:
    """What an installation harvested of a federation, compared with the federation's truth."""
    services = Services(read_settings(data_dir=data_dir), sample=True)
    with TemporaryDirectory() as made:
        figures = _against(truth, services, Path(made))
    services.close()
    return {"truth": truth.name, **figures}


def _against(path: Path, services: Services, folder: Path) -> dict[str, Any]:
    """Pairwise precision, recall and F1; how many datasets are whole; how many decoys are apart and linked; how often
    the authority's copy is elected."""
    store = ClusterStore(create_engine(f"sqlite:///{folder}/clusters.db"), services.portals)
    store.create()
    store.rebuild(services.archive.encoded())
    truth, clusters = _truth(path), dict(store.all_clusters())
    found = {copy.record: dataset for dataset, copies in clusters.items() for copy in copies}
    links = {frozenset((found[link.record], found[link.other])) for link in store.relations()}
    elected = _elected(truth, clusters.values(), services.portals)
    return {**compare(truth, found), "decoys": _decoys(truth, found, links), "elected": elected}


def _elected(
    truth: Mapping[str, Mapping[str, str]], clusters: Collection[Sequence[Copy]], portals: Mapping[str, Portal]
) -> dict[str, float]:
    """How often the portal of the copy shown is the authority: in the clusters found that have several copies, and
    where all the copies of a dataset are given."""
    copies = {copy.record: copy for found in clusters for copy in found if copy.record in truth}
    joined = _groups((truth[record]["dataset"], record) for record in copies)
    given = [[copies[record] for record in group] for group in joined if len(group) > 1]
    found = [known for some in clusters if len(known := [copy for copy in some if copy.record in truth]) > 1]
    return {"found": _right(found, truth, portals), "given": _right(given, truth, portals)}


def _right(
    clusters: Sequence[Sequence[Copy]], truth: Mapping[str, Mapping[str, str]], portals: Mapping[str, Portal]
) -> float:
    first = (elect(copies, portals).copies[0] for copies in clusters)
    return round(sum(copy.portal == truth[copy.record]["authority_portal"] for copy in first) / (len(clusters) or 1), 4)


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
