"""The keeper looks after runs whose process died."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from api.answers.portals import next_runs
from api.keeper.schedule import MADE_UP_WITHIN, Schedule
from api.services import Services
from api.settings import read_settings
from harvester.archive import Start
from harvester.archive.quotas import PORTAL, Quota, keep_quota
from harvester.reading.fingerprint import of_walk
from harvester.registry import Registry, portal_yaml
from harvester.runs.outcome import Ending, Status
from tests.api.portals import only_portal
from tests.api.processes import run, running, until
from tests.harvester.spiders.catalogues import turtle
from tests.harvester.spiders.source import Answer, Source, serving

ROUBAIX = "roubaix"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    (tmp_path / "portals").mkdir()
    made = Services(read_settings(data_dir=tmp_path, portals_dir=tmp_path / "portals"))
    yield made
    made.close()


def run_of(services: Services, begun: timedelta, limit: int | None = None) -> int:
    """A run that began so long ago and was not heard of since."""
    portal = services.registry.get(ROUBAIX)
    start = Start(plan=of_walk(portal, limit))
    return services.archive.begin_run(portal, start, datetime.now(UTC) - begun).id


def waiting(schedule: Schedule) -> list[str]:
    """The portals that are about to be harvested."""
    return [job.args[0] for job in schedule._scheduler.get_jobs() if job.id.startswith("go-on:")]


def test_a_run_that_died_a_while_ago_is_gone_on_with(services: Services) -> None:
    run_of(services, timedelta(minutes=10))
    schedule = Schedule(services)
    schedule.go_on()
    assert waiting(schedule) == [ROUBAIX]


def test_a_run_that_may_live_is_left_alone(services: Services) -> None:
    run_of(services, timedelta(minutes=1))
    schedule = Schedule(services)
    schedule.go_on()
    assert waiting(schedule) == []


def test_a_trial_of_somebody_is_not_gone_on_with(services: Services) -> None:
    run_of(services, timedelta(minutes=10), limit=5)
    schedule = Schedule(services)
    schedule.go_on()
    assert waiting(schedule) == []


def test_a_run_that_died_too_long_ago_is_closed(services: Services) -> None:
    run = run_of(services, timedelta(hours=13))
    schedule = Schedule(services)
    schedule.go_on()
    assert waiting(schedule) == []
    assert services.archive.run(run).status is Status.FAILED


# --- the clock, what was missed, what waits ---------------------------------------------------------------------------


class Clock:
    """The time of day, and the time that goes by."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ticks = 0.0

    def go(self, by: timedelta, *, jump: timedelta = timedelta(0)) -> None:
        """Time goes by; the clock besides is set."""
        self.now += by + jump
        self.ticks += by.total_seconds()


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime.now(UTC))


@pytest.fixture
def scheduled(services: Services, clock: Clock) -> Iterator[Schedule]:
    made = Schedule(services, clock=lambda: clock.now, ticks=lambda: clock.ticks)
    made._scheduler.start(paused=True)
    yield made
    made.stop()


def later(schedule: Schedule) -> dict[str, datetime]:
    """The harvests that were put off, and until when."""
    jobs = [job for job in schedule._scheduler.get_jobs() if job.id.startswith("later:")]
    return {job.args[0]: job.next_run_time for job in jobs}


def missed_run(services: Services, clock: Clock) -> None:
    """Roubaix was harvested two days ago, and is due every minute."""
    portal = services.registry.get(ROUBAIX)
    services.archive.close_dead(
        services.archive.begin_run(portal, Start(), clock.now - timedelta(days=2)).id, clock.now - timedelta(days=2)
    )


@pytest.fixture
def every_minute(tmp_path: Path, services: Services) -> None:
    portal = replace(Registry.load().get(ROUBAIX), schedule="* * * * *")
    (services.settings.portals_dir or tmp_path).joinpath("roubaix.yml").write_text(portal_yaml(portal))


def test_missed_harvests_are_made_up_once(
    every_minute: None, services: Services, clock: Clock, scheduled: Schedule
) -> None:
    missed_run(services, clock)
    scheduled.make_up()
    scheduled.make_up()
    assert list(later(scheduled)) == [ROUBAIX]
    assert later(scheduled)[ROUBAIX] - clock.now < MADE_UP_WITHIN


def test_nothing_is_made_up_while_the_clock_goes_on(
    every_minute: None, services: Services, clock: Clock, scheduled: Schedule
) -> None:
    missed_run(services, clock)
    for _ in range(10):
        clock.go(timedelta(seconds=5))
        scheduled.watch()
    clock.go(timedelta(minutes=20))  # a slow turn is no jump
    scheduled.watch()
    assert later(scheduled) == {}


@pytest.mark.parametrize("jump", [timedelta(hours=8), timedelta(hours=-8), timedelta(days=400)])
def test_after_a_jump_of_the_clock_jobs_are_set_anew(
    every_minute: None, services: Services, clock: Clock, scheduled: Schedule, jump: timedelta
) -> None:
    missed_run(services, clock)
    (cron,) = [job for job in scheduled._scheduler.get_jobs() if job.id == f"cron:{ROUBAIX}"]
    cron.modify(next_run_time=datetime(2040, 1, 1, tzinfo=UTC))
    clock.go(timedelta(seconds=5), jump=jump)
    scheduled.watch()
    assert cron.next_run_time.year < 2040
    assert list(later(scheduled)) == [ROUBAIX]


def test_a_portal_whose_quota_is_used_up_is_harvested_after_the_reset(
    services: Services, clock: Clock, scheduled: Schedule
) -> None:
    resets = clock.now + timedelta(hours=5)
    keep_quota(services.archive, Quota(ROUBAIX, PORTAL, 0, resets))
    scheduled.harvest(ROUBAIX)
    assert abs(later(scheduled)[ROUBAIX] - resets) < timedelta(seconds=1)
    assert services.archive.runs() == []


def test_a_portal_that_refused_us_is_harvested_days_later(
    services: Services, clock: Clock, scheduled: Schedule
) -> None:
    run = services.archive.begin_run(services.registry.get(ROUBAIX), Start(), clock.now)
    services.archive.finish(run, Ending.BLOCKED, clock.now)
    scheduled.harvest(ROUBAIX)
    assert later(scheduled)[ROUBAIX] - clock.now > timedelta(days=1)
    assert len(services.archive.runs()) == 1
    assert waiting_portals(services, clock) == {ROUBAIX}


def waiting_portals(services: Services, clock: Clock) -> set[str]:
    """Those whose next run, as everybody is told, is later than their cron says."""
    told = next_runs(services, services.registry, clock.now)
    return {
        portal.id
        for portal in services.registry.harvestable()
        if told[portal.id] > clock.now + timedelta(days=1, minutes=1)
    }


# --- processes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        made.serve("/a.ttl", turtle([1], "b.ttl"))
        made.serve("/b.ttl", turtle([2], "c.ttl"))
        made.serve("/c.ttl", turtle([3]))
        yield made


def to_be_gone_on_from(services: Services) -> str:
    """The page at which the only run would be resumed, "" where that is its first."""
    (run,) = services.archive.runs()
    return run.checkpoint.next if run.checkpoint else ""


def pages(source: Source) -> list[str]:
    return [path for path in source.requests("/") if path.endswith(".ttl")]


def test_a_scheduled_harvest_that_was_killed_with_its_keeper_is_gone_on_with_by_the_next(
    tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = only_portal(tmp_path / "portals", f"{source.url}/a.ttl")
    hold = Event()
    source.serve("/b.ttl", Answer(held=hold))
    portals = Path(settings["PORTALS_DIR"])
    services = Services(read_settings(data_dir=tmp_path / "data", portals_dir=portals, allow_private_hosts=True))
    with running(tmp_path / "data", "worker", "--harvest-now", **settings) as worker:
        until(lambda: "/b.ttl" in pages(source), worker)  # asked for ahead: the first may not be kept yet
        until(lambda: to_be_gone_on_from(services).endswith("/b.ttl"), worker)
        for process in worker.family():
            process.kill()
    hold.set()
    source.serve("/b.ttl", turtle([2], "c.ttl"))
    source.asked.clear()
    monkeypatch.setattr("api.keeper.schedule.QUIET", timedelta(0))
    schedule = Schedule(services)
    schedule.start()
    schedule.go_on()
    until(lambda: services.archive.runs()[0].status is Status.OK)
    schedule.stop()
    (run,) = services.archive.runs()
    assert (run.counts.received, pages(source)) == (3, ["/b.ttl", "/c.ttl"])
    services.close()


def test_two_processes_never_harvest_one_portal_at_once(tmp_path: Path, source: Source) -> None:
    settings = only_portal(tmp_path / "portals", f"{source.url}/a.ttl")
    hold = Event()
    source.serve("/a.ttl", Answer(turtle([1]), held=hold))
    with running(tmp_path / "data", "harvest", "mine", **settings) as first:
        until(lambda: "/a.ttl" in pages(source), first)
        second = run(tmp_path / "data", "harvest", "mine", **settings)
        assert second.returncode == 1
        assert "déjà en cours de moissonnage" in second.stdout
        hold.set()
        until(lambda: first.process.poll() is not None)
        assert first.process.returncode == 0
    assert pages(source) == ["/a.ttl"]
