"""Cron expressions as crontab(5) means them, on the clock of Paris."""

import re
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger  # type: ignore[import-untyped]  # APScheduler 3 has no types

PARIS = ZoneInfo("Europe/Paris")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NUMBER = re.compile(r"(?<![/\d])[0-7](?!\d)")


def cron_trigger(expression: str, jitter: int | None = None) -> CronTrigger:
    """Raises ``ValueError``. APScheduler 3 counts the days of the week from Monday where crontab counts from Sunday
    (its issue 286), so the numbers are written out as names. ``jitter`` in seconds."""
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"five fields expected, {len(fields)} found")
    minute, hour, day, month, weekday = fields
    named = _NUMBER.sub(lambda found: _DAYS[int(found[0])], weekday)
    return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=named, timezone=PARIS, jitter=jitter)
