"""DCAT feeds in RDF: the page itself says where the next one is (protocols.md §a)."""

import re
from datetime import timedelta
from urllib.parse import quote

from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading.staged import PageHeader
from harvester.spiders.numbered import NumberedSpider

NEXT_LINK = re.compile(r"""<([^>]+)>\s*;[^,]*\brel\s*=\s*"?next\b""", re.IGNORECASE)


class DcatSpider(NumberedSpider):
    """Both Hydra generations and LDP are the parser's; an HTTP ``Link`` header (RFC 8288) counts where the page is
    silent."""

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """Only ckanext-dcat can be asked."""
        return timedelta(hours=1) if portal.software.casefold() == "ckan" else None

    def first_url(self) -> str:
        return self._changed(self.portal.endpoint or self.portal.url)

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        if header.next:
            return self._changed(header.next)
        linked = NEXT_LINK.search(fetched.headers.get("link", ""))
        return self._changed(linked[1]) if linked else ""

    def _changed(self, url: str) -> str:
        """ckanext-dcat adds a ``Z`` to the date, whatever it ends with."""
        if not self.since or "modified_since=" in url:
            return url
        return f"{url}{'&' if '?' in url else '?'}modified_since={quote(self.since.rstrip('Z'))}"
