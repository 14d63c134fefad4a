"""What people decide, on each database: it wins, stays, and can be undone."""

import pytest
from sqlalchemy import Engine

from dcat.model import Record
from search.dedupe.decisions import Decision, Said, decided_about, history, in_force, write_decisions
from search.dedupe.sessions import writing
from search.dedupe.store import ClusterStore
from search.dedupe.verdict import Relation
from search.published.store import PublishedStore
from tests.search.examples import PORTALS, chain, record

HERE, REGION, NATION = chain()
ALONE, OTHER = record("roubaix", "arbres"), record("mel", "parkings")


@pytest.fixture
def store(database: Engine) -> ClusterStore:
    made = ClusterStore(database, PORTALS)
    made.create()
    PublishedStore(database).create()
    made.apply(written(HERE, REGION, NATION, ALONE, OTHER))
    return made


def written(*records: Record) -> list[tuple[str, Record | None]]:
    return [(one.id, one) for one in records]


def said(relation: Said, one: Record, other: Record, when: str = "2026-03-01T12:00:00+00:00") -> Decision:
    return Decision(relation, one.id, other.id, "vu à la main", "camille", when)


def decide(store: ClusterStore, database: Engine, *decisions: Decision) -> int:
    with writing(database) as connection:
        new = write_decisions(connection, decisions)
    store.apply_decisions()
    return new


def partition(store: ClusterStore) -> set[frozenset[str]]:
    return {frozenset(copy.record for copy in copies) for _, copies in store.all_clusters()}


def together(store: ClusterStore, one: Record, other: Record) -> bool:
    return store.dataset_of(one.id) == store.dataset_of(other.id)


def test_same_joins_what_no_clue_joins_and_the_older_id_stays(store: ClusterStore, database: Engine) -> None:
    older, younger = store.dataset_of(ALONE.id), store.dataset_of(OTHER.id)
    assert older != younger
    assert decide(store, database, said(Said.SAME, OTHER, ALONE)) == 1
    assert together(store, ALONE, OTHER)
    kept = store.dataset_of(ALONE.id)
    assert {store.redirect_of(one) for one in (older, younger) if one != kept} == {kept}


def test_same_takes_nothing_from_what_the_clues_join(store: ClusterStore, database: Engine) -> None:
    """A portal that holds two living records apart has nothing to say where somebody joined one to the other's copy."""
    beside = record("data-bretagne", "autre", "Parkings")
    store.apply(written(beside))
    decide(store, database, said(Said.SAME, HERE, beside))
    assert frozenset(one.id for one in (HERE, REGION, NATION, beside)) in partition(store)
    kept = partition(store)
    store.rebuild([HERE, REGION, NATION, ALONE, OTHER, beside])
    assert partition(store) == kept


def test_different_parts_what_the_clues_join(store: ClusterStore, database: Engine) -> None:
    decide(store, database, said(Said.DIFFERENT, NATION, HERE))
    assert not together(store, HERE, NATION)
    assert len(partition(store)) == 4


@pytest.mark.parametrize("relation", [Said.DIFFERENT, Said.PART_OF])
def test_what_is_not_the_same_is_never_joined_through_a_third(
    store: ClusterStore, database: Engine, relation: Said
) -> None:
    decide(store, database, said(relation, ALONE, OTHER), said(Said.SAME, HERE, ALONE), said(Said.SAME, HERE, OTHER))
    assert not together(store, ALONE, OTHER)


def test_undo_lets_the_clues_speak_again(store: ClusterStore, database: Engine) -> None:
    before = partition(store)
    decide(store, database, said(Said.DIFFERENT, HERE, NATION), said(Said.SAME, ALONE, OTHER))
    assert partition(store) != before
    undone = [said(Said.UNDO, NATION, HERE), said(Said.UNDO, ALONE, OTHER)]
    assert decide(store, database, *undone) == 2
    assert partition(store) == before
    with writing(database) as connection:
        assert decided_about(connection, [HERE.id, ALONE.id]) == {}
        kept, total = history(connection, 10)
    assert [one.relation for one in kept] == [Said.UNDO, Said.UNDO, Said.SAME, Said.DIFFERENT]
    assert (total, all(one.applied for one in kept)) == (4, True)


def test_decisions_survive_a_rebuild_and_the_same_records_again(store: ClusterStore, database: Engine) -> None:
    decide(store, database, said(Said.SAME, ALONE, OTHER), said(Said.DIFFERENT, HERE, NATION))
    decided = partition(store)
    store.rebuild([HERE, REGION, NATION, ALONE, OTHER])
    assert partition(store) == decided
    store.apply(written(record("roubaix", "arbres", "Arbres de Roubaix"), HERE))
    assert partition(store) == decided


def test_a_decision_made_before_a_rebuild_is_applied_by_it(store: ClusterStore, database: Engine) -> None:
    with writing(database) as connection:
        write_decisions(connection, [said(Said.SAME, ALONE, OTHER)])
    store.rebuild([HERE, REGION, NATION, ALONE, OTHER])
    assert together(store, ALONE, OTHER)
    assert store.apply_decisions().touched == frozenset()


def test_a_decision_about_a_record_that_is_gone_applies_when_it_returns(store: ClusterStore, database: Engine) -> None:
    store.apply([(OTHER.id, None)])
    decide(store, database, said(Said.SAME, ALONE, OTHER))
    assert store.dataset_of(OTHER.id) == ""
    store.apply(written(OTHER))
    assert together(store, ALONE, OTHER)


def test_a_renamed_record_keeps_its_decisions(store: ClusterStore, database: Engine) -> None:
    new = record("mel", "parkings-2")
    decide(store, database, said(Said.SAME, ALONE, OTHER), said(Said.PART_OF, HERE, OTHER))
    store.apply([(OTHER.id, None)], {OTHER.id: new.id})
    store.apply(written(new))
    assert together(store, ALONE, new)
    with writing(database) as connection:
        about = in_force(connection, [new.id])
    assert {(one.relation, one.pair) for one in about} == {
        (Said.SAME, tuple(sorted((ALONE.id, new.id)))),
        (Said.PART_OF, tuple(sorted((HERE.id, new.id)))),
    }
    assert [(one.one, one.other) for one in about if one.relation is Said.PART_OF] == [(HERE.id, new.id)]


def test_where_both_names_were_decided_about_the_later_word_counts(store: ClusterStore, database: Engine) -> None:
    new = record("mel", "parkings-2")
    store.apply(written(new))
    decide(store, database, said(Said.SAME, ALONE, new), said(Said.DIFFERENT, ALONE, OTHER))
    store.rename({OTHER.id: new.id})
    with writing(database) as connection:
        assert list(decided_about(connection, [ALONE.id]).values()) == [Relation.DIFFERENT]


def test_two_names_of_one_record_leave_nothing_to_decide(store: ClusterStore, database: Engine) -> None:
    decide(store, database, said(Said.DIFFERENT, ALONE, OTHER))
    store.rename({OTHER.id: ALONE.id})
    with writing(database) as connection:
        assert history(connection, 10) == ([], 0)


def test_the_same_decision_again_is_no_news_and_an_older_one_does_not_come_back(
    store: ClusterStore, database: Engine
) -> None:
    first = said(Said.SAME, ALONE, OTHER)
    later = said(Said.DIFFERENT, ALONE, OTHER, "2026-04-01T12:00:00+00:00")
    assert decide(store, database, first, first) == 1
    assert decide(store, database, later) == 1
    assert decide(store, database, first) == 0
    assert not together(store, ALONE, OTHER)
    assert decide(store, database, said(Said.UNDO, HERE, OTHER)) == 0, "nothing was decided of them"


def test_a_part_and_its_whole_are_told_as_they_were_said(store: ClusterStore, database: Engine) -> None:
    decide(store, database, said(Said.PART_OF, ALONE, HERE))
    assert decide(store, database, said(Said.PART_OF, HERE, ALONE)) == 1, "the other way round is another thing"
    with writing(database) as connection:
        (last,) = in_force(connection, [ALONE.id])
    assert (last.one, last.other) == (HERE.id, ALONE.id)
