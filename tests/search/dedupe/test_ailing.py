"""What is measured of records after their harvest, on each database."""

import pytest
from sqlalchemy import Engine

from search.dedupe.ailing import keep_ailments, shared_records
from search.dedupe.health import Ailment
from search.dedupe.store import ClusterStore
from search.published.store import PublishedStore
from tests.search.examples import PORTALS, chain, record

HERE, REGION, NATION = chain()
ALONE = record("roubaix", "seul")
DEAD = {HERE.id: frozenset({Ailment.DEAD_LINKS, Ailment.UNSEEN})}


@pytest.fixture
def store(database: Engine) -> ClusterStore:
    made = ClusterStore(database, PORTALS)
    made.create()
    PublishedStore(database).create()
    made.apply([(one.id, one) for one in (HERE, REGION, NATION, ALONE)])
    made.all_caught_up()
    return made


def ailments(store: ClusterStore) -> dict[str, tuple[str, ...]]:
    return {copy.record: copy.ailments for _, copies in store.all_clusters() for copy in copies if copy.ailments}


def test_what_is_wrong_is_told_with_the_copy(store: ClusterStore, database: Engine) -> None:
    assert keep_ailments(database, DEAD) == 1
    assert ailments(store) == {HERE.id: ("dead-links", "unseen")}
    dataset = store.dataset_of(HERE.id)
    assert store.pending(10) == [dataset]
    assert {copy.record for copy in store.clusters([dataset])[dataset] if copy.ailments} == {HERE.id}


def test_the_same_measure_again_changes_nothing(store: ClusterStore, database: Engine) -> None:
    keep_ailments(database, DEAD)
    store.all_caught_up()
    assert keep_ailments(database, DEAD) == 0
    assert store.pending(10) == []
    assert store.apply([(HERE.id, HERE)]).touched == frozenset()


def test_what_is_well_again_is_forgotten(store: ClusterStore, database: Engine) -> None:
    keep_ailments(database, DEAD)
    store.all_caught_up()
    assert keep_ailments(database, {}) == 1
    assert (ailments(store), store.pending(10)) == ({}, [store.dataset_of(HERE.id)])


def test_only_records_that_share_a_dataset_are_measured(store: ClusterStore, database: Engine) -> None:
    assert [sorted(some) for some in shared_records(database, 2)] == [sorted((HERE.id, REGION.id, NATION.id))]
