"""What a harvesting process is told to do, and what it tells back; both travel as lines of JSON."""

from typing import Any

from msgspec import Struct

from dcat.personal import PersonalData
from dcat.portal import Portal
from harvester.errors import HarvestError
from harvester.politeness.limits import Limits


class Job(Struct, frozen=True):
    """One harvest of one portal.

    ``full``: everything is asked for, whatever changed; else what changed, where that can be
    (``harvester.recording.increment``).
    ``allowed_hosts`` are ``host:port`` pairs admitted although they are private: the demo's own server, exactly.
    ``proxy`` is the address of the proxy that is asked in the portal's place. ``scratch``: the folder for what is too
    large to be held (``harvester.runs.scratch``).
    """

    portal: Portal
    archive_url: str
    agent: str
    full: bool = False
    limit: int | None = None
    dry_run: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allow_private: bool = False
    raw_retention_runs: int = 3
    first_wait: float = 1.0
    proxy: str = ""
    limits: Limits = Limits()
    personal_data: PersonalData = PersonalData.ROLE_ONLY
    scratch: str = ""


class Event(Struct, frozen=True, omit_defaults=True):
    """One line from a harvesting process about one portal.

    ``kind``: ``ready`` (of no portal: the process takes jobs), ``begun`` (``run``), ``resumed`` (another process goes
    on with the run of one that died), ``progress`` (``pages``, ``received``, ``declared``), ``report`` (``report``, as
    in design §5) or ``error`` (``code``, ``fr``, ``en``). The last two are the end of the job.
    """

    portal: str
    kind: str
    run: int | None = None
    pages: int = 0
    received: int = 0
    declared: int | None = None
    report: dict[str, Any] | None = None
    code: str = ""
    fr: str = ""
    en: str = ""

    @property
    def last(self) -> bool:
        """Whether the job ends here."""
        return self.kind in ("report", "error")


def failed(job: Job, error: HarvestError) -> Event:
    """The event of a job that ended in an error."""
    return Event(job.portal.id, "error", code=error.code, fr=error.message("fr"), en=error.message("en"))
