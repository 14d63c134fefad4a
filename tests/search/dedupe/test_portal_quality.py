"""The mean quality of a portal follows its records: added, changed, renamed, removed, rebuilt."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from dcat.model import Dataset, Record, Text
from search.dedupe.store import ClusterStore


def record(key: str, *keywords: str) -> Record:
    portal = key.partition(":")[0]
    words = tuple(Text(word) for word in keywords)
    return Record(key, portal, key, Dataset(title=(Text(f"Arbres {key}"),), description=(Text("D"),), keywords=words))


@pytest.fixture
def store(tmp_path: Path) -> ClusterStore:
    made = ClusterStore(sa.create_engine(f"sqlite:///{tmp_path / 'clusters.db'}"), {})
    made.create()
    return made


def keywords(store: ClusterStore, portal: str) -> tuple[int, float | None]:
    mean = store.quality([portal])[portal]
    return mean.datasets, mean.met["keywords"]


def test_the_mean_follows_the_records(store: ClusterStore) -> None:
    first = [record("a:1", "arbre"), record("a:2"), record("b:1")]
    store.apply([(one.id, one) for one in first])
    assert (keywords(store, "a"), keywords(store, "b")) == ((2, 0.5), (1, 0.0))
    store.apply([("a:2", record("a:2", "parc")), ("b:1", None)])
    assert keywords(store, "a") == (2, 1.0)
    assert store.quality(["b", "nowhere"]) == {}


def test_a_record_under_another_identifier_counts_once(store: ClusterStore) -> None:
    store.apply([("a:1", record("a:1", "arbre"))])
    store.rename({"a:1": "a:9"})
    store.apply([("a:9", record("a:9"))])
    assert keywords(store, "a") == (1, 0.0)


def test_what_is_rebuilt_is_counted_anew(store: ClusterStore) -> None:
    store.apply([("a:1", record("a:1", "arbre"))])
    store.rebuild([record("a:2"), record("a:3")])
    assert keywords(store, "a") == (2, 0.0)


def test_a_question_costs_one_query_whatever_the_portals(store: ClusterStore) -> None:
    store.apply([(f"p{number}:1", record(f"p{number}:1")) for number in range(40)])
    asked: list[str] = []
    sa.event.listen(store._engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    assert len(store.quality([f"p{number}" for number in range(40)])) == 40
    assert len(asked) == 1
