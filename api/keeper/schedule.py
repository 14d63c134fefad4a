"""Harvests by the clock: each portal's own cron, run by child processes."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import structlog

from api.keeper.checking_links import MOST, check_links
from api.keeper.harvesting import jobs_for
from api.keeper.notifying import notify
from api.services import Services
from harvester.crawling.fleet import Fleet
from harvester.crawling.schedule import harvest_at, harvest_first, make_scheduler, missed, spread, start_over, waiting
from harvester.reading.fingerprint import of_walk

logger = structlog.get_logger()

LOOK_SECONDS = 60
QUIET = timedelta(minutes=2)
"""Whoever started a run goes on with it by himself; only then is he taken to be gone too."""
MADE_UP_WITHIN = timedelta(minutes=15)
"""Missed harvests are spread over it."""
JUMP = timedelta(minutes=2)
"""A clock that is so much ahead of the time that went by, or behind it, was set, or the machine was asleep."""

LINKS_AT = 13
"""The hour, in Paris, of the daily check of links: most harvests are at night."""

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC)


class Schedule:
    """The scheduler of a keeper: started when the lock is held, stopped before it is let go.

    Sample portals have no schedule: their server is gone with the demo.
    """

    def __init__(
        self,
        services: Services,
        first_harvest: timedelta | None = None,
        *,
        clock: Clock = _now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._first_harvest = first_harvest
        self._clock = clock
        self._ticks = ticks
        self._looked = clock(), ticks()
        self._portals = () if services.sample else services.registry.harvestable()
        self._scheduler = make_scheduler(self._portals, self.harvest)
        self._fleets: set[Fleet] = set()
        self._stopping = Event()

    def start(self) -> None:
        """Follow the clock, make up what was missed, and look after what died."""
        self._scheduler.start()
        self._scheduler.add_job(self.go_on, "interval", seconds=LOOK_SECONDS, id="go-on")
        self._scheduler.add_job(self.check_links, "cron", hour=LINKS_AT, id="links")
        self.make_up()
        if self._first_harvest is not None:
            known = self._services.archive.last_runs()
            new = [portal for portal in self._portals if portal.id not in known]
            harvest_first(self._scheduler, new, self.harvest, self._clock(), self._first_harvest)

    def stop(self) -> None:
        """End the processes under way: their runs are gone on with at the next start."""
        self._stopping.set()
        for fleet in tuple(self._fleets):
            fleet.leave()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)

    def watch(self) -> None:
        """To be called every few seconds: where the clock jumped, jobs are set anew by it, and what was due is made
        up."""
        (then, ticks), (now, ticked) = self._looked, (self._clock(), self._ticks())
        self._looked = now, ticked
        jumped = (now - then) - timedelta(seconds=ticked - ticks)
        if abs(jumped) > JUMP:
            logger.warning("the clock jumped", seconds=round(jumped.total_seconds()))
            start_over(self._scheduler)
            self.make_up()

    def make_up(self) -> None:
        """Harvest what was due while nobody looked, once each, spread over some minutes."""
        now = self._clock()
        due = missed(self._portals, self._services.archive.last_runs(), now)
        for portal_id, delay in spread(due, MADE_UP_WITHIN).items():
            logger.info("missed", portal=portal_id)
            harvest_at(self._scheduler, portal_id, self.harvest, now + delay)

    def go_on(self) -> None:
        """Go on with runs whose process died, close those that died too long ago."""
        now = self._clock()
        self._services.archive.close_abandoned(now)
        portals = {portal.id: portal for portal in self._portals}
        for run in self._services.archive.resumable(now):
            portal = portals.get(run.portal)
            quiet = now - run.heartbeat > QUIET
            personal = self._services.settings.personal_data
            if quiet and portal is not None and run.plan == of_walk(portal, None, personal):
                self._scheduler.add_job(self.harvest, args=[portal.id], id=f"go-on:{portal.id}", replace_existing=True)

    def check_links(self) -> None:
        """Ask a sample of every portal's links; ends at the next one when the keeper stops."""
        if self._services.harvested:
            for one in check_links(self._services, self._portals, MOST, stopping=self._stopping.is_set):
                logger.info("links", portal=one.portal, answered=one.answered, failed=one.failed, unknown=one.unknown)

    def harvest(self, portal_id: str) -> None:
        """One portal, in a child process of its own; the index follows the archive by itself. One that refused us, or
        whose quota is used up, is harvested later."""
        until = waiting(self._services.archive, self._clock()).get(portal_id)
        if until is not None:
            logger.info("waiting", portal=portal_id, until=until.isoformat(timespec="seconds"))
            harvest_at(self._scheduler, portal_id, self.harvest, until)
            return
        jobs = jobs_for(self._services, [self._services.registry.get(portal_id)])
        with Fleet(children=1, per_child=1) as fleet:
            self._fleets.add(fleet)
            try:
                ended = fleet.harvest(jobs)
            finally:
                self._fleets.discard(fleet)
        for event in ended:
            status = event.report["status"] if event.report else event.code
            logger.info("harvested", portal=event.portal, status=status)
        notify(self._services, ended)
