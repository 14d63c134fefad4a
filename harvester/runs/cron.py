"""Cron expressions as crontab(5) means them, on the clock of Paris."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]  # APScheduler 3 has no types

from harvester.runs.clock import PARIS

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = re.compile(r"([0-7])(?:-([0-7]))?(?:/(\d+))?")


class ParisTrigger(CronTrigger):  # type: ignore[misc]  # APScheduler 3 has no types
    """A cron trigger for which the hour that comes twice, when summer time ends, comes once. ``shake``: it fires up to
    so many seconds late."""

    def __init__(self, *, shake: int = 0, **fields: Any) -> None:
        super().__init__(timezone=PARIS, **fields)
        self.shake = shake

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        due = self.next_due(previous_fire_time, now)
        return due and _later(due, timedelta(seconds=random.uniform(0, self.shake)))  # noqa: S311 - nothing secret

    def next_due(self, previous: datetime | None, now: datetime) -> datetime | None:
        """The moment that is written, without shaking."""
        due: datetime | None = super().get_next_fire_time(previous, now)
        while due is not None and due.fold:
            due = super().get_next_fire_time(None, _later(due, timedelta(hours=1)))
        return due

    def last_due(self, now: datetime, within: timedelta) -> datetime | None:
        """The last moment before now, None where there was none within so long."""
        last, due = None, self.next_due(None, (now - within).astimezone(PARIS))
        while due is not None and due <= now:
            last, due = due, self.next_due(None, _later(due, timedelta(minutes=1)))
        return last


def _later(moment: datetime, by: timedelta) -> datetime:
    """On the clock of Paris, so much later in truth: the hands of the clock jump."""
    return (moment.astimezone(UTC) + by).astimezone(PARIS)


def cron_trigger(expression: str, jitter: int = 0) -> ParisTrigger:
    """Raises ``ValueError``. ``jitter`` in seconds."""
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"five fields expected, {len(fields)} found")
    minute, hour, day, month, weekday = fields
    days = ",".join(_named(part) for part in weekday.split(","))
    return ParisTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=days, shake=jitter)


def _named(weekdays: str) -> str:
    """APScheduler 3 counts the days of the week from Monday where crontab counts from Sunday (its issue 286):
    numbers are written out as names."""
    found = _NUMBERS.fullmatch(weekdays)
    if found is None:
        return weekdays
    first, last, step = found.groups()
    numbers = range(int(first), int(last or first) + 1, int(step or 1))
    return ",".join(dict.fromkeys(_DAYS[number] for number in numbers)) or weekdays
