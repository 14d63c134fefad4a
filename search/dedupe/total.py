"""All the clusters at once: every key that brings records together, streamed from the store."""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa
import structlog

from search.dedupe import rows
from search.dedupe.blocks import Blocks
from search.dedupe.clusters import Edge, edge_of, joined
from search.dedupe.decisions import all_decided
from search.dedupe.doubt import is_kept
from search.dedupe.facts import Facts
from search.dedupe.keys import is_crowded
from search.dedupe.tree import judge
from search.dedupe.verdict import Relation, Verdict

log = structlog.get_logger(__name__)

LARGE = 20  # copies of one dataset: more are worth a look


def cluster_all(connection: sa.Connection, facts: Mapping[str, Facts]) -> list[tuple[str, ...]]:
    """The clusters of the records whose keys were just written; what links them is written down."""
    blocks = _blocks(connection, facts)
    edges: list[Edge] = []
    rows.insert_relations(connection, _links(blocks, edges))
    clusters = joined(facts, edges, blocks, all_decided(connection))
    _warn(clusters, blocks)
    return clusters


def _blocks(connection: sa.Connection, facts: Mapping[str, Facts]) -> Blocks:
    held, crowded = {}, set()
    for key, records in rows.shared_keys(connection):
        if is_crowded(key, len(records)):
            crowded.add(key)
        else:
            held[key] = [facts[record] for record in records]
    return Blocks(held, frozenset(crowded))


def _links(blocks: Blocks, edges: list[Edge]) -> Iterator[Verdict]:
    """What links two records, and what is doubtful; those that are one dataset are added to ``edges``."""
    for one, other in blocks.pairs():
        verdict = judge(one, other, blocks)
        if verdict.relation is Relation.SAME:
            edges.append(edge_of(verdict))
        if is_kept(verdict):
            yield verdict


def _warn(clusters: list[tuple[str, ...]], blocks: Blocks) -> None:
    """Many copies of one dataset are a sign of a portal that gives new names to old things."""
    large = [cluster for cluster in clusters if len(cluster) > LARGE]
    if large:
        log.warning("large clusters", number=len(large), largest=max(map(len, large)), example=large[0][0])
    if blocks.crowded:
        log.info("keys that too many records share", number=len(blocks.crowded))
