"""After harvests: whoever asked is told what changed. Nothing here ever fails a harvest."""

from collections.abc import Iterable

import structlog

from api.services import Services
from api.settings import Settings
from dcat.portal import Notify
from harvester.errors import HarvestError
from harvester.notify.deliver import Post, deliver
from harvester.notify.notice import Notice
from harvester.notify.relay import Relay
from harvester.notify.standing import Standing, Told, turn
from harvester.notify.store import last_accepted, last_told, remember
from harvester.runs.job import Event
from harvester.runs.outcome import Status

logger = structlog.get_logger()


def notify(services: Services, ended: Iterable[Event]) -> None:
    """Tell of each run that ended; sample portals and dry runs (which have no number) tell nobody."""
    if services.sample:
        return
    way = way_out(services.settings)
    for event in ended:
        run = event.report["run"] if event.report else None
        if run is None:
            continue
        try:
            _tell(services, way, event.portal, run)
        except HarvestError as error:
            logger.warning("nobody told", portal=event.portal, run=run, reason=str(error))


def _tell(services: Services, way: Post, portal_id: str, run: int) -> None:
    archive, portal = services.archive, services.registry.get(portal_id)
    report = archive.report(run)
    told = last_told(archive, portal_id)
    waits = told is not None and told.standing is Standing.HELD and archive.report(told.run).status is Status.HELD
    change = turn(report, last_accepted(archive, portal_id, run), told, waits=waits)
    if change is None:
        return
    notice = Notice(portal, change, report, services.public_url)
    if deliver(way, notice):
        remember(archive, portal_id, Told(change.now, run, change.baseline))
        logger.info("told", portal=portal_id, run=run, before=change.before, now=change.now)


def way_out(settings: Settings) -> Post:
    """How messages leave this installation."""
    return Post(
        agent=settings.agent,
        sender=settings.contact_email or f"aiguillage@{settings.public_host}",
        relay=Relay.read(settings.smtp_url) if settings.smtp_url else None,
        everyone=Notify(settings.addresses(settings.notify_email), settings.addresses(settings.notify_webhook)),
        allow_private=settings.allow_private_hosts,
    )
