"""How many requests a portal still lets us make: what its answers tell, and what its file allows a day."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec.structs import replace

from dcat.portal import Portal
from harvester.archive import Archive
from harvester.archive.quotas import FILE, PORTAL, Quota, keep_quota, quotas_of
from harvester.errors import QuotaSpent
from harvester.politeness.rate_headers import moment, told_quota
from harvester.runs.clock import on_the_clock

LONGEST_WAIT = timedelta(minutes=2)
"""A quota that begins anew within it is waited for; the run ends for a longer one."""


class QuotaExhausted(Exception):
    """The next request would exceed a quota."""


class Meter:
    """Counts the requests of one run on what the runs before left. Every call may raise ``ArchiveUnavailable``."""

    def __init__(self, archive: Archive, portal: Portal, clock: Callable[[], datetime]) -> None:
        self._archive = archive
        self._portal = portal
        self._clock = clock
        self._quotas = quotas_of(archive, portal.id, clock())
        self._renew()

    def ready(self) -> None:
        """Raises ``QuotaSpent`` where not even one request may be made now."""
        if (until := self._until()) is not None:
            raise QuotaSpent("quota-exhausted", portal=self._portal.id, until=on_the_clock(until))

    def wait(self) -> float:
        """Seconds to wait before the next request. Raises ``QuotaExhausted``."""
        until = self._until()
        if until is None:
            return 0.0
        left = until - self._clock()
        if left > LONGEST_WAIT:
            raise QuotaExhausted(f"until {until.isoformat(timespec='seconds')}")
        return max(0.0, left.total_seconds())

    def sent(self) -> None:
        """One request more."""
        self._renew()
        if FILE in self._quotas:
            self._keep(replace(self._quotas[FILE], remaining=self._quotas[FILE].remaining - 1))

    def answered(self, headers: Mapping[str, str]) -> None:
        """What an answer tells of the portal's own quota; header names in lower case."""
        if (told := told_quota(headers, self._clock())) is not None:
            self._keep(Quota(self._portal.id, PORTAL, told.remaining, told.resets))

    def refused(self, seconds: float) -> None:
        """The portal asks not to come back for so long."""
        self._keep(Quota(self._portal.id, PORTAL, 0, self._clock() + timedelta(seconds=seconds)))

    def _renew(self) -> None:
        """What has begun anew is full again."""
        now = self._clock()
        self._quotas = {teller: quota for teller, quota in self._quotas.items() if quota.resets > now}
        daily = self._portal.politeness.daily
        if daily is None:
            self._quotas.pop(FILE, None)
        elif FILE not in self._quotas:
            self._quotas[FILE] = Quota(self._portal.id, FILE, daily, moment("", now))

    def _until(self) -> datetime | None:
        self._renew()
        return max((quota.resets for quota in self._quotas.values() if quota.remaining <= 0), default=None)

    def _keep(self, quota: Quota) -> None:
        self._quotas[quota.teller] = quota
        keep_quota(self._archive, quota)
