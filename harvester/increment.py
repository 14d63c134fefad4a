"""Whether a harvest asks for what changed only: where the source can tell, and all of it was read lately."""

from datetime import datetime, timedelta

from harvester.archive import Archive, Run

FULL_EVERY = timedelta(days=7)
"""Then everything is asked for once more: only a full run can tell what has gone, and a source's dates may lie."""
MANY_PAGES = 20
"""Up to so many pages cost less than a wrong date."""
OVERLAP = timedelta(days=1)
"""Records may bear a date without time, be indexed late, and clocks differ."""


def changed_since(archive: Archive, portal: str, plan: str, now: datetime) -> datetime | None:
    """The moment from which on changes are to be asked for; None for everything. ``plan`` says what a full run must
    have had in common with this one: the portal file, and the code that reads it."""
    whole, latest = archive.last_read(portal)
    if whole is None or latest is None or not _counts(whole, plan, now):
        return None
    return latest.started - OVERLAP


def _counts(whole: Run, plan: str, now: datetime) -> bool:
    return whole.plan == plan and whole.pages > MANY_PAGES and now - whole.started < FULL_EVERY
