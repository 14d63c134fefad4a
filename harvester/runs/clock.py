"""The clock of schedules and reports."""

from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
