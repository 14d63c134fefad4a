"""When portals are harvested, without waiting for it."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from apscheduler.executors.base import BaseExecutor  # type: ignore[import-untyped]  # APScheduler 3 has no types

from dcat.portal import Level, Portal
from harvester.cron import PARIS, cron_trigger
from harvester.schedule import GRACE, harvest_first, make_scheduler, spread

SUNDAY = datetime(2026, 3, 1, 12, 0, tzinfo=PARIS)


def portal(name: str, schedule: str = "0 3 * * *") -> Portal:
    return Portal(name, name, Level.COMMUNE, (), f"https://{name}.example.fr", schedule=schedule)


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
    winter = trigger.get_next_fire_time(None, datetime(2026, 1, 15, 12, tzinfo=PARIS))
    summer = trigger.get_next_fire_time(None, datetime(2026, 7, 15, 12, tzinfo=PARIS))
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
    fire = cron_trigger(f"0 3 * * {weekday}").get_next_fire_time(None, SUNDAY)
    assert fire.strftime("%a") == expected


def test_a_range_from_sunday_is_understood() -> None:
    trigger = cron_trigger("0 3 * * 0-2")
    days, now = [], SUNDAY
    for _ in range(4):
        now = trigger.get_next_fire_time(None, now + timedelta(minutes=1))
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
    starts = {trigger.get_next_fire_time(None, SUNDAY) for _ in range(50)}
    assert len(starts) > 1
    assert all(abs(start - due) <= timedelta(seconds=600) for start in starts)


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
