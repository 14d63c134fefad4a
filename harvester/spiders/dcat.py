"""DCAT feeds in RDF: the page itself says where the next one is (protocols.md §a)."""

import re

from harvester.parsers.page import Fetched
from harvester.reading import PageHeader
from harvester.spiders.numbered import NumberedSpider

NEXT_LINK = re.compile(r"""<([^>]+)>\s*;[^,]*\brel\s*=\s*"?next\b""", re.IGNORECASE)


class DcatSpider(NumberedSpider):
    """Both Hydra generations and LDP are the parser's; an HTTP ``Link`` header (RFC 8288) counts where the page is
    silent."""

    def first_url(self) -> str:
        return self.portal.endpoint or self.portal.url

    def named(self, fetched: Fetched, header: PageHeader) -> str:
        if header.next:
            return header.next
        linked = NEXT_LINK.search(fetched.headers.get("link", ""))
        return linked[1] if linked else ""
