"""Published descriptions: what changed, what did not, and what a snapshot keeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from search.published.store import Filters, PublishedStore, Version, Withheld

HEAD = "<https://a.example/catalog> <https://a.example/p> <https://a.example/o> .\n"
FIRST, SECOND = "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[PublishedStore]:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'store.sqlite'}")
    made = PublishedStore(engine)
    made.create()
    yield made
    engine.dispose()


def version(dataset: str, digest: str = "1", **values: object) -> Version:
    return Version(dataset, digest, f"body of {dataset} {digest}\n", **values)  # type: ignore[arg-type]


def test_what_stays_the_same_makes_no_snapshot(store: PublishedStore) -> None:
    assert store.write(["a", "b"], [version("a"), version("b")], (), FIRST, HEAD) == 2
    assert store.write(["a", "b"], [version("a"), version("b")], (), SECOND, HEAD) == 0
    newest = store.snapshot()
    assert newest is not None
    assert (newest.number, newest.moment, newest.ended) == (1, FIRST, "")


def test_changes_are_told_in_order_and_snapshots_keep_what_was(store: PublishedStore) -> None:
    store.write(["a", "b"], [version("a"), version("b")], (), FIRST, HEAD)
    store.write(["a", "b", "c"], [version("b", "2"), version("c")], (), SECOND, HEAD)
    told = [(event.number, event.dataset, event.kind) for event in store.events(1, 9)]
    assert told == [(1, "a", "create"), (2, "b", "create"), (3, "a", "delete"), (4, "b", "update"), (5, "c", "create")]
    assert store.page(1, Filters(), 0, 10) == [b"body of a 1\n", b"body of b 1\n"]
    assert store.page(2, Filters(), 0, 10) == [b"body of b 2\n", b"body of c 1\n"]
    assert [body for some in store.stream(2) for body in some] == store.page(2, Filters(), 0, 10)
    first = store.snapshot(1)
    assert first is not None
    assert first.ended == SECOND
    assert store.snapshot(3) is None
    assert store.count(2, Filters(since=SECOND)) == 2


def test_agents_are_found_where_they_are_described_now(store: PublishedStore) -> None:
    store.write(["a", "b"], [version("a", agents=("x", "y")), version("b", agents=("y",))], (), FIRST, HEAD)
    assert [store.described_in(agent) for agent in ("x", "y", "z")] == ["a", "a", ""]
    store.write(["a"], [version("a", agents=("z",))], (), SECOND, HEAD)
    assert [store.described_in(agent) for agent in ("x", "y", "z")] == ["", "b", "a"]
    store.write(["a", "b"], [], (), SECOND, HEAD)
    assert [store.described_in(agent) for agent in ("x", "y", "z")] == ["", "", ""]


def test_returned_dataset_is_created_anew(store: PublishedStore) -> None:
    for current in ([version("a")], [], [version("a")]):
        store.write(["a"], current, (), FIRST, HEAD)
    assert [event.kind for event in store.events(1, 9)] == ["create", "delete", "create"]


def test_another_head_is_another_snapshot(store: PublishedStore) -> None:
    store.write((), (), (), FIRST, HEAD)
    store.write((), (), (), SECOND, HEAD + HEAD)
    newest = store.snapshot()
    assert newest is not None
    assert newest.number == 2
    assert store.head(2) == HEAD + HEAD


def test_what_stays_out_is_counted_and_named(store: PublishedStore) -> None:
    store.write(["a"], (), [Withheld("a", "p:1", "p", "dct:title")], FIRST, HEAD)
    assert store.withheld_counts() == {"dct:title": 1}
    assert store.withheld_property("a") == "dct:title"
    assert store.withheld_by_portal(["p", "q"]) == {"p": {"dct:title": 1}}
    assert store.withheld_by_portal(["q"]) == {}
    store.write(["a"], [version("a")], (), SECOND, HEAD)
    assert store.withheld_counts() == {}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(portal="p"), 1),
        (Filters(theme="TRAN"), 1),
        (Filters(theme="TR"), 0),
        (Filters(territory="region:53"), 2),
        (Filters(territory="region:5"), 0),
        (Filters(theme="%"), 0),
    ],
)
def test_filters_are_exact(store: PublishedStore, filters: Filters, expected: int) -> None:
    near = ("commune:35238", "region:53")
    current = [version("a", portal="p", themes=("TRAN", "ENVI"), territories=near), version("b", territories=near)]
    store.write(["a", "b"], current, (), FIRST, HEAD)
    assert store.count(1, filters) == expected


def test_forgetting_empties_what_was_replaced(store: PublishedStore) -> None:
    store.write(["a"], [version("a")], (), FIRST, HEAD)
    store.write(["a"], [version("a", "2")], (), SECOND, HEAD)
    store.drop_superseded()
    assert [event.body for event in store.events(1, 2)] == ["", "body of a 2\n"]
