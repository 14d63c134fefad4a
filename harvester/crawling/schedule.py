"""When portals are harvested: one cron job per portal, on the clock of Paris.

Only one process may start a scheduler: APScheduler 3 has no lock (three processes on one store ran a job three times).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from apscheduler.executors.base import BaseExecutor  # type: ignore[import-untyped]  # APScheduler 3 has no types
from apscheduler.executors.pool import ThreadPoolExecutor  # type: ignore[import-untyped]  # as above
from apscheduler.schedulers.background import BackgroundScheduler  # type: ignore[import-untyped]  # as above
from apscheduler.triggers.interval import IntervalTrigger  # type: ignore[import-untyped]  # as above

from dcat.portal import Portal
from harvester.archive import Archive, LastRuns
from harvester.archive.quotas import exhausted
from harvester.archive.refusals import refused_in_a_row
from harvester.runs.clock import PARIS
from harvester.runs.cron import cron_trigger

Harvest = Callable[[str], object]
"""Harvests the portal of this id; runs in a thread of the scheduler and waits for the harvest's own process."""

WORKERS = 2
JITTER = timedelta(minutes=10)
GRACE = timedelta(hours=6)
FIRST_REFUSAL = timedelta(days=1)
LONGEST_REFUSAL = timedelta(days=7)
"""A portal that refuses us is left alone for twice the first after one refusal, twice as long after each further one,
up to the second."""


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


def harvest_at(scheduler: BackgroundScheduler, portal_id: str, harvest: Harvest, moment: datetime) -> None:
    """One harvest more, once; another one that was put off is replaced."""
    scheduler.add_job(
        harvest, "date", run_date=moment, args=[portal_id], id=f"later:{portal_id}", replace_existing=True
    )


def missed(portals: Iterable[Portal], last: Mapping[str, LastRuns], now: datetime) -> list[Portal]:
    """Portals that were due while nobody looked at the clock, up to ``GRACE`` ago; one that was never harvested is not
    missed."""
    return [portal for portal in portals if portal.id in last and _was_missed(portal, last[portal.id], now)]


def _was_missed(portal: Portal, last: LastRuns, now: datetime) -> bool:
    due = cron_trigger(portal.schedule).last_due(now, GRACE)
    return due is not None and last.attempted.started < due


def waiting(archive: Archive, now: datetime) -> dict[str, datetime]:
    """Portals that no schedule asks before a moment: their quota is used up, or they refused us."""
    until = exhausted(archive, now)
    for portal, refusals in refused_in_a_row(archive).items():
        wait = min(LONGEST_REFUSAL, FIRST_REFUSAL * 2**refusals.count)
        if (moment := refusals.last + wait) > now:
            until[portal] = max(moment, until.get(portal, moment))
    return until


def next_run(portal: Portal, now: datetime, until: datetime | None = None) -> datetime | None:
    """When the schedule harvests a portal next, before it is shaken. ``until``: what it waits for."""
    due = cron_trigger(portal.schedule).next_due(None, now.astimezone(PARIS))
    return max(due, until.astimezone(PARIS)) if due and until else due


def start_over(scheduler: BackgroundScheduler) -> None:
    """Count every repeated job from what the clock says now: they wait for moments of the clock as it was."""
    for job in scheduler.get_jobs():
        if job.id.startswith("cron:"):
            scheduler.reschedule_job(job.id, trigger=job.trigger)
        elif isinstance(job.trigger, IntervalTrigger):
            scheduler.reschedule_job(job.id, trigger=IntervalTrigger(seconds=job.trigger.interval_length))
