"""Opendatasoft's Explore API v2.1 (protocols.md §b)."""

from datetime import timedelta
from urllib.parse import urlencode

from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.offset import OffsetSpider

WINDOW = 10_000
"""``offset + limit`` must stay below it."""
REFUSED_QUERY = 400


class OdsSpider(OffsetSpider):
    """Pages by offset, sorted by id: unsorted, a dataset may stand on two pages and hide another. A catalogue larger
    than the paging window is read whole from ``exports/json``, which has no window."""

    asked = 100
    remembered = (*OffsetSpider.remembered, "_exporting", "_sorted")
    _exporting = False
    _sorted = True

    def ask_otherwise(self, fetched: Fetched) -> str:
        """A domain that does not sort so is asked without."""
        if self.pages or not self._sorted or fetched.status != REFUSED_QUERY:
            return ""
        self._sorted = False
        return self.page_at(0)

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:
        if self._exporting or not self.more(fetched, header, counts):
            return ""
        if header.declared is not None and header.declared >= WINDOW - self.asked:
            self._exporting = True
            return f"{self._catalog}/exports/json?{urlencode({'limit': -1, **self._changed})}"
        return self.page_at(self.offset)

    def foreseen(self, asked: str, header: PageHeader) -> str:
        return "" if self._exporting else super().foreseen(asked, header)

    def past_lost(self, url: str) -> str:
        return "" if self._exporting else super().past_lost(url)

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """A domain's dates are on its own clock."""
        del portal
        return timedelta(days=1)

    @property
    def _changed(self) -> dict[str, str]:
        """``modified`` follows the data, the metadata or both, as the domain is set; the other date, the metadata."""
        day = self.since[: len("YYYY-MM-DD")]
        return {"where": f"modified >= date'{day}' or metadata_processed >= date'{day}'"} if day else {}

    @property
    def _catalog(self) -> str:
        base = self.portal.endpoint or f"{self.portal.url.rstrip('/')}/api/explore/v2.1"
        return f"{base.rstrip('/')}/catalog"

    def page_at(self, offset: int) -> str:
        wanted = {"limit": self.asked, "offset": offset, "include_app_metas": "true", **self._changed}
        if self._sorted and not self.since:  # of changes, a refusal would be taken for one of their date
            wanted["order_by"] = "dataset_id"
        return f"{self._catalog}/datasets?{urlencode(wanted)}"
