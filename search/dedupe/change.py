"""One batch of changes, inside one transaction: who is near the changed records, and the clusters anew."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from search.dedupe import rows
from search.dedupe.blocks import Blocks
from search.dedupe.decisions import decided_about, rename_in_decisions
from search.dedupe.described import described
from search.dedupe.facts import Facts, facts_of_all
from search.dedupe.identities import Known, mint, name_clusters
from search.dedupe.kept import kept_of
from search.dedupe.keys import cap_of, is_crowded
from search.dedupe.near import Neighbourhood
from search.dedupe.tree import judge
from search.dedupe.verdict import Link, Relation
from search.document import Copy


class Batch(Struct, frozen=True):
    """What one transaction did: records written and removed, datasets that the index must look at again, and those
    that have to do with others than before, or otherwise."""

    written: int
    removed: int
    touched: frozenset[str]
    linked: frozenset[str] = frozenset()


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
    replaced = rows.read_facts(connection, [record for record in old if record in new or record in gone])
    facts = facts_of_all(list(new.values()))
    touched = affected(connection, replaced, facts)
    lost = list(rows.read_relations(connection, gone))
    rows.delete_records(connection, replaced)
    rows.delete_relations(connection, gone)
    rows.insert_records(connection, [described(copy, facts[record]) for record, copy in new.items()], before)
    rows.insert_keys(connection, ((key, record) for record in new for key in facts[record].keys))
    done = _recluster(connection, touched - gone, before, frozenset(new), frozenset(gone))
    return replace(done, linked=done.linked | _datasets_of(connection, lost))


def reconsider(connection: sa.Connection, ids: Collection[str]) -> Batch:
    """Cluster these records and their neighbours anew: something was decided about them."""
    return _recluster(connection, set(ids), {}, frozenset(), frozenset())


def affected(connection: sa.Connection, old: Mapping[str, Facts], new: Mapping[str, Facts]) -> set[str]:
    """The records whose verdicts may change, before the change is written: those that change, those that were one
    dataset with what they said before, and all who hold a key that gains or loses its meaning.
    """
    keys_before, keys_after = _counted(old.values()), _counted(new.values())
    held = rows.key_counts(connection, set(keys_before) | set(keys_after))
    counts = {
        key: (held.get(key, 0), held.get(key, 0) - keys_before[key] + keys_after[key])
        for key in keys_before | keys_after
    }
    holders = rows.holders(connection, [key for key, both in counts.items() if min(both) <= cap_of(key)])
    known = {**rows.read_facts(connection, {one for found in holders.values() for one in found} - set(old)), **old}
    first = _blocks({key: [known[one] for one in found] for key, found in holders.items()}, counts, 0)
    later = _blocks(_after(holders, known, old, new), counts, 1)
    turned = {key for key in counts if _sense(first, key) != _sense(later, key)}
    seeds = {record for key in turned for record in holders.get(key, ())}
    told = {record for pair in decided_about(connection, old) for record in pair}
    return set(old) | set(new) | seeds | told | set(_partners(old, holders, known, first))


def _after(
    holders: Mapping[int, list[str]], known: Mapping[str, Facts], old: Mapping[str, Facts], new: Mapping[str, Facts]
) -> dict[int, list[Facts]]:
    """Key → who holds it once the change is written."""
    stay = {key: [known[one] for one in found if one not in old and one not in new] for key, found in holders.items()}
    for fact in new.values():
        for key in fact.keys:
            stay.setdefault(key, []).append(fact)
    return stay


def _blocks(held: Mapping[int, list[Facts]], counts: Mapping[int, tuple[int, int]], when: int) -> Blocks:
    crowded = frozenset(key for key, both in counts.items() if is_crowded(key, both[when]))
    return Blocks({key: found for key, found in held.items() if len(found) > 1 and key not in crowded}, crowded)


def _sense(blocks: Blocks, key: int) -> tuple[bool, ...]:
    """What a key says of those who hold it."""
    return key in blocks.crowded, key in blocks.repeated, blocks.is_generic_key(key), blocks.has_one_owner(key)


def _partners(
    old: Mapping[str, Facts], holders: Mapping[int, list[str]], known: Mapping[str, Facts], blocks: Blocks
) -> Iterable[str]:
    """Those that were one dataset with what these records said."""
    for fact in old.values():
        for record in {other for key in fact.keys if key in blocks.held for other in holders[key]} - {fact.record}:
            if judge(fact, known[record], blocks).relation is Relation.SAME:
                yield record


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
    seeds: Collection[str],
    before: Mapping[str, str],
    new: frozenset[str],
    gone: frozenset[str],
) -> Batch:
    near = Neighbourhood(connection, seeds)
    members = {**before, **rows.read_datasets(connection, set(near.core) - new)}
    known = rows.read_known(connection, {dataset for dataset in members.values() if dataset})
    clusters = near.clusters()
    links = set(rows.read_relations(connection, seeds))
    rows.delete_relations(connection, seeds)
    rows.insert_relations(connection, kept_of(near.verdicts_on(seeds)))
    after, ended = name_and_move(
        connection, clusters, members, known, lambda ids: set(rows.read_known(connection, ids))
    )
    moved = {record for record in after if after[record] != members.get(record)}
    content = {after[record] for record in new | moved if record in after}
    left = {members[record] for record in moved | gone if members.get(record)}
    touched = frozenset(content | left | ended)
    rows.mark_pending(connection, touched)
    other_links = links ^ set(rows.read_relations(connection, seeds))
    moved_links = rows.read_relations(connection, moved)
    return Batch(len(new), len(gone), touched, _datasets_of(connection, [*other_links, *moved_links]))


def _datasets_of(connection: sa.Connection, links: Iterable[Link]) -> frozenset[str]:
    """Those of both ends."""
    ends = {record for link in links for record in (link.record, link.other)}
    return frozenset(rows.read_datasets(connection, ends).values())


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
