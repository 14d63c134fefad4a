"""Runs that ask for what changed only bring it, and take nothing away; full ones do, and find what dates hide."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from dcat.portal import Portal, Protocol
from harvester.crawling.fleet import Fleet
from harvester.recording.increment import FEW_PAGES
from harvester.recording.run import FULL_EVERY
from harvester.runs.outcome import Mode, Status
from tests.harvester.spiders.conftest import Harvested, Place
from tests.harvester.spiders.shelf import SERVERS, Row, Shelf, dated, pages_of
from tests.harvester.test_resume import Killer

SIZE = 24
CHANGING = [*SERVERS, Protocol.SCHEMA_ORG]


def published(place: Place, protocol: Protocol, shelf: Shelf) -> Portal:
    """The shelf's portal. Software is named for DCAT, where it decides."""
    if protocol is Protocol.SCHEMA_ORG:
        for path, respond in pages_of(shelf, place.base).items():
            place.serve(path, respond)
        return replace(place.portal(protocol, f"{place.base}/sitemap.xml"), url=place.base)
    ending, path, server = SERVERS[protocol]
    place.serve(path, server(shelf))
    return replace(place.portal(protocol, f"{place.base}{ending}"), software="ckan")


Harvest = Callable[..., Harvested]


def harvesting(place: Place, portal: Portal) -> Harvest:
    return lambda **settings: place.run(place.job(portal, **settings))


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def titles(harvested: Harvested) -> set[str]:
    return {one.value for record in harvested.records.values() for one in record.dataset.title}


def change(shelf: Shelf, number: int, changed: str = "") -> None:
    """A new title, of which the date says so, or not."""
    shelf.rows[number].title = f"Jeu {number}, corrigé"
    shelf.rows[number].changed = changed or shelf.rows[number].changed


@pytest.mark.parametrize("protocol", CHANGING)
def test_an_incremental_run_brings_what_changed_and_deletes_nothing(place: Place, protocol: Protocol) -> None:
    shelf = Shelf(SIZE * 2 if protocol is Protocol.UDATA else SIZE)
    size = len(shelf.rows)
    harvest = harvesting(place, published(place, protocol, shelf))
    first = harvest()
    assert (first.report.mode, first.report.status, first.report.complete) == (Mode.FULL, Status.OK, True)
    assert len(first.records) == size
    assert first.report.pages > FEW_PAGES
    assert dated(shelf.asked) == {False}
    change(shelf, 3, now())
    del shelf.rows[5]
    shelf.asked.clear()
    second = harvest()
    assert (second.report.mode, second.report.status, second.report.complete) == (Mode.INCREMENTAL, Status.OK, False)
    if protocol is not Protocol.SCHEMA_ORG:  # asks the sitemap, which has no question
        assert dated(shelf.asked) == {True}
    counts = second.report.counts
    assert (counts.added, counts.updated, counts.deleted, counts.held) == (0, 1, 0, 0)
    assert counts.received <= 4
    assert len(second.records) == size
    assert "Jeu 3, corrigé" in titles(second)
    assert "increment-refused" not in second.rules
    third = harvest(full=True)
    assert (third.report.mode, third.report.complete, third.report.counts.deleted) == (Mode.FULL, True, 1)
    assert len(third.records) == size - 1


@pytest.mark.parametrize("protocol", CHANGING)
def test_nothing_new_is_a_run_that_ends_well(place: Place, protocol: Protocol) -> None:
    shelf = Shelf(SIZE * 2 if protocol is Protocol.UDATA else SIZE)
    harvest = harvesting(place, published(place, protocol, shelf))
    harvest()
    second = harvest()
    assert (second.report.mode, second.report.status) == (Mode.INCREMENTAL, Status.OK)
    assert second.report.counts.updated == second.report.counts.added == second.report.counts.deleted == 0
    assert len(second.records) == len(shelf.rows)
    assert second.rules & {"total-mismatch", "increment-refused", "count-unexpected"} == set()


@pytest.mark.parametrize("protocol", SERVERS)
def test_a_portal_that_refuses_the_date_is_read_whole(place: Place, protocol: Protocol) -> None:
    shelf = Shelf(SIZE * 2 if protocol is Protocol.UDATA else SIZE)
    harvest = harvesting(place, published(place, protocol, shelf))
    harvest()
    shelf.refuses = True
    read_whole(shelf, harvest)


@pytest.mark.parametrize("protocol", [one for one in SERVERS if one is not Protocol.OAI_PMH])
def test_a_portal_that_ignores_the_date_is_read_whole(place: Place, protocol: Protocol) -> None:
    """OAI-PMH announces no total before the list ends."""
    shelf = Shelf(SIZE * 2 if protocol is Protocol.UDATA else SIZE)
    shelf.rows[2].changed = "2021-01-01T00:00:00"
    harvest = harvesting(place, published(place, protocol, shelf))
    harvest()
    shelf.ignores = True
    read_whole(shelf, harvest)


def read_whole(shelf: Shelf, harvest: Harvest) -> None:
    """The second run asks with a date, then without, and counts as a full one."""
    size = len(shelf.rows)
    change(shelf, 3, now())
    del shelf.rows[5]
    shelf.asked.clear()
    second = harvest()
    assert shelf.asked[0]
    assert dated(shelf.asked[-size // 2 :]) == {False}
    assert (second.report.mode, second.report.status, second.report.complete) == (Mode.FULL, Status.OK, True)
    assert (second.report.counts.updated, second.report.counts.deleted) == (1, 1)
    assert second.found("increment-refused").place


# --- when -------------------------------------------------------------------------------------------------------------


def test_since_is_the_start_of_the_last_run_less_an_overlap(place: Place) -> None:
    shelf = Shelf(SIZE)
    harvest = harvesting(place, published(place, Protocol.CKAN, shelf))
    first, second, third = harvest(), harvest(), harvest()
    for before, run in ((first, second), (second, third)):
        assert run.report.run is not None
        archived = place.archive.run(run.report.run)
        assert archived.since == before.report.started - timedelta(hours=1)
    assert shelf.asked[-1] == (second.report.started - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_what_dates_hide_comes_with_the_next_full_walk(place: Place) -> None:
    shelf = Shelf(SIZE)
    harvest = harvesting(place, published(place, Protocol.CKAN, shelf))
    harvest()
    change(shelf, 7)
    assert harvest().report.counts.updated == 0
    made_older(place, FULL_EVERY)
    late = harvest()
    assert (late.report.mode, late.report.counts.updated) == (Mode.FULL, 1)
    assert "Jeu 7, corrigé" in titles(late)


def made_older(place: Place, by: timedelta) -> None:
    """As if the portal's runs had been so long ago."""
    with place.archive.engine.begin() as connection:
        for run in place.archive.runs(place.name):
            moment = (run.started - by).astimezone(UTC).isoformat(timespec="milliseconds")
            connection.exec_driver_sql("UPDATE runs SET started = ? WHERE id = ?", (moment, run.id))


@pytest.mark.parametrize("size", [FEW_PAGES, FEW_PAGES + 1])
def test_a_short_walk_is_always_full(place: Place, size: int) -> None:
    shelf = Shelf(size)
    harvest = harvesting(place, published(place, Protocol.DCAT, shelf))
    assert harvest().report.pages == size
    assert harvest().report.mode is (Mode.FULL if size == FEW_PAGES else Mode.INCREMENTAL)


def test_a_portal_file_that_changed_has_everything_read_anew(place: Place) -> None:
    portal = published(place, Protocol.CKAN, Shelf(SIZE))
    harvesting(place, portal)()
    assert harvesting(place, replace(portal, exclude=("p-4",)))().report.mode is Mode.FULL
    assert harvesting(place, replace(portal, exclude=("p-4",)))().report.mode is Mode.INCREMENTAL


def test_a_limited_run_is_full_and_no_base(place: Place) -> None:
    harvest = harvesting(place, published(place, Protocol.CKAN, Shelf(SIZE * 2)))
    assert harvest(limit=SIZE).report.mode is Mode.FULL
    assert harvest(limit=SIZE).report.mode is Mode.FULL
    assert harvest().report.mode is Mode.FULL
    assert harvest(limit=SIZE).report.mode is Mode.FULL
    assert harvest().report.mode is Mode.INCREMENTAL


def test_a_run_that_lost_something_is_no_base(place: Place) -> None:
    shelf = Shelf(SIZE)
    portal = published(place, Protocol.CKAN, shelf)
    harvest = harvesting(place, portal)
    first = harvest()
    shelf.rows.update({number: Row(f"Jeu {number}", now()) for number in range(1, 4)})
    respond = SERVERS[Protocol.CKAN][2](shelf)
    place.serve("package_search", lambda query: respond(query) if query["start"] == "0" else b"<html>")
    assert harvest().report.status is Status.PARTIAL
    place.serve("package_search", respond)
    third = harvest()
    assert third.report.run is not None
    assert place.archive.run(third.report.run).since == first.report.started - timedelta(hours=1)
    assert third.report.counts.unchanged + third.report.counts.updated == 3


@pytest.mark.parametrize("refuses", [False, True])
def test_a_run_that_is_killed_is_gone_on_with_as_it_began(place: Place, refuses: bool) -> None:
    """Even where a day goes by before: the moment is the run's own. So is that it turned into a full one."""
    shelf = Shelf(SIZE * 2)
    portal = published(place, Protocol.DCAT, shelf)
    harvesting(place, portal)()
    for number in range(1, 13):
        change(shelf, number, now())
    del shelf.rows[20]
    shelf.refuses = refuses
    shelf.asked.clear()
    killer = Killer({4, 9})
    with Fleet(children=1, per_child=1) as fleet:
        (ended,) = fleet.harvest([place.job(portal)], killer)
    harvested = place.left(ended)
    assert killer.killed == 2
    assert harvested.report.counts.updated == 12
    if refuses:
        assert harvested.report.mode is Mode.FULL
        assert harvested.report.counts.deleted == 1
        with_date = [bool(one) for one in shelf.asked]
        assert with_date == sorted(with_date, reverse=True)
    else:
        assert (harvested.report.mode, harvested.report.counts.deleted) == (Mode.INCREMENTAL, 0)
        assert len(set(shelf.asked)) == 1


def test_a_dry_run_asks_for_changes_too(place: Place) -> None:
    shelf = Shelf(SIZE)
    harvest = harvesting(place, published(place, Protocol.CKAN, shelf))
    harvest()
    change(shelf, 3, now())
    shelf.asked.clear()
    dry = harvest(dry_run=True)
    assert (dry.report.mode, dry.report.counts.received, dry.report.counts.updated) == (Mode.INCREMENTAL, 1, 1)
    assert dated(shelf.asked) == {True}


def test_what_was_expected_is_not_asked_of_an_increment(place: Place) -> None:
    portal = published(place, Protocol.CKAN, Shelf(SIZE))
    harvest = harvesting(place, replace(portal, expect=replace(portal.expect, min=10)))
    harvest()
    assert harvest().rules == set()
