"""What is kept of records that have to do with each other, what people decide, and what a crash leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine, event

from dcat.model import Origin, Record, Text
from search.dedupe import near, total
from search.dedupe.change import Batch
from search.dedupe.decisions import Decision, Said, write_decisions
from search.dedupe.sessions import writing
from search.dedupe.store import ClusterStore
from search.dedupe.verdict import Relation
from tests.search.dedupe.test_store import ids, opened, partition, removed, written
from tests.search.examples import chain, record

TEXT = "Montants votés par chapitre et par article, en dépenses et en recettes, pour la section d'investissement."
MOMENTS = (("INSERT INTO", "records"), ("INSERT INTO", "relations"), ("UPDATE", "records"))


@pytest.fixture
def store(database: Engine) -> ClusterStore:
    return opened(database)


def decide(pairs: Mapping[tuple[str, str], Relation], patch: pytest.MonkeyPatch) -> None:
    def about(_connection: Any, records: Any) -> Any:
        return {pair: relation for pair, relation in pairs.items() if not set(pair).isdisjoint(records)}

    patch.setattr(near, "decided_about", about)
    patch.setattr("search.dedupe.change.decided_about", about)
    patch.setattr(total, "all_decided", lambda _: pairs)


def budget(year: int) -> Record:
    return record("roubaix", f"budget-{year}", f"Budget {year}", publisher="Roubaix", description=(Text(TEXT, "fr"),))


def links(store: ClusterStore) -> set[tuple[frozenset[str], str]]:
    return {(frozenset((link.record, link.other)), str(link.relation)) for link in store.relations()}


def test_a_series_is_linked_and_never_one(store: ClusterStore) -> None:
    years = [budget(year) for year in (2022, 2023, 2024)]
    store.apply(written(*years))
    assert store.count() == 3
    assert {relation for _, relation in links(store)} == {"series"}
    assert len(links(store)) == 3
    assert {(link.record, link.other) for link in store.relations([years[0].id])} <= {
        tuple(sorted((years[0].id, other.id))) for other in years[1:]
    }


def test_links_follow_the_records(store: ClusterStore) -> None:
    store.apply(written(budget(2022), budget(2023)))
    store.apply(written(record("roubaix", "budget-2023", "Arbres", publisher="Roubaix")))
    assert links(store) == set()
    store.apply(written(budget(2023)))
    assert len(links(store)) == 1
    store.apply(removed(budget(2022)))
    assert links(store) == set()


def test_a_verdict_can_be_asked_for_any_two(store: ClusterStore) -> None:
    here, region, _ = chain()
    other = budget(2022)
    store.apply(written(here, region, other))
    found = store.verdict(region.id, here.id)
    assert found is not None
    assert (found.relation, found.clues[0].clue) == (Relation.SAME, "pointer")
    apart = store.verdict(here.id, other.id)
    assert apart is not None
    assert apart.relation is Relation.DIFFERENT
    assert store.verdict(here.id, "roubaix:inconnu") is None


def test_what_is_decided_is_followed_at_once_and_by_rebuilds(store: ClusterStore, database: Engine) -> None:
    one, other = sorted((budget(2022), budget(2023)), key=lambda made: made.id)
    store.apply(written(one, other))

    def say(said: Said, day: int) -> Batch:
        when = f"2026-03-{day:02}T09:00:00+00:00"
        decision = Decision(said, one.id, other.id, "vu sur le portail", "le service", when)
        with writing(database) as connection:
            write_decisions(connection, [decision])
        return store.apply_decisions()

    assert len(say(Said.SAME, 1).touched) == 2
    assert store.count() == 1
    store.rebuild([one, other])
    assert store.count() == 1
    say(Said.DIFFERENT, 2)
    assert store.count() == 2


TEXTS = st.sampled_from(["", TEXT, f"{TEXT} Voir aussi le compte administratif.", TEXT[:60], "Autre chose entièrement"])
RECORDS = st.lists(
    st.builds(
        lambda portal, key, title, text, publisher, archived, remote: replace(
            record(
                portal,
                key,
                title,
                description=(Text(text, "fr"),),
                publisher=publisher,
                origin=Origin(domain="data.rennesmetropole.fr", remote_id=remote) if remote else None,
            ),
            archived=archived,
        ),
        st.sampled_from(["rennes-metropole", "data-bretagne", "data-gouv-fr"]),
        st.sampled_from(["aaa", "bbb", "ccc", "ddd"]),
        st.sampled_from(["Budget 2022", "Budget 2023", "Budget", "Budget (données ouvertes)"]),
        TEXTS,
        st.sampled_from(["", "Rennes", "Roubaix"]),
        st.booleans(),
        st.sampled_from(["", "", "aaa", "bbb"]),
    ),
    max_size=10,
    unique_by=lambda one: one.id,
)
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(list(Relation))), max_size=3)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(RECORDS, min_size=1, max_size=4), pairs=PAIRS)
def test_words_and_decisions_step_by_step_give_what_all_at_once_gives(
    steps: list[list[Record]], pairs: list[tuple[int, int, Relation]]
) -> None:
    known = sorted({made.id for step in steps for made in step})
    decided = {
        (known[min(one, other)], known[max(one, other)]): relation
        for one, other, relation in pairs
        if one != other and max(one, other) < len(known)
    }
    with pytest.MonkeyPatch.context() as patch:
        decide(decided, patch)
        stepwise, total = opened(create_engine("sqlite://")), opened(create_engine("sqlite://"))
        alive: dict[str, Record] = {}
        for step in steps:
            alive.update((made.id, made) for made in step)
            for made in step:
                stepwise.apply(written(made))
        total.rebuild(reversed(alive.values()))
    assert partition(stepwise) == partition(total)
    assert links(stepwise) == links(total)
    for pair, relation in decided.items():
        if relation is not Relation.SAME:
            assert not any(set(pair) <= cluster for cluster in partition(stepwise))


@pytest.mark.parametrize(
    "moment", ["INSERT INTO search_records", "INSERT INTO search_relations", "UPDATE search_records"]
)
def test_a_process_killed_in_a_rebuild_leaves_the_old_clusters(tmp_path: Path, moment: str) -> None:
    path = tmp_path / "killed.db"
    store = opened(create_engine(f"sqlite:///{path}"))
    store.apply(written(*chain(), budget(2022)))
    before, known = partition(store), ids(store)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.run([sys.executable, __file__, str(path), moment], env=environment, check=False, timeout=120)
    assert child.returncode == -signal.SIGKILL
    again = opened(create_engine(f"sqlite:///{path}"))
    assert (partition(again), ids(again)) == (before, known)
    assert again.value("index_stale") == 0


def rebuild_until(path: str, moment: str) -> None:
    """Rebuild with other records, and die at the first statement that begins so."""
    engine = create_engine(f"sqlite:///{path}")
    store = opened(engine)

    @event.listens_for(engine, "after_cursor_execute")
    def die(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(moment):
            os.kill(os.getpid(), signal.SIGKILL)

    def records() -> Iterator[Record]:
        yield from (budget(year) for year in (2022, 2023, 2024))
        yield chain()[0]

    store.rebuild(records())


if __name__ == "__main__":
    rebuild_until(*sys.argv[1:])
