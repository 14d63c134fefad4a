"""Which records are one dataset."""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dcat.model import Origin, Record, Text
from search.dedupe.clues import Clues
from search.dedupe.clusters import partition
from search.dedupe.decisions import Decided
from search.dedupe.facts import facts_of
from search.dedupe.keys import MOST_HOLDERS
from search.dedupe.verdict import Relation
from search.document import copy_of
from tests.search.examples import PORTALS, chain, record

CLUES = Clues(PORTALS)
UUID = "0b5c3d1e-1111-4222-8333-944445555666"
FILE = "https://files.example.fr/bus/arrets.csv"


def clusters(*records: Record, decided: Decided = MappingProxyType({})) -> list[set[str]]:
    """The clusters, as sets of source keys."""
    keys = {one.id: one.source_key for one in records}
    facts = [facts_of(copy_of(one, PORTALS.get(one.portal), CLUES.of(one))) for one in records]
    found = partition(facts, decided=decided)
    return [{keys[identity] for identity in cluster} for cluster in found]


def merged(*records: Record) -> bool:
    return len(clusters(*records)) == 1


def here(key: str = "a", title: str = "Arrêts de bus", **more: Any) -> Record:
    return record("rennes-metropole", key, title, **more)


def there(key: str = "b", title: str = "Arrêts de bus", **more: Any) -> Record:
    return record("data-gouv-fr", key, title, **more)


POINTER = Origin(domain="data.rennesmetropole.fr", remote_id="aaa")


def test_three_levels_are_one_dataset() -> None:
    assert merged(*chain())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here("aaa"), there(origin=POINTER)),
        (here("aaa", "Arrêts"), there("b", "Points d'arrêt du réseau", origin=POINTER)),  # renamed
        (here(identifiers=(UUID,)), there(identifiers=(f"fr-2135-jdd-{UUID}",))),
        (here(iri="https://id.example.fr/a"), there(iri="http://id.example.fr/a/")),
        (here(urls=(FILE,)), there(urls=(FILE.replace("https", "http"),))),
        (
            here(page="https://data.rennesmetropole.fr/p/1"),
            there(origin=Origin(uri="https://data.rennesmetropole.fr/p/1")),
        ),
        (record("data-bretagne", "c", origin=POINTER), there(origin=POINTER)),  # two copies of one that we do not know
    ],
)
def test_one_dataset(one: Record, other: Record) -> None:
    assert merged(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (here(), there()),  # homonyms
        (here(identifiers=("TODO",)), there(identifiers=("TODO",))),
        (here("aaa", "Budget 2023"), there("b", "Budget 2024", origin=POINTER)),
        (here("aaa", "Zonage v1"), there("b", "Zonage v2", origin=POINTER)),
        (here(urls=(FILE,), version="1.0"), there(urls=(FILE,), version="2.0")),
        (here("a", "Lot 1", urls=(FILE,)), there("b", "Lot 2", urls=(FILE,))),
        (here(urls=(FILE,)), there(urls=(FILE, f"{FILE}.2.csv", f"{FILE}.3.csv"))),  # an aggregate of several
        (here(identifiers=("budget",)), there(identifiers=("budget",))),  # means something on its portal only
        (here("a", urls=(FILE,)), here("b", urls=(FILE,))),  # one portal, one file
        (here("a", "Zone A", identifiers=(UUID,)), here("b", "Zone B", identifiers=(UUID,))),  # a series' identifier
    ],
)
def test_two_datasets(one: Record, other: Record) -> None:
    assert not merged(one, other)


def test_a_title_that_gained_its_year_is_still_the_same() -> None:
    assert merged(here("aaa", "Budget"), there("b", "Budget 2024", origin=POINTER))


def test_one_portal_may_carry_one_dataset_twice() -> None:
    assert merged(here("a", identifiers=(UUID,)), here("b", identifiers=(UUID,)))


def test_a_copy_that_came_back_to_its_portal_is_still_the_same() -> None:
    start = here("aaa", "Arrêts de bus", identifiers=(UUID,))
    away = record("data-bretagne", "bus-1", "Rennes : Arrêts de bus", origin=POINTER, identifiers=(UUID,))
    back = Origin(domain="data.bretagne.bzh", remote_id="bus-1")
    again = here("retour", "Rennes : Arrêts de bus (bis)", origin=back, identifiers=(UUID,))
    assert merged(start, away, again)
    assert not merged(start, here("b", "Arrêts de bus (bis)", identifiers=(UUID,)))


def test_a_page_that_a_portal_gives_to_all_its_datasets_joins_none() -> None:
    page = "https://data.rennesmetropole.fr/catalogue/tout"
    marker = Origin(remote_url=page)
    ours = [here(key, f"Jeu {key}", page=page) for key in ("aaa", "bbb")]
    theirs = [there(key, f"Jeu {key}", origin=marker) for key in ("ccc", "ddd")]
    assert len(clusters(*ours, *theirs)) == 4


def test_a_series_identifier_joins_each_year_with_its_own_copy() -> None:
    ours = [here(year, f"Budget {year}", identifiers=(UUID,)) for year in ("2022", "2023")]
    theirs = [there(f"n{year}", f"Budget {year}", identifiers=(UUID,)) for year in ("2022", "2023")]
    assert clusters(*ours, *theirs) == [{"2022", "n2022"}, {"2023", "n2023"}] or clusters(*ours, *theirs) == [
        {"2023", "n2023"},
        {"2022", "n2022"},
    ]


def test_a_chain_never_brings_two_datasets_of_one_portal_together() -> None:
    first, second = here("aaa", urls=(FILE,)), here("bbb", "Autre jeu")
    bridge = there("b", identifiers=("https://data.rennesmetropole.fr/explore/dataset/bbb/",), origin=POINTER)
    assert max(map(len, clusters(first, second, bridge))) == 2


TEXT = (
    "Aides versées chaque mois par le centre communal, par nature et par quartier, telles que les services les suivent."
)


@pytest.mark.parametrize(
    ("added", "together"), [("", True), (" Les refus et les recours y sont comptés à part.", False)]
)
def test_a_title_as_two_republishers_write_it_is_one_through_the_producers(added: str, together: bool) -> None:
    """Neither could be told from the other's title; where all say the same text, that holds nothing apart."""
    theirs = {"description": (Text(TEXT, "fr"),)}
    marker = Origin(domain="opendata.roubaix.fr", remote_id="aaa")
    passed_on: dict[str, Any] = {"description": (Text(f"{TEXT}{added}", "fr"),), "publisher": "MEL", "origin": marker}
    producer = record("roubaix", "aaa", "Aides sociales", publisher="Ville de Roubaix", **theirs)
    first = [record(portal, "b", "Aides sociales (données ouvertes)", **passed_on) for portal in ("mel", "nord")]
    second = there("c", "Ville de Roubaix - Aides sociales", publisher="data.gouv.fr", **theirs)
    assert not merged(*first, second), "without the producer they are two"
    assert merged(producer, *first, second) is together


def test_a_key_that_too_many_records_share_says_nothing() -> None:
    many = [record(f"portail-{number}", str(number), urls=(FILE,)) for number in range(MOST_HOLDERS + 1)]
    assert merged(*many[:-1])
    assert len(clusters(*many)) == MOST_HOLDERS + 1


PORTAL_IDS = st.sampled_from(sorted(PORTALS))
RECORDS = st.lists(
    st.builds(
        lambda portal, key, title, ident, remote, url: record(
            portal,
            key,
            title,
            identifiers=(ident,),
            origin=Origin(domain="data.rennesmetropole.fr", remote_id=remote) if remote else None,
            urls=(f"https://files.example.fr/{url}.csv",) if url else (),
        ),
        PORTAL_IDS,
        st.sampled_from(["aaa", "bbb", "ccc", "ddd"]),
        st.sampled_from(["Budget 2022", "Budget 2023", "Budget", "Arbres"]),
        st.sampled_from(["TODO", UUID, UUID.replace("0b", "1c"), ""]),
        st.sampled_from(["", "aaa", "bbb"]),
        st.sampled_from(["", "x", "y"]),
    ),
    max_size=10,
    unique_by=lambda one: one.id,
)


@settings(deadline=None)
@given(records=RECORDS, randomness=st.randoms(use_true_random=False))
def test_order_never_matters(records: list[Record], randomness: Any) -> None:
    shuffled: Sequence[Record] = randomness.sample(records, len(records))
    assert sorted(map(sorted, clusters(*records))) == sorted(map(sorted, clusters(*shuffled)))


def decided_clusters(decided: dict[tuple[str, str], Relation], *records: Record) -> list[set[str]]:
    """``decided`` by source keys."""
    ids = {one.source_key: one.id for one in records}
    pairs = {(min(ids[a], ids[b]), max(ids[a], ids[b])): relation for (a, b), relation in decided.items()}
    return clusters(*records, decided=pairs)


def test_what_people_decided_wins() -> None:
    budgets = here("a", "Budget 2023"), there("b", "Budget 2024")
    assert len(decided_clusters({("a", "b"): Relation.SAME}, *budgets)) == 1
    copies = here("aaa"), there("b", origin=POINTER)
    for relation in (Relation.DIFFERENT, Relation.PART, Relation.VERSION):
        assert len(decided_clusters({("aaa", "b"): relation}, *copies)) == 2


def test_what_was_told_apart_never_meets_through_a_third() -> None:
    start, region, nation = here("aaa"), record("data-bretagne", "c", origin=POINTER), there("b", origin=POINTER)
    assert merged(start, region, nation)
    found = decided_clusters({("b", "c"): Relation.DIFFERENT}, start, region, nation)
    assert not any({"b", "c"} <= cluster for cluster in found)
    found = decided_clusters({("b", "c"): Relation.DIFFERENT, ("b", "aaa"): Relation.SAME}, start, region, nation)
    assert sorted(map(sorted, found)) == [["aaa", "b"], ["c"]]
