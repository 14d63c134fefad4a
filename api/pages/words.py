"""Numbers, moments and durations as people write them, on the clock of Paris."""

from datetime import datetime, timedelta

from api.messages import Language, say
from api.pages.reading import day
from harvester.runs.clock import PARIS
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import Report

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"


def number(language: Language, count: float) -> str:
    """*12 345*, *12,345*; *263,3*, *263.3*, with six digits at most; the minus sign is a real one."""
    text = f"{abs(count):,}" if isinstance(count, int) else f"{abs(count):,.6g}"
    sign = "\N{MINUS SIGN}" if count < 0 else ""
    return sign + (text if language == "en" else text.replace(",", THIN_SPACE).replace(".", ","))


def signed(language: Language, count: float) -> str:
    """A difference: *+3*, *−2*, *0*."""
    return f"+{number(language, count)}" if count > 0 else number(language, count)


def outcome(language: Language, report: Report) -> str:
    """What became of a run, in a sentence or two."""
    changes = "_incremental" if (report.status, report.mode) == (Status.OK, Mode.INCREMENTAL) else ""
    return say(language, f"status_means_{report.status}{changes}")


def moment(language: Language, when: datetime) -> str:
    """*13 mars 2025 à 03:00*."""
    local = when.astimezone(PARIS)
    return say(language, "moment", day=day(language, local.date().isoformat()), time=f"{local:%H:%M}")


def short(language: Language, when: datetime) -> str:
    """For tables: *13/03/2025 03:00*, *2025-03-13 03:00*."""
    return when.astimezone(PARIS).strftime("%Y-%m-%d %H:%M" if language == "en" else "%d/%m/%Y %H:%M")


def duration(language: Language, took: timedelta) -> str:
    """The two largest units at most."""
    seconds = max(0, round(took.total_seconds()))
    if seconds < 120:
        return say(language, "duration_seconds", count=seconds)
    minutes = seconds // 60
    if minutes < 120:
        return say(language, "duration_minutes", count=minutes)
    return say(language, "duration_hours", hours=minutes // 60, minutes=minutes % 60)
