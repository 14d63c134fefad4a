"""Who republishes whose datasets, which copy is shown, and loops of harvesting; on each database."""

from itertools import permutations

import pytest
from sqlalchemy import Engine

from dcat.model import Origin, Record
from search.catalogue import Catalogue
from search.dedupe.clues import Clues
from search.dedupe.loops import LoopFound, Way, way_back
from search.dedupe.publisher import origins_of
from search.dedupe.shown import Republisher
from search.document import Copy, copy_of
from search.engines.embedded import EmbeddedBackend
from search.published.store import PublishedStore
from tests.search.examples import PORTALS, chain, record

HERE, REGION, NATION = chain()
CLUES = Clues(PORTALS)
ALONE = record("roubaix", "inconnu", "Piscines")


def copies(*records: Record) -> list[Copy]:
    return [copy_of(one, PORTALS[one.portal], CLUES.of(one)) for one in records]


def pointing(portal: str, key: str, domain: str, remote: str) -> Record:
    return record(portal, key, origin=Origin(domain=domain, remote_id=remote))


# Bretagne harvested the nation, which had harvested Bretagne.
STARTED = record("data-bretagne", "lignes")
CARRIED = pointing("data-gouv-fr", "jeu-n1", "data.bretagne.bzh", "lignes")
CAME_BACK = pointing("data-bretagne", "lignes-2", "data.gouv.fr", "jeu-n1")


def ways(*records: Record) -> set[Way]:
    """From any of the records, in any order."""
    found = set()
    for order in permutations(copies(*records)):
        origins, portal_of = origins_of(order), {copy.record: copy.portal for copy in order}
        found |= {way_back(copy.record, origins, portal_of) for copy in order}
    return found - {()}


def test_a_copy_that_came_back_is_a_loop_whatever_the_order() -> None:
    assert ways(STARTED, CARRIED, CAME_BACK) == {(CAME_BACK.id, CARRIED.id, STARTED.id)}


def test_records_that_name_each_other_as_their_origin_are_a_loop() -> None:
    one = pointing("data-bretagne", "lignes", "www.data.gouv.fr", "jeu-n1")
    assert ways(one, CARRIED) == {(one.id, CARRIED.id, one.id), (CARRIED.id, one.id, CARRIED.id)}


def test_a_loop_through_three_portals_says_who_harvests_whom() -> None:
    town = record("rennes-metropole", "jeu-r1")
    region = pointing("data-bretagne", "jeu-b1", "data.rennesmetropole.fr", "jeu-r1")
    nation = pointing("data-gouv-fr", "jeu-n1", "data.bretagne.bzh", "jeu-b1")
    back = pointing("rennes-metropole", "jeu-r2", "data.gouv.fr", "jeu-n1")
    assert ways(town, region, nation, back) == {(back.id, nation.id, region.id, town.id)}


def test_a_chain_is_no_loop() -> None:
    assert ways(*chain()) == ways(STARTED, CARRIED) == ways(ALONE) == set()


@pytest.fixture
def catalogue(database: Engine, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    made = Catalogue(database, EmbeddedBackend(tmp_path_factory.mktemp("index")), PORTALS)
    made.create()
    PublishedStore(database).create()
    return made


def written(*records: Record) -> list[tuple[str, Record | None]]:
    return [(one.id, one) for one in records]


def test_who_republishes_and_whose_copy_is_shown(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION, NATION, ALONE))
    assert catalogue.republishers("rennes-metropole") == [
        Republisher("data-bretagne", 1, shown_here=1, shown_there=0),
        Republisher("data-gouv-fr", 1, shown_here=1, shown_there=0),
    ]
    assert catalogue.republishers("data-gouv-fr") == [
        Republisher("data-bretagne", 1, shown_here=0, shown_there=0),
        Republisher("rennes-metropole", 1, shown_here=0, shown_there=1),
    ]
    assert catalogue.republishers("roubaix") == catalogue.republishers("nowhere") == []


def test_what_is_shown_follows_what_changes(catalogue: Catalogue) -> None:
    catalogue.apply(written(HERE, REGION, NATION))
    catalogue.apply([(HERE.id, None)])
    assert catalogue.republishers("data-gouv-fr") == [Republisher("data-bretagne", 1, shown_here=0, shown_there=1)]
    catalogue.apply([(REGION.id, None), (NATION.id, None)])
    assert catalogue.republishers("data-gouv-fr") == []


def test_a_loop_is_told_to_both_and_to_nobody_else(catalogue: Catalogue) -> None:
    catalogue.apply(written(STARTED, CARRIED, CAME_BACK, HERE, REGION))
    dataset = catalogue.datasets_of([CAME_BACK.id])[CAME_BACK.id]
    told = [LoopFound(("data-bretagne", "data-gouv-fr"), 1, dataset)]
    assert catalogue.loops_of("data-bretagne") == catalogue.loops_of("data-gouv-fr") == told
    assert catalogue.loops_of("rennes-metropole") == []


@pytest.mark.parametrize("order", list(permutations((STARTED, CARRIED, CAME_BACK))))
def test_a_loop_is_found_whichever_record_closes_it_and_ends_with_any(
    catalogue: Catalogue, order: tuple[Record, ...]
) -> None:
    for one in order:
        assert catalogue.loops_of("data-gouv-fr") == []
        catalogue.apply(written(one))
    (found,) = catalogue.loops_of("data-gouv-fr")
    catalogue.rebuild(order)
    assert [one.portals for one in catalogue.loops_of("data-bretagne")] == [found.portals]
    catalogue.apply([(order[0].id, None)])
    assert catalogue.loops_of("data-bretagne") == []


def test_a_record_that_names_another_origin_leaves_the_loop(catalogue: Catalogue) -> None:
    catalogue.apply(written(STARTED, CARRIED, CAME_BACK))
    catalogue.apply(written(pointing("data-gouv-fr", "jeu-n1", "data.rennesmetropole.fr", "lignes")))
    assert catalogue.loops_of("data-bretagne") == []
