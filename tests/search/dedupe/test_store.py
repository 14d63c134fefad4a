"""Clusters that last, on each database."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event

from dcat.model import Origin, Record
from search.dedupe import tables
from search.dedupe.keys import MOST_HOLDERS
from search.dedupe.sessions import StoreUnavailable
from search.dedupe.store import RULES_KEPT, ClusterStore
from tests.search.dedupe.test_clusters import RECORDS
from tests.search.examples import PORTALS, chain, record


@pytest.fixture
def store(database: Engine) -> ClusterStore:
    return opened(database)


def opened(engine: Engine) -> ClusterStore:
    made = ClusterStore(engine, PORTALS)
    made.create()
    return made


def written(*records: Record) -> list[tuple[str, Record | None]]:
    return [(one.id, one) for one in records]


def removed(*records: Record) -> list[tuple[str, Record | None]]:
    return [(one.id, None) for one in records]


def partition(store: ClusterStore) -> set[frozenset[str]]:
    return {frozenset(copy.record for copy in copies) for _, copies in store.all_clusters()}


def ids(store: ClusterStore) -> dict[str, str]:
    """Record → dataset."""
    return {copy.record: dataset for dataset, copies in store.all_clusters() for copy in copies}


def test_one_dataset_in_three_portals(store: ClusterStore) -> None:
    batch = store.apply(written(*chain()))
    assert (batch.written, batch.removed, len(batch.touched)) == (3, 0, 1)
    assert (store.count(), store.count_records()) == (1, 3)
    (dataset,) = batch.touched
    assert len(dataset) == 16
    assert {copy.portal for copy in store.clusters([dataset])[dataset]} == {one.portal for one in chain()}


def test_records_are_found_in_their_datasets(store: ClusterStore) -> None:
    copies = chain()
    store.apply(written(*copies, record("roubaix", "inconnu")))
    assert store.datasets_of([copies[0].id, "nowhere:1"]) == {copies[0].id: ids(store)[copies[0].id]}


def test_the_same_again_changes_nothing(store: ClusterStore) -> None:
    store.apply(written(*chain()))
    assert store.apply(written(*chain())).touched == frozenset()
    assert store.apply(removed(record("roubaix", "inconnu"))).touched == frozenset()


def bridged() -> tuple[Record, Record, Record]:
    """Two datasets, and a copy that shows they are one."""
    shared = "https://id.example.fr/arrets"
    marker = Origin(domain="data.rennesmetropole.fr", remote_id="tco-bus")
    bridge = record("data-bretagne", "pont", iri=shared, origin=marker)
    return chain()[0], record("data-gouv-fr", "loin", iri=shared), bridge


def test_a_merge_keeps_the_older_id_and_redirects_the_other(store: ClusterStore) -> None:
    here, there, bridge = bridged()
    store.apply(written(there))
    store.apply(written(here))
    older, younger = ids(store)[there.id], ids(store)[here.id]
    assert older != younger
    batch = store.apply(written(bridge))
    assert set(ids(store).values()) == {older}
    assert store.redirect_of(younger) == older
    assert batch.touched == {older, younger}


def test_redirects_follow_later_merges(store: ClusterStore) -> None:
    here, there, bridge = bridged()
    far = record("mel", "ailleurs", iri="https://id.example.fr/autre")
    for one in (far, there, here):
        store.apply(written(one))
    before = ids(store)
    store.apply(written(bridge))
    assert store.redirect_of(before[here.id]) == before[there.id]
    both = ("https://id.example.fr/arrets", "https://id.example.fr/autre")
    store.apply(written(record("roubaix", "deux", other_identifiers=both)))
    assert {store.redirect_of(before[one.id]) for one in (here, there)} == {before[far.id]}


def test_a_split_gives_the_parted_record_an_id_of_its_own(store: ClusterStore) -> None:
    here, region, nation = chain()
    store.apply(written(here, region, nation))
    kept = ids(store)[here.id]
    store.apply(written(record("data-gouv-fr", nation.source_key, "Autre jeu")))
    assert ids(store)[here.id] == ids(store)[region.id] == kept
    assert ids(store)[nation.id] != kept
    assert store.count() == 2


def test_an_id_that_a_merge_ended_comes_back_with_its_record(store: ClusterStore) -> None:
    here, region, _ = chain()
    store.apply(written(here))
    store.apply(written(record("data-bretagne", region.source_key)))
    parted = ids(store)[region.id]
    store.apply(written(region))
    assert store.redirect_of(parted) == ids(store)[here.id]
    store.apply(written(record("data-bretagne", region.source_key)))
    assert ids(store)[region.id] == parted
    assert store.redirect_of(parted) == ""


def test_a_record_under_another_identifier_keeps_its_dataset(store: ClusterStore) -> None:
    old, new = record("roubaix", "ancien"), record("roubaix", "nouveau")
    store.apply(written(old))
    identity = ids(store)[old.id]
    store.apply(removed(old), {old.id: new.id})
    assert ids(store) == {new.id: identity}  # its own words follow
    store.apply(written(new))
    assert (ids(store), store.count(), store.count_records()) == ({new.id: identity}, 1, 1)
    assert store.pending(10) == [identity]
    assert [copy.record for copy in store.clusters([identity])[identity]] == [new.id]


def test_a_record_and_its_successor_in_one_batch_are_one_dataset(store: ClusterStore) -> None:
    old, new = record("roubaix", "ancien"), record("roubaix", "nouveau")
    store.apply(written(old))
    before = ids(store)[old.id]
    store.apply([*removed(old), *written(new)], {old.id: new.id})
    assert (ids(store), store.count()) == ({new.id: before}, 1)


def test_a_record_that_says_nothing_has_a_successor_too(store: ClusterStore) -> None:
    old, new = record("roubaix", "1", title=""), record("roubaix", "2", title="")
    store.apply(written(old))
    before = ids(store)[old.id]
    store.rename({old.id: new.id})
    assert ids(store) == {new.id: before}


def test_a_successor_stays_with_the_other_portals_copies(store: ClusterStore) -> None:
    here, *others = chain()
    store.apply(written(here, *others))
    (before,) = set(ids(store).values())
    new = record("rennes-metropole", "da_y2", identifiers=("tco-bus",), publisher="Ville de Rennes")
    store.apply(removed(here), {here.id: new.id})
    store.apply(written(new))
    assert ids(store) == {one.id: before for one in (new, *others)}


def test_a_rebuild_before_a_successor_was_seen_keeps_the_dataset(store: ClusterStore) -> None:
    old, new = record("roubaix", "ancien"), record("roubaix", "nouveau")
    store.apply(written(old))
    before = ids(store)[old.id]
    store.rename({old.id: new.id})
    store.rebuild([new])
    assert ids(store) == {new.id: before}


def test_the_last_record_takes_its_dataset_with_it(store: ClusterStore) -> None:
    here, *_ = chain()
    (dataset,) = store.apply(written(here)).touched
    assert store.apply(removed(here)).touched == {dataset}
    assert (store.count(), store.count_records(), store.clusters([dataset])) == (0, 0, {})


def test_removing_the_original_parts_nothing_that_still_shares_an_origin(store: ClusterStore) -> None:
    here, region, nation = chain()
    store.apply(written(here, region, nation))
    store.apply(removed(here))
    assert partition(store) == {frozenset((region.id, nation.id))}


def test_a_key_loses_its_meaning_and_finds_it_again(store: ClusterStore) -> None:
    many = [record(f"portail-{n}", str(n), urls=("https://files.example.fr/x.csv",)) for n in range(MOST_HOLDERS + 1)]
    store.apply(written(*many[:-1]))
    assert store.count() == 1
    store.apply(written(many[-1]))
    assert (store.count(), store.count_ignored_keys()) == (MOST_HOLDERS + 1, 1)
    store.apply(removed(many[0]))
    assert (store.count(), store.count_ignored_keys()) == (1, 0)


def test_rebuilding_inherits_ids_and_redirects(store: ClusterStore) -> None:
    for one in bridged():
        store.apply(written(one))
    before = ids(store)
    (ended,) = set(store.pending(10)) - set(before.values())
    assert store.rebuild(reversed(bridged())) == 3
    assert ids(store) == before
    assert store.redirect_of(ended) in before.values()
    assert store.value("index_stale") == 1


def test_a_rebuild_forgets_what_the_archive_no_longer_has(store: ClusterStore) -> None:
    here, region, nation = chain()
    store.apply(written(here, record("roubaix", "perdu")))
    store.rebuild([here, region, nation])
    assert (store.count(), store.count_records()) == (1, 3)


def test_a_rebuild_that_fails_leaves_everything_as_it_was(store: ClusterStore) -> None:
    store.apply(written(*chain()))
    before = ids(store)

    def broken() -> Iterator[Record]:
        yield record("roubaix", "nouveau")
        raise OSError("archive unreadable")

    with pytest.raises(OSError, match="unreadable"):
        store.rebuild(broken())
    assert ids(store) == before


def test_what_the_index_has_to_catch_up_with(store: ClusterStore) -> None:
    (dataset,) = store.apply(written(*chain())).touched
    assert store.pending(10) == [dataset]
    store.caught_up([dataset])
    assert store.pending(10) == []


def test_datasets_are_found_by_their_keys(store: ClusterStore) -> None:
    (dataset,) = store.apply(written(*chain())).touched
    assert store.records_of_key("ref:data.rennesmetropole.fr:tco-bus") == sorted(one.id for one in chain())
    assert store.records_of_key("ref:data.rennesmetropole.fr:autre") == []
    assert store.dataset_of(chain()[1].id) == dataset
    assert store.dataset_of("rennes-metropole:inconnu") == ""


def test_a_change_costs_what_its_neighbours_cost(tmp_path: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'cost.db'}")
    store = opened(engine)
    store.apply(written(*(record("roubaix", f"jeu-{n}", f"Jeu {n}") for n in range(300))))
    read: list[int] = []

    @event.listens_for(engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        read.append(len(statement))

    store.apply(written(record("roubaix", "jeu-7", "Jeu renommé")))
    assert len(read) < 35
    engine.dispose()


def test_a_database_that_is_not_there_says_what_to_do(tmp_path: Any) -> None:
    store = ClusterStore(create_engine(f"sqlite:///{tmp_path / 'absent' / 'x.db'}"), PORTALS)
    with pytest.raises(StoreUnavailable, match="try again") as raised:
        store.create()
    assert "relancez" in raised.value.text_fr


STEPS = st.lists(st.tuples(RECORDS, st.lists(st.integers(0, 30), max_size=3)), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_step_by_step_gives_the_clusters_of_all_at_once(steps: Sequence[tuple[list[Record], list[int]]]) -> None:
    stepwise, total = opened(create_engine("sqlite://")), opened(create_engine("sqlite://"))
    alive: dict[str, Record] = {}
    for records, victims in steps:
        alive.update((one.id, one) for one in records)
        store_all(stepwise, records)
        gone = [one for position, one in enumerate(sorted(alive)) if position in victims]
        stepwise.apply([(identity, None) for identity in gone])
        for identity in gone:
            del alive[identity]
    total.rebuild(alive.values())
    assert partition(stepwise) == partition(total)
    assert stepwise.count() == len(partition(stepwise))
    assert all(len(dataset) == 16 for dataset in ids(stepwise).values())


def store_all(store: ClusterStore, records: Iterable[Record]) -> None:
    for one in records:
        store.apply(written(one))


def test_clusters_of_other_rules_are_told(store: ClusterStore) -> None:
    assert not store.is_outdated()
    here, region, _ = chain()
    store.apply(written(here))
    assert not store.is_outdated()
    store.set_value(RULES_KEPT, 1)
    store.apply(written(region))
    assert store.is_outdated()
    store.rebuild([here, region])
    assert not store.is_outdated()


def test_keys_go_and_move_with_their_record(store: ClusterStore, database: Engine) -> None:
    here, region, nation = chain()
    store.apply(written(here, region, nation))
    keys = {record: held_keys(database, record) for record in (here.id, region.id, nation.id)}
    store.rename({here.id: "new:1"})
    assert (held_keys(database, here.id), held_keys(database, "new:1")) == (set(), keys[here.id])
    store.apply(removed(region))
    assert held_keys(database, region.id) == set()
    assert held_keys(database, nation.id) == keys[nation.id]
    store.rebuild([nation])
    assert held_keys(database, nation.id) == keys[nation.id] != set()


def held_keys(database: Engine, record: str) -> set[int]:
    with database.connect() as connection:
        return set(connection.scalars(sa.select(tables.keys.c.key).where(tables.keys.c.record == record)))
