"""Datasets that have to do with each other, by the clues and by decision; on each database."""

import pytest
from sqlalchemy import Engine

from dcat.model import Record
from search.dedupe.decisions import Decision, Said, write_decisions
from search.dedupe.linked import Kind, linked
from search.dedupe.sessions import reading, writing
from search.dedupe.store import ClusterStore
from search.published.store import PublishedStore
from tests.search.examples import PORTALS, record

BUDGET = {"publisher": "Ville de Roubaix"}
OLD = record("roubaix", "budget-2023", "Budget primitif 2023", **BUDGET)
NEW = record("roubaix", "budget-2024", "Budget primitif 2024", **BUDGET)
FIRST = record("mel", "plan-v1", "Plan du réseau v1", iri="https://id.example.fr/plan", modified="2023-05-01")
SECOND = record("data-gouv-fr", "plan", "Plan du réseau v2", iri="https://id.example.fr/plan", modified="2024-05-01")
EXTRACT, WHOLE = record("mel", "arbres-lille", "Arbres"), record("roubaix", "parkings", "Parkings")
EVERY = (OLD, NEW, FIRST, SECOND, EXTRACT, WHOLE)


@pytest.fixture
def published(database: Engine) -> PublishedStore:
    made = PublishedStore(database)
    made.create()
    return made


@pytest.fixture
def store(database: Engine, published: PublishedStore) -> ClusterStore:
    made = ClusterStore(database, PORTALS)
    made.create()
    published.create()
    return made


def write(store: ClusterStore, *records: Record) -> None:
    store.apply([(one.id, one) for one in records])


def links(store: ClusterStore, database: Engine, one: Record) -> set[tuple[Kind, str]]:
    """What the dataset of a record has to do with others, as (kind, dataset)."""
    dataset = store.dataset_of(one.id)
    records = [copy.record for copy in store.clusters([dataset])[dataset]]
    with reading(database) as connection:
        return {(found.kind, found.dataset) for found in linked(connection, {dataset: records}).get(dataset, ())}


def decide(store: ClusterStore, database: Engine, relation: Said, one: Record, other: Record) -> None:
    with writing(database) as connection:
        write_decisions(connection, [Decision(relation, one.id, other.id, "vu", "c", "2026-03-01T12:00:00+00:00")])
    store.apply_decisions()


def test_years_of_one_title_are_a_series_on_both_sides(store: ClusterStore, database: Engine) -> None:
    write(store, *EVERY)
    assert links(store, database, OLD) == {(Kind.SERIES, store.dataset_of(NEW.id))}
    assert links(store, database, NEW) == {(Kind.SERIES, store.dataset_of(OLD.id))}


def test_the_newer_of_two_versions_is_told_by_its_date(store: ClusterStore, database: Engine) -> None:
    write(store, *EVERY)
    assert links(store, database, SECOND) == {(Kind.VERSION_OF, store.dataset_of(FIRST.id))}
    assert links(store, database, FIRST) == {(Kind.HAS_VERSION, store.dataset_of(SECOND.id))}


def test_a_link_names_the_two_records_that_say_so_its_own_first(store: ClusterStore, database: Engine) -> None:
    write(store, *EVERY)
    dataset = store.dataset_of(OLD.id)
    with reading(database) as connection:
        (found,) = linked(connection, {dataset: [OLD.id]})[dataset]
    assert (found.record, found.other) == (OLD.id, NEW.id)


def test_what_was_decided_goes_over_what_was_found(store: ClusterStore, database: Engine) -> None:
    write(store, *EVERY)
    assert links(store, database, EXTRACT) == set()
    decide(store, database, Said.PART_OF, EXTRACT, WHOLE)
    assert links(store, database, EXTRACT) == {(Kind.PART_OF, store.dataset_of(WHOLE.id))}
    assert links(store, database, WHOLE) == {(Kind.HAS_PART, store.dataset_of(EXTRACT.id))}
    decide(store, database, Said.DIFFERENT, OLD, NEW)
    assert links(store, database, OLD) == set()


def test_what_became_one_dataset_is_no_link(store: ClusterStore, database: Engine) -> None:
    write(store, *EVERY)
    decide(store, database, Said.SAME, OLD, NEW)
    assert links(store, database, OLD) == set()


def test_both_ends_are_published_anew_when_a_link_comes_or_goes(
    store: ClusterStore, database: Engine, published: PublishedStore
) -> None:
    write(store, OLD)
    published.write(published.pending(10), [], [], "2026-03-01T12:00:00Z", "")
    assert published.pending(10) == []
    write(store, NEW)
    both = {store.dataset_of(OLD.id), store.dataset_of(NEW.id)}
    assert set(published.pending(10)) == both
    published.write(published.pending(10), [], [], "2026-03-01T12:00:01Z", "")
    gone = store.dataset_of(NEW.id)
    store.apply([(NEW.id, None)])
    assert set(published.pending(10)) == both
    assert gone in both
