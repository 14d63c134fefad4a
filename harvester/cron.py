"""Cron expressions as crontab(5) means them, on the clock of Paris."""

import re
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]  # APScheduler 3 has no types

PARIS = ZoneInfo("Europe/Paris")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBERS = re.compile(r"([0-7])(?:-([0-7]))?(?:/(\d+))?")


def cron_trigger(expression: str, jitter: int | None = None) -> CronTrigger:
    """Raises ``ValueError``. ``jitter`` in seconds."""
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"five fields expected, {len(fields)} found")
    minute, hour, day, month, weekday = fields
    days = ",".join(_named(part) for part in weekday.split(","))
    return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=days, timezone=PARIS, jitter=jitter)


def _named(weekdays: str) -> str:
    """APScheduler 3 counts the days of the week from Monday where crontab counts from Sunday (its issue 286):
    numbers are written out as names."""
    found = _NUMBERS.fullmatch(weekdays)
    if found is None:
        return weekdays
    first, last, step = found.groups()
    numbers = range(int(first), int(last or first) + 1, int(step or 1))
    return ",".join(dict.fromkeys(_DAYS[number] for number in numbers)) or weekdays
