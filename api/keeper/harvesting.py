"""Harvests as the ways in ask for them: jobs from portals and settings, run by child processes."""

from collections.abc import Iterable

from api.services import Services
from dcat.portal import Portal
from harvester.runs.job import Job


def jobs_for(
    services: Services,
    portals: Iterable[Portal],
    *,
    full: bool = False,
    limit: int | None = None,
    dry_run: bool = False,
) -> list[Job]:
    """One harvest a portal: of what changed where the portal can be asked for that, unless ``full``.

    Sample portals are read from our own loopback server alone: exactly its host and port.
    """
    settings = services.settings
    return [
        Job(
            portal=portal,
            archive_url=settings.archive_url,
            agent=settings.agent,
            full=full,
            limit=limit,
            dry_run=dry_run,
            allowed_hosts=(host_port(portal.endpoint),) if portal.sample else (),
            allow_private=settings.allow_private_hosts,
            raw_retention_runs=settings.raw_retention_runs,
            proxy="" if portal.sample else settings.proxy_url,
            personal_data=settings.personal_data,
            scratch=str(settings.scratch),
            first_wait=0.1 if portal.sample else 1.0,
        )
        for portal in portals
    ]


def host_port(url: str) -> str:
    """``host:port`` of an address."""
    return url.partition("://")[2].partition("/")[0]
