"""Quotas, counted on from one run to the next."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from dcat.portal import Politeness, Portal
from harvester.archive import Archive
from harvester.archive.quotas import exhausted
from harvester.errors import QuotaSpent
from harvester.politeness.quota import Meter, QuotaExhausted
from tests.harvester.sources import NOON, RENNES, ROUBAIX

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def daily(requests: int | None) -> Portal:
    return replace(RENNES, politeness=Politeness(daily=requests))


def spend(archive: Archive, portal: Portal, requests: int, now: datetime = NOON) -> Meter:
    meter = Meter(archive, portal, Clock(now))
    for _ in range(requests):
        assert meter.wait() == 0
        meter.sent()
    return meter


def test_the_requests_of_a_day_add_up_over_runs(archive: Archive) -> None:
    spend(archive, daily(5), 2)
    meter = spend(archive, daily(5), 3, NOON + timedelta(hours=3))
    with pytest.raises(QuotaExhausted, match=r"until 2026-03-02T00:00:00\+00:00"):
        meter.wait()
    with pytest.raises(QuotaSpent, match=r"2026-03-02 01:00 Europe/Paris") as met:
        Meter(archive, daily(5), Clock()).ready()
    assert "rennes" in met.value.message("fr")
    assert exhausted(archive, NOON) == {"rennes": MIDNIGHT}


def test_the_next_day_begins_anew(archive: Archive) -> None:
    spend(archive, daily(5), 5)
    assert exhausted(archive, MIDNIGHT) == {}
    Meter(archive, daily(5), Clock(MIDNIGHT)).ready()
    spend(archive, daily(5), 5, MIDNIGHT)


def test_a_day_that_ends_within_a_run_begins_anew(archive: Archive) -> None:
    clock = Clock(MIDNIGHT - timedelta(seconds=30))
    meter = Meter(archive, daily(1), clock)
    meter.sent()
    assert meter.wait() == 30
    clock.now = MIDNIGHT
    assert meter.wait() == 0


def test_a_quota_that_left_the_portal_file_no_longer_counts(archive: Archive) -> None:
    spend(archive, daily(1), 1)
    spend(archive, daily(None), 10)


def test_the_quota_that_the_portal_tells_holds_for_the_next_run(archive: Archive) -> None:
    meter = Meter(archive, RENNES, Clock())
    meter.answered({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "2026-03-02T00:00:00Z"})
    assert meter.wait() == 0
    meter.answered({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2026-03-02T00:00:00Z"})
    with pytest.raises(QuotaExhausted):
        meter.wait()
    with pytest.raises(QuotaSpent):
        Meter(archive, RENNES, Clock()).ready()
    Meter(archive, ROUBAIX, Clock()).ready()
    Meter(archive, RENNES, Clock(MIDNIGHT)).ready()


def test_a_quota_that_begins_anew_within_minutes_is_waited_for(archive: Archive) -> None:
    meter = Meter(archive, RENNES, Clock())
    meter.answered({"ratelimit": '"minute";r=0;t=60'})
    assert meter.wait() == 60


def test_a_portal_that_asks_not_to_come_back_is_not_asked(archive: Archive) -> None:
    Meter(archive, RENNES, Clock()).refused(3600)
    assert exhausted(archive, NOON) == {"rennes": NOON + timedelta(hours=1)}
