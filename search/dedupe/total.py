"""All the clusters at once: every key that brings records together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

import sqlalchemy as sa
import structlog

from dcat.codec import Encoded, encoded
from dcat.model import Record
from search.batches import batches
from search.dedupe import rows
from search.dedupe.blocks import Blocks
from search.dedupe.clusters import Edge, joined
from search.dedupe.decisions import all_decided
from search.dedupe.encoding import decode_facts
from search.dedupe.facts import Facts
from search.dedupe.judging import tasks
from search.dedupe.keys import is_crowded
from search.dedupe.processes.task import Describe
from search.dedupe.processes.workers import Workers
from search.dedupe.stages import Stages

log = structlog.get_logger(__name__)

RECORDS = 1_000  # described at once
KEYS = 20_000  # written at once, in their order: that is fast
BITS = 32  # of the number of a record, below its key
NUMBER = (1 << BITS) - 1
END = 1 << 64 + BITS  # above every key
LARGE = 20  # copies of one dataset: more are worth a look


def write_all(
    connection: sa.Connection,
    found: Iterable[Record | Encoded],
    before: Mapping[str, str],
    workers: Workers,
    stages: Stages,
) -> dict[str, Facts]:
    """What comparing needs of all these records, each of which was written down but for its keys."""
    written: dict[str, Facts] = {}
    for answer in workers.answers(_descriptions(found, stages), stages):
        fresh = [one for one in answer.described if one.record not in written]
        with stages.of("write"):
            rows.insert_records(connection, fresh, before)
        with stages.of("facts"):
            written.update((one.record, decode_facts(one.facts)) for one in fresh)
    return written


def _descriptions(found: Iterable[Record | Encoded], stages: Stages) -> Iterator[Describe]:
    """A record that comes twice counts once."""
    for some in stages.each("read", batches(map(encoded, found), RECORDS)):
        yield Describe(tuple(dict(some).values()))


def cluster_all(
    connection: sa.Connection, facts: Mapping[str, Facts], workers: Workers, stages: Stages
) -> list[tuple[str, ...]]:
    """The clusters of the records that were just written; their keys, and what links them, are written down."""
    with stages.of("block"):
        known = list(facts.values())
        pairs = sorted(key << BITS | number for number, fact in enumerate(known) for key in fact.keys)
        blocks = _blocks(pairs, known)
    keys = ((pair >> BITS, known[pair & NUMBER].record) for pair in pairs)
    edges = _judged(connection, blocks, keys, workers, stages)
    with stages.of("cluster"):
        clusters = joined(facts, edges, blocks, all_decided(connection))
    _warn(clusters, blocks)
    return clusters


def _judged(
    connection: sa.Connection, blocks: Blocks, keys: Iterable[tuple[int, str]], workers: Workers, stages: Stages
) -> list[Edge]:
    """What joins two records; what links them is written, and the keys, while others judge."""
    edges: list[Edge] = []
    waiting = batches(keys, KEYS)
    for answer in workers.answers(stages.each("candidates", tasks(blocks)), stages):
        if answer.judged is not None:
            edges.extend(answer.judged.edges)
            with stages.of("write links"):
                rows.insert_relations(connection, answer.judged.kept)
        with stages.of("write keys"):
            rows.insert_keys(connection, next(waiting, []))
    with stages.of("write keys"):
        for some in waiting:
            rows.insert_keys(connection, some)
    return edges


def _blocks(pairs: Iterable[int], facts: Sequence[Facts]) -> Blocks:
    held, crowded = {}, set()
    for key, numbers in _shared(pairs):
        if is_crowded(key, len(numbers)):
            crowded.add(key)
        else:
            held[key] = [facts[number] for number in numbers]
    return Blocks(held, frozenset(crowded))


def _shared(pairs: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
    """The keys that several records hold, and the numbers of these: sorted, they stand together."""
    last, numbers = 0, list[int]()
    for pair in chain(pairs, (END,)):
        if (key := pair >> BITS) == last:
            numbers.append(pair & NUMBER)
            continue
        if len(numbers) > 1:
            yield last, numbers
        last, numbers = key, [pair & NUMBER]


def _warn(clusters: list[tuple[str, ...]], blocks: Blocks) -> None:
    """Many copies of one dataset are a sign of a portal that gives new names to old things."""
    large = [cluster for cluster in clusters if len(cluster) > LARGE]
    if large:
        log.warning("large clusters", number=len(large), largest=max(map(len, large)), example=large[0][0])
    if blocks.crowded:
        log.info("keys that too many records share", number=len(blocks.crowded))
