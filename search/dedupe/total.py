"""All the clusters at once: every key that brings records together."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

import sqlalchemy as sa
import structlog

from search.batches import batches
from search.dedupe import rows
from search.dedupe.blocks import Blocks
from search.dedupe.clusters import Edge, edge_of, joined
from search.dedupe.decisions import all_decided
from search.dedupe.doubt import is_kept
from search.dedupe.facts import Facts
from search.dedupe.keys import is_crowded
from search.dedupe.stages import Stages
from search.dedupe.tree import bond
from search.dedupe.verdict import Relation, Verdict

log = structlog.get_logger(__name__)

BATCH = 1_000  # pairs judged at once
BITS = 32  # of the number of a record, below its key
NUMBER = (1 << BITS) - 1
LARGE = 20  # copies of one dataset: more are worth a look


def cluster_all(connection: sa.Connection, facts: Mapping[str, Facts], stages: Stages) -> list[tuple[str, ...]]:
    """The clusters of the records that were just written; their keys, and what links them, are written down."""
    with stages.of("block"):
        blocks = _blocks(connection, list(facts.values()))
    edges: list[Edge] = []
    for pairs in stages.each("candidates", batches(blocks.pairs(), BATCH)):
        with stages.of("decide"):
            kept = _links(pairs, blocks, edges)
        with stages.of("write links"):
            rows.insert_relations(connection, kept)
    with stages.of("cluster"):
        clusters = joined(facts, edges, blocks, all_decided(connection))
    _warn(clusters, blocks)
    return clusters


def _blocks(connection: sa.Connection, facts: Sequence[Facts]) -> Blocks:
    """Sorted, keys are written fast, and those who share one stand together."""
    held, crowded = {}, set()
    pairs = sorted(key << BITS | number for number, fact in enumerate(facts) for key in fact.keys)
    rows.insert_keys(connection, ((pair >> BITS, facts[pair & NUMBER].record) for pair in pairs))
    for key, group in groupby(pairs, key=_key):
        numbers = [pair & NUMBER for pair in group]
        if is_crowded(key, len(numbers)):
            crowded.add(key)
        elif len(numbers) > 1:
            held[key] = [facts[number] for number in numbers]
    return Blocks(held, frozenset(crowded))


def _key(pair: int) -> int:
    return pair >> BITS


def _links(pairs: Iterable[tuple[Facts, Facts]], blocks: Blocks, edges: list[Edge]) -> list[Verdict]:
    """What links two records, and what is doubtful; those that are one dataset are added to ``edges``."""
    kept = []
    for one, other in pairs:
        verdict = bond(one, other, blocks)
        if verdict is None:
            continue
        if verdict.relation is Relation.SAME:
            edges.append(edge_of(verdict))
        if is_kept(verdict):
            kept.append(verdict)
    return kept


def _warn(clusters: list[tuple[str, ...]], blocks: Blocks) -> None:
    """Many copies of one dataset are a sign of a portal that gives new names to old things."""
    large = [cluster for cluster in clusters if len(cluster) > LARGE]
    if large:
        log.warning("large clusters", number=len(large), largest=max(map(len, large)), example=large[0][0])
    if blocks.crowded:
        log.info("keys that too many records share", number=len(blocks.crowded))
