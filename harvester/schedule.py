"""When portals are harvested: one cron job per portal, on the clock of Paris.

Only one process may start a scheduler: APScheduler 3 has no lock (three processes on one store ran a job three times).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from apscheduler.executors.base import BaseExecutor  # type: ignore[import-untyped]  # APScheduler 3 has no types
from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]  # as above
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # as above

from dcat.portal import Portal
from harvester.cron import PARIS, cron_trigger

Harvest = Callable[[str], object]
"""Harvests the portal of this id; runs in a thread of the scheduler and waits for the harvest's own process."""

WORKERS = 2
JITTER = timedelta(minutes=10)
GRACE = timedelta(hours=6)


def make_scheduler(
    portals: Iterable[Portal], harvest: Harvest, *, jitter: timedelta = JITTER, executor: BaseExecutor | None = None
) -> BackgroundScheduler:
    """A scheduler that is not started. A portal never runs twice at once, runs missed while the machine was busy or
    asleep are made up by one, up to ``GRACE`` late."""
    scheduler = BackgroundScheduler(
        timezone=PARIS,
        executors={"default": executor or ThreadPoolExecutor(WORKERS)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": int(GRACE.total_seconds())},
    )
    for portal in portals:
        trigger = cron_trigger(portal.schedule, jitter=int(jitter.total_seconds()))
        scheduler.add_job(harvest, trigger, args=[portal.id], id=f"cron:{portal.id}", name=portal.title)
    return scheduler


def spread(portals: Iterable[Portal], over: timedelta) -> dict[str, timedelta]:
    """When each portal's first harvest begins, counted from the start: evenly over a duration, in the order given."""
    ids = [portal.id for portal in portals]
    return {portal_id: over * index / len(ids) for index, portal_id in enumerate(ids)}


def harvest_first(
    scheduler: BackgroundScheduler, portals: Iterable[Portal], harvest: Harvest, start: datetime, over: timedelta
) -> None:
    """Add one job a portal, spread over a duration: the first harvest of an empty archive."""
    for portal_id, delay in spread(portals, over).items():
        scheduler.add_job(
            harvest, "date", run_date=start + delay, args=[portal_id], id=f"first:{portal_id}", replace_existing=True
        )
