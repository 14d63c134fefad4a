"""The keeper looks after runs whose process died."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.schedule import Schedule
from api.services import Services
from api.settings import read_settings
from harvester.archive import Start
from harvester.fingerprint import of_walk
from harvester.outcome import Status

ROUBAIX = "roubaix"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=tmp_path))
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
