"""When portals are harvested, without waiting for it."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.executors.base import BaseExecutor  # type: ignore[import-untyped]  # APScheduler 3 has no types

from dcat.portal import Level, Portal
from harvester.archive import Archive
from harvester.archive.quotas import PORTAL, Quota, keep_quota
from harvester.crawling.schedule import (
    GRACE,
    harvest_at,
    harvest_first,
    make_scheduler,
    missed,
    next_run,
    spread,
    start_over,
    waiting,
)
from harvester.runs.clock import PARIS
from harvester.runs.cron import ParisTrigger, cron_trigger
from harvester.runs.outcome import Ending
from tests.harvester.sources import recorder

SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=PARIS)


def portal(name: str, schedule: str = "0 3 * * *") -> Portal:
    return Portal(name, name, Level.COMMUNE, (), f"https://{name}.example.fr", schedule=schedule)


def fires(trigger: ParisTrigger, now: datetime) -> datetime:
    found = trigger.get_next_fire_time(None, now)
    assert found is not None
    return found


def test_each_portal_has_one_job_on_the_clock_of_paris() -> None:
    scheduler = make_scheduler([portal("a"), portal("b", "30 4 * * 1")], print, jitter=timedelta(0))
    jobs = {job.id: job for job in scheduler.get_jobs()}
    assert set(jobs) == {"cron:a", "cron:b"}
    assert jobs["cron:a"].args == ("a",)
    assert jobs["cron:a"].trigger.get_next_fire_time(None, SUNDAY) == datetime(2026, 3, 2, 3, 0, tzinfo=PARIS)
    assert jobs["cron:b"].trigger.get_next_fire_time(None, SUNDAY) == datetime(2026, 3, 2, 4, 30, tzinfo=PARIS)


def test_jobs_start_at_three_in_paris_in_winter_and_summer() -> None:
    utc = ZoneInfo("UTC")
    trigger = cron_trigger("0 3 * * *")
    winter = fires(trigger, datetime(2026, 1, 15, 12, tzinfo=PARIS))
    summer = fires(trigger, datetime(2026, 7, 15, 12, tzinfo=PARIS))
    assert (winter.astimezone(utc).hour, summer.astimezone(utc).hour) == (2, 1)


@pytest.mark.parametrize(
    ("weekday", "expected"),
    [
        ("0", "Sun"),
        ("7", "Sun"),
        ("1", "Mon"),
        ("6", "Sat"),
        ("1-5", "Mon"),
        ("sat", "Sat"),
        ("*", "Mon"),
        ("3,5", "Wed"),
        ("2-6/2", "Tue"),
    ],
)
def test_weekdays_count_as_crontab_counts_them(weekday: str, expected: str) -> None:
    fire = fires(cron_trigger(f"0 3 * * {weekday}"), SUNDAY)
    assert fire.strftime("%a") == expected


def test_a_range_from_sunday_is_understood() -> None:
    trigger = cron_trigger("0 3 * * 0-2")
    days, now = [], SUNDAY
    for _ in range(4):
        now = fires(trigger, now + timedelta(minutes=1))
        days.append(now.strftime("%a"))
    assert days == ["Mon", "Tue", "Sun", "Mon"]


@pytest.mark.parametrize(
    "expression", ["", "0 3 * *", "0 3 * * * *", "61 3 * * *", "0 3 * * 9", "0 3 * * 5-1", "a b c d e"]
)
def test_what_is_no_cron_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        cron_trigger(expression)


def test_starts_are_shaken_within_the_jitter() -> None:
    trigger = cron_trigger("0 3 * * *", jitter=600)
    due = datetime(2026, 3, 2, 3, 0, tzinfo=PARIS)
    starts = {fires(trigger, SUNDAY) for _ in range(50)}
    assert len(starts) > 1
    assert all(timedelta(0) <= start - due <= timedelta(seconds=600) for start in starts)


def test_portals_of_one_hour_start_in_each_of_the_ten_minutes_after_it() -> None:
    """Were they all to start at once, or within one minute, their hosts would know; each minute gets a tenth of 400."""
    scheduler = make_scheduler([portal(f"portal-{number}") for number in range(400)], print)
    starts = [fires(job.trigger, SUNDAY) for job in scheduler.get_jobs()]
    minutes = Counter((start - datetime(2026, 3, 2, 3, 0, tzinfo=PARIS)) // timedelta(minutes=1) for start in starts)
    assert set(minutes) == set(range(10))
    assert all(10 <= count <= 90 for count in minutes.values())  # 40, and more than four deviations of it either way


class AtOnce(BaseExecutor):  # type: ignore[misc]  # APScheduler 3 has no types
    """Runs a job where it is submitted."""

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:  # noqa: ARG002 - APScheduler's signature
        job.func(*job.args, **job.kwargs)
        self._run_job_success(job.id, [])


def run_due(scheduler: Any, now: datetime) -> None:
    """One turn of the scheduler at a given moment."""
    for job in scheduler.get_jobs():
        times = job._get_run_times(now)
        if times:
            scheduler._lookup_executor(job.executor).submit_job(job, times)


@pytest.fixture
def started() -> Iterator[Callable[..., Any]]:
    schedulers: list[Any] = []

    def start(portals: list[Portal], harvest: Callable[[str], object]) -> Any:
        scheduler = make_scheduler(portals, harvest, jitter=timedelta(0), executor=AtOnce())
        scheduler.start(paused=True)
        schedulers.append(scheduler)
        return scheduler

    yield start
    for scheduler in schedulers:
        scheduler.shutdown(wait=False)


def test_a_due_job_harvests_its_portal_once_however_many_were_missed(started: Callable[..., Any]) -> None:
    harvested: list[str] = []
    scheduler = started([portal("a"), portal("b", "0 5 * * *")], harvested.append)
    for job in scheduler.get_jobs():
        assert (job.coalesce, job.max_instances, job.misfire_grace_time) == (True, 1, int(GRACE.total_seconds()))
        job.modify(next_run_time=job.trigger.get_next_fire_time(None, SUNDAY))
    run_due(scheduler, datetime(2026, 3, 4, 3, 30, tzinfo=PARIS))
    assert sorted(harvested) == ["a", "b"]


def test_first_harvests_are_spread_out(started: Callable[..., Any]) -> None:
    portals = [portal("a"), portal("b"), portal("c"), portal("d")]
    assert spread(portals, timedelta(hours=2)) == {
        "a": timedelta(0),
        "b": timedelta(minutes=30),
        "c": timedelta(hours=1),
        "d": timedelta(minutes=90),
    }
    assert spread([], timedelta(hours=2)) == {}
    harvested: list[str] = []
    scheduler = started([], harvested.append)
    harvest_first(scheduler, portals, harvested.append, SUNDAY, timedelta(hours=2))
    run_due(scheduler, SUNDAY + timedelta(minutes=45))
    assert harvested == ["a", "b"]


# --- the clock that jumps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("expression", ["30 2 * * *", "0 2 * * *", "59 2 * * *", "0 3 * * *"])
@pytest.mark.parametrize("jitter", [0, 600])
@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 12, tzinfo=PARIS), datetime(2026, 10, 24, 12, tzinfo=PARIS)])
def test_each_day_once_when_summer_time_begins_and_ends(day: datetime, jitter: int, expression: str) -> None:
    trigger, fired, now, previous = cron_trigger(expression, jitter), [], day, None
    for _ in range(4):
        previous = trigger.get_next_fire_time(previous, now)
        assert previous is not None
        now = (previous.astimezone(UTC) + timedelta(microseconds=1)).astimezone(PARIS)
        fired.append(previous.astimezone(UTC))
    assert all(timedelta(hours=22) < later - earlier < timedelta(hours=26) for earlier, later in pairwise(fired))


def test_after_the_clock_jumped_jobs_wait_for_the_moments_that_it_shows_now(started: Callable[..., Any]) -> None:
    scheduler = started([portal("a")], print)
    scheduler.add_job(print, "interval", seconds=60, id="look")
    for job in scheduler.get_jobs():
        job.modify(next_run_time=datetime(2040, 1, 1, tzinfo=PARIS))
    start_over(scheduler)
    day = timedelta(days=1, minutes=1)
    assert all(job.next_run_time < datetime.now(PARIS) + day for job in scheduler.get_jobs())


# --- what was missed, what waits --------------------------------------------------------------------------------------


def harvested(archive: Archive, name: str, began: datetime, ending: Ending = Ending.EXHAUSTED) -> None:
    run = recorder(archive, portal(name), now=began)
    run.finish(ending)


AT_SEVEN = datetime(2026, 3, 2, 7, 0, tzinfo=PARIS)


@pytest.mark.parametrize(
    ("began", "now", "made_up"),
    [
        pytest.param(datetime(2026, 3, 1, 3, 0, tzinfo=PARIS), AT_SEVEN, True, id="down at three"),
        pytest.param(datetime(2026, 3, 2, 3, 1, tzinfo=PARIS), AT_SEVEN, False, id="harvested at three"),
        pytest.param(datetime(2026, 3, 2, 6, 0, tzinfo=PARIS), AT_SEVEN, False, id="harvested since"),
        pytest.param(datetime(2026, 2, 1, 3, 0, tzinfo=PARIS), AT_SEVEN, True, id="down for a month"),
        pytest.param(
            datetime(2026, 3, 1, 3, 0, tzinfo=PARIS), datetime(2026, 3, 2, 10, 0, tzinfo=PARIS), False, id="too late"
        ),
        pytest.param(
            datetime(2026, 3, 1, 3, 0, tzinfo=PARIS), datetime(2026, 3, 2, 2, 59, tzinfo=PARIS), False, id="not yet"
        ),
        pytest.param(None, AT_SEVEN, False, id="never harvested"),
    ],
)
def test_what_was_due_while_nobody_looked_is_made_up(
    archive: Archive, began: datetime | None, now: datetime, made_up: bool
) -> None:
    if began is not None:
        harvested(archive, "a", began)
    assert [one.id for one in missed([portal("a")], archive.last_runs(), now)] == ["a"] * made_up


def test_a_portal_that_refuses_us_is_left_alone_longer_each_time(archive: Archive) -> None:
    now = SUNDAY
    for days in (2, 4, 7, 7):
        harvested(archive, "a", now, Ending.BLOCKED)
        until = waiting(archive, now)["a"]
        assert until - now == timedelta(days=days)
        now = until
    assert waiting(archive, now) == {}
    harvested(archive, "a", now)
    harvested(archive, "a", now, Ending.BLOCKED)
    assert waiting(archive, now) == {"a": now + timedelta(days=2)}


def test_a_portal_whose_quota_is_used_up_waits_for_it(archive: Archive) -> None:
    resets = SUNDAY + timedelta(hours=13)
    keep_quota(archive, Quota("a", PORTAL, 0, resets))
    keep_quota(archive, Quota("b", PORTAL, 5, resets))
    assert waiting(archive, SUNDAY) == {"a": resets}
    assert waiting(archive, resets) == {}


def test_when_a_portal_is_harvested_next() -> None:
    at_three = datetime(2026, 3, 2, 3, 0, tzinfo=PARIS)
    assert next_run(portal("a"), SUNDAY) == at_three
    assert next_run(portal("a"), SUNDAY, at_three - timedelta(hours=1)) == at_three
    assert next_run(portal("a"), SUNDAY, at_three + timedelta(hours=1)) == at_three + timedelta(hours=1)


def test_a_harvest_that_is_put_off_twice_is_made_once(started: Callable[..., Any]) -> None:
    scheduler = started([], print)
    for hours in (1, 2):
        harvest_at(scheduler, "a", print, datetime.now(PARIS) + timedelta(hours=hours))
    (job,) = scheduler.get_jobs()
    assert job.args == ("a",)
