"""Copies measured after their harvest, and the one that is shown then."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.keeper.indexing import follow
from api.keeper.measuring import measure, measure_anew
from api.services import Services
from api.settings import read_settings
from harvester.archive.links import Check, keep_checks
from harvester.links.sample import addresses
from search.catalogue import DatasetView

NOW = datetime.now(UTC)


@pytest.fixture
def services(sample: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=sample))
    follow(made)
    yield made
    made.close()


def shared(services: Services) -> DatasetView:
    """A dataset whose elected record has links that no other copy has, and whose copies nothing is wrong with."""
    views = services.catalogue.views(set(services.catalogue.datasets_of(all_shared(services)).values()))
    for _, view in sorted(views.items()):
        links = [linked(services, copy.record) for copy in view.copies]
        if links[0] and not links[0] & set().union(*links[1:]) and not any(copy.archived for copy in view.copies):
            return view
    pytest.fail("no dataset of the sample will do")


def all_shared(services: Services) -> list[str]:
    return [record for some in services.catalogue.shared_records(1_000) for record in some]


def linked(services: Services, record: str) -> set[str]:
    found = services.archive.record(record)
    assert found is not None
    return set(addresses([found]))


def asked(services: Services, view: DatasetView, *, answers: bool) -> None:
    checks = [Check(link, answers) for link in linked(services, view.document.record)]
    keep_checks(services.archive, view.document.portal, checks, datetime.now(UTC))
    measure_anew(services)
    follow(services)


def test_a_copy_whose_links_are_dead_gives_way_and_comes_back(services: Services) -> None:
    before = shared(services)
    asked(services, before, answers=False)
    shown = services.catalogue.views([before.document.id])[before.document.id]
    assert shown.document.record != before.document.record
    assert "none of its links answers" in shown.reasons_en[0]
    assert "aucun de ses liens ne répond" in shown.reasons_fr[0]
    asked(services, before, answers=True)
    again = services.catalogue.views([before.document.id])[before.document.id]
    assert (again.document.record, again.reasons_fr) == (before.document.record, before.reasons_fr)


def test_what_no_harvest_has_found_for_long_is_unseen(services: Services) -> None:
    later = NOW + timedelta(days=61)
    assert measure(services, later) == len(all_shared(services))
    assert measure(services, later) == 0, "once a day"
