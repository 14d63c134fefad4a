"""One batch of changes, inside one transaction: who is near the changed records, and the clusters anew."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa
from msgspec import Struct

from search.dedupe import rows
from search.dedupe.clusters import MOST_HOLDERS, Facts, facts_of, partition
from search.dedupe.decisions import decided_about, rename_in_decisions
from search.dedupe.identities import Known, mint, name_clusters
from search.document import Copy


class Batch(Struct, frozen=True):
    """What one transaction did: records written and removed, datasets that the index must look at again."""

    written: int
    removed: int
    touched: frozenset[str]


def apply_batch(
    connection: sa.Connection, latest: Mapping[str, Copy | None], successors: Mapping[str, str] = MappingProxyType({})
) -> Batch:
    """``latest``: record → what it brings now, None where it is gone; ``successors``: those of them that live on →
    under which identifier. They keep their place in their cluster, so that the dataset keeps its id."""
    if successors:
        rows.mark_pending(connection, rows.rename_records(connection, successors))
        rename_in_decisions(connection, successors)
    old = rows.read_copies(connection, latest)
    new = {record: copy for record, copy in latest.items() if copy is not None and copy != old.get(record)}
    gone = {record for record, copy in latest.items() if copy is None and record in old}
    if not new and not gone:
        return Batch(0, 0, frozenset())
    before = rows.read_datasets(connection, latest)
    facts = {record: facts_of(copy) for record, copy in new.items()}
    keys_before = _counted(facts_of(old[record]) for record in old if record in new or record in gone)
    keys_after = _counted(facts.values())
    held = rows.key_counts(connection, set(keys_before) | set(keys_after))
    rows.delete_records(connection, [*new, *gone])
    rows.insert_records(connection, new, facts, before)
    telling = {
        key
        for key in set(keys_before) | set(keys_after)
        if min(held.get(key, 0), held.get(key, 0) - keys_before[key] + keys_after[key]) <= MOST_HOLDERS
    }
    near = _neighbours(connection, set(new) | set(rows.holders(connection, telling)))
    return _recluster(connection, near, before, frozenset(new), frozenset(gone))


def reconsider(connection: sa.Connection, ids: Collection[str]) -> Batch:
    """Cluster these records and their neighbours anew: something was decided about them."""
    near = _neighbours(connection, set(ids))
    return _recluster(connection, near, {}, frozenset(), frozenset())


def name_and_move(
    connection: sa.Connection,
    clusters: Sequence[tuple[str, ...]],
    before: Mapping[str, str],
    known: Mapping[str, Known],
    exists: Callable[[Collection[str]], set[str]],
) -> tuple[dict[str, str], frozenset[str]]:
    """Give every cluster its id and write it down. Gives record → dataset, and the ids that ended."""
    naming = name_clusters(clusters, before, known)
    unnamed = [cluster[0] for cluster, name in zip(clusters, naming.names, strict=True) if not name]
    minted = _minted(unnamed, exists)
    names = [name or minted[cluster[0]] for cluster, name in zip(clusters, naming.names, strict=True)]
    rows.end_datasets(connection, naming.redirects, naming.ended)
    rows.add_datasets(connection, [minted[record] for record in unnamed])
    after = {record: name for cluster, name in zip(clusters, names, strict=True) for record in cluster}
    moves = {record: name for record, name in after.items() if before.get(record) != name}
    rows.move_records(connection, moves)
    return after, frozenset(naming.redirects) | frozenset(naming.ended)


def _recluster(
    connection: sa.Connection,
    near: Mapping[str, Facts],
    before: Mapping[str, str],
    new: frozenset[str],
    gone: frozenset[str],
) -> Batch:
    members = {**before, **rows.read_datasets(connection, set(near) - new)}
    known = rows.read_known(connection, {dataset for dataset in members.values() if dataset})
    every_key = {key for fact in near.values() for key in fact.keys}
    decided = decided_about(connection, near)
    clusters = partition(list(near.values()), rows.crowded(connection, every_key), decided)
    after, ended = name_and_move(
        connection, clusters, members, known, lambda ids: set(rows.read_known(connection, ids))
    )
    moved = {record for record in after if after[record] != members.get(record)}
    content = {after[record] for record in new | moved if record in after}
    left = {members[record] for record in moved | gone if members.get(record)}
    touched = frozenset(content | left | ended)
    rows.mark_pending(connection, touched)
    return Batch(len(new), len(gone), touched)


def _neighbours(connection: sa.Connection, seeds: set[str]) -> dict[str, Facts]:
    """The records connected to these by keys that mean something or by a decision, with their facts."""
    known: dict[str, Facts] = {}
    followed: set[int] = set()
    frontier = seeds
    while frontier:
        found = {record: facts_of(copy) for record, copy in rows.read_copies(connection, frontier).items()}
        known.update(found)
        fresh = {key for fact in found.values() for key in fact.keys} - followed
        followed |= fresh
        counts = rows.key_counts(connection, fresh)
        shared = [key for key, number in counts.items() if 1 < number <= MOST_HOLDERS]
        decided = {record for pair in decided_about(connection, found) for record in pair}
        frontier = (decided | set(rows.holders(connection, shared))) - set(known)
    return known


def _counted(facts: Iterable[Facts]) -> Counter[int]:
    """Key → how many of these records hold it."""
    return Counter(key for fact in facts for key in fact.keys)


def _minted(firsts: Sequence[str], exists: Callable[[Collection[str]], set[str]]) -> dict[str, str]:
    """Record → a fresh id; the usual case costs one look for all."""
    wished = {mint(record, lambda _: False) for record in firsts}
    taken = exists(wished)
    given: dict[str, str] = {}
    for record in firsts:
        given[record] = mint(record, lambda name: name in taken or (name not in wished and bool(exists([name]))))
        taken.add(given[record])
    return given
