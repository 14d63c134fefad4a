"""DCAT feeds in RDF: the page itself says where the next one is (protocols.md §a)."""

import re
from urllib.parse import urlencode

from dcat.portal import Portal
from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.spiders.numbered import NumberedSpider

NEXT_LINK = re.compile(r"""<([^>]+)>\s*;[^,]*\brel\s*=\s*"?next\b""", re.IGNORECASE)


class DcatSpider(NumberedSpider):
    """Both Hydra generations and LDP are the parser's; an HTTP ``Link`` header (RFC 8288) counts where the page is
    silent."""

    @classmethod
    def can_tell_changes(cls, portal: Portal) -> bool:
        """CKAN's feed takes ``modified_since`` (ckanext-dcat)."""
        return portal.software.casefold() == "ckan"

    def first_url(self) -> str:
        url = self.portal.endpoint or self.portal.url
        if self.since is None:
            return url
        return f"{url}{'&' if '?' in url else '?'}{urlencode({'modified_since': f'{self.since:%Y-%m-%dT%H:%M:%SZ}'})}"

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        if header.next:
            return header.next
        linked = NEXT_LINK.search(fetched.headers.get("link", ""))
        return linked[1] if linked else ""
