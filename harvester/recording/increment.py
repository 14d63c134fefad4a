"""Which runs ask for what changed only, and since when (docs/harvesting.md).

A full walk goes before: only it knows what is gone, and finds what changed without a word of it in its dates.
"""

from datetime import datetime, timedelta

from harvester.archive import Archive, Start
from harvester.reading import fingerprint
from harvester.recording.run import FULL_EVERY
from harvester.runs.job import Job
from harvester.runs.outcome import Mode
from harvester.runs.owner import this_process

FEW_PAGES = 20
"""A source of no more pages is walked whole each time: it costs little, and knows more."""


def start_of(job: Job, archive: Archive, overlap: timedelta | None, now: datetime) -> Start:
    """What a run of the job asks for. ``overlap``: how far its portal is asked back from the start of the last run,
    None where it cannot be asked for changes."""
    plan = fingerprint.of_walk(job.portal, job.limit, job.personal_data)
    since = None
    if not job.full and job.limit is None and overlap is not None:
        since = _since(job.portal.id, plan, archive, overlap, now)
    return Start(Mode.FULL if since is None else Mode.INCREMENTAL, plan, since, this_process())


def _since(portal: str, plan: str, archive: Archive, overlap: timedelta, now: datetime) -> datetime | None:
    """None where a full walk is due. Runs of another plan do not count: other code, tables or portal file would have
    read the unchanged records otherwise too."""
    full = archive.last_successful(portal, plan, Mode.FULL)
    if full is None or now - full.started >= FULL_EVERY or full.pages <= FEW_PAGES:
        return None
    last = archive.last_successful(portal, plan, Mode.FULL, Mode.INCREMENTAL)
    return (last or full).started - overlap
