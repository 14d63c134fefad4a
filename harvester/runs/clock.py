"""The clock of schedules and reports."""

from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def on_the_clock(moment: datetime) -> str:
    """As messages write it."""
    return f"{moment.astimezone(PARIS):%Y-%m-%d %H:%M} Europe/Paris"
