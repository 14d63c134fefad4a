"""DCAT feeds in RDF: the page itself says where the next one is (protocols.md §a)."""

import re

from harvester.parsers import dcat
from harvester.parsers.page import Fetched, ParsedPage
from harvester.run import PageCounts
from harvester.spiders.walk import PortalSpider

NEXT_LINK = re.compile(r"""<([^>]+)>\s*;[^,]*\brel\s*=\s*"?next\b""", re.IGNORECASE)


class DcatSpider(PortalSpider):
    """Both Hydra generations and LDP are the parser's; an HTTP ``Link`` header (RFC 8288) counts where the page is
    silent."""

    parser = staticmethod(dcat.parse)

    def first_url(self) -> str:
        return self.portal.endpoint or self.portal.url

    def next_url(self, fetched: Fetched, parsed: ParsedPage, counts: PageCounts) -> str:  # noqa: ARG002 - its signature
        if parsed.next:
            return parsed.next
        linked = NEXT_LINK.search(fetched.headers.get("link", ""))
        return linked[1] if linked else ""
