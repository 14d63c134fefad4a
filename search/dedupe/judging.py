"""Judging many pairs: a task that any process can do, for all that it needs comes with it."""

from collections.abc import Iterator

from msgspec import Struct

from search.dedupe.blocks import Blocks
from search.dedupe.clusters import Edge, edge_of
from search.dedupe.facts import Facts
from search.dedupe.kept import Kept, kept_of
from search.dedupe.senses import Senses, ToldMeaning
from search.dedupe.tree import bond
from search.dedupe.verdict import Relation, Verdict

PAIRS = 5_000  # judged at once


class Judge(Struct, frozen=True, tag=True):
    """``pairs`` are places in ``facts``: of the smaller record, and of each greater one that shares a key."""

    facts: tuple[Facts, ...]
    pairs: tuple[tuple[int, tuple[int, ...]], ...]
    senses: Senses


class Judged(Struct, frozen=True, array_like=True):
    """``edges`` join records, ``kept`` are links and doubts."""

    edges: list[Edge]
    kept: list[Kept]


def tasks(blocks: Blocks, most: int = PAIRS) -> Iterator[Judge]:
    """All the pairs of records that share a key, about so many at once."""
    some: list[tuple[Facts, list[Facts]]] = []
    number = 0
    for one, others in blocks.pairs():
        some.append((one, others))
        number += len(others)
        if number >= most:
            yield _task(some, blocks)
            some, number = [], 0
    if some:
        yield _task(some, blocks)


def _task(some: list[tuple[Facts, list[Facts]]], blocks: Blocks) -> Judge:
    known = {fact.record: fact for one, others in some for fact in (one, *others)}
    places = {record: place for place, record in enumerate(known)}
    pairs = ((places[one.record], tuple(places[other.record] for other in others)) for one, others in some)
    return Judge(tuple(known.values()), tuple(pairs), blocks.senses(known.values()))


def judged(task: Judge) -> Judged:
    """What is to be kept of the verdicts on these pairs."""
    verdicts = list(_verdicts(task))
    edges = [edge_of(verdict) for verdict in verdicts if verdict.relation is Relation.SAME]
    return Judged(edges, kept_of(verdicts))


def _verdicts(task: Judge) -> Iterator[Verdict]:
    facts, meaning = task.facts, ToldMeaning(task.senses)
    for one, others in task.pairs:
        for other in others:
            verdict = bond(facts[one], facts[other], meaning)
            if verdict is not None:
                yield verdict
