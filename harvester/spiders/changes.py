"""Whether a portal can be asked for what changed since a moment, and whether it does as it was asked."""

from datetime import timedelta
from typing import ClassVar

from dcat.findings import finding
from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import RunRecorder
from harvester.spiders.refusals import TOO_MANY

BUSY = (TOO_MANY, 503)
NEARLY_ALL = 0.9


class Changes:
    """What a protocol says of its changes. ``since``: a moment in ISO 8601, in UTC (``2026-03-01T11:00:00Z``), from
    which on they are asked for; ``""``: everything is. Only a protocol with an ``overlap`` is given one. An answer that
    shows that the portal cannot be asked so has the walk begin again, as a full one."""

    counts_changes: ClassVar[bool] = True
    """Whether a total that comes with ``since`` counts what changed, not everything."""
    recorder: RunRecorder
    pages: int
    since: str

    def first_url(self) -> str:
        """Where the walk begins."""
        raise NotImplementedError

    def forget_bodies(self) -> None:
        """From here on, the same bodies may come once more."""
        raise NotImplementedError

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """How long before the start of the last run an incremental one begins; None where a portal cannot be asked for
        changes."""
        del portal
        return None

    def refuses_since(self, fetched: Fetched) -> bool:
        """Whether the server does not take the date. Other refusals than of too many requests may mean the date too: a
        firewall that minds its brackets, an index that fails on it."""
        return not self.pages and fetched.status >= 400 and fetched.status not in BUSY

    def ignores_since(self, fetched: Fetched, header: PageHeader) -> bool:
        """Whether the answer is as long as without the date. Where nearly everything really changed, a full walk costs
        the same and knows what is gone."""
        del fetched
        return not self.pages and header.declared is not None and header.declared >= NEARLY_ALL * self.recorder.live > 0

    def _widen(self, fetched: Fetched) -> str:
        """The portal cannot be asked for changes: begin again, with everything."""
        self.recorder.widen(finding("increment-refused", place=fetched.url, value=f"HTTP {fetched.status}"))
        self.since = ""
        self.forget_bodies()
        return self.first_url()
