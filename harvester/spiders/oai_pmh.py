"""OAI-PMH: ``Identify``, the formats, then ``ListRecords`` from token to token (protocols.md §h)."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from dcat.portal import Portal
from harvester.parsers import oai_pmh
from harvester.parsers.oai_pmh import Answer
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.changes import BUSY
from harvester.spiders.walk import PortalSpider

OURS = frozenset(("verb", "metadataPrefix", "resumptionToken", "set", "from", "until"))
TOKEN_REFUSED = "badResumptionToken"  # noqa: S105 - a code of the protocol
DATE_REFUSED = "badArgument"
FORMAT_REFUSED = "cannotDisseminateFormat"
DAY = len("YYYY-MM-DD")


class OaiPmhSpider(PortalSpider):
    """The endpoint may name the ``set`` to read, and the ``metadataPrefix`` to ask for first.

    The end is an empty token, or none: the size that a list announces counts the deleted records that it names, so it
    is compared once the list has ended. A token that the server has forgotten sends the walk back to the start, once.
    """

    remembered = (*PortalSpider.remembered, "_prefixes", "_granularity", "_pass", "_size", "_deleted")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._prefixes = self._named.get("metadataPrefix", "")  # those left to try, best first
        self._granularity = ""
        self._pass = 1
        self._size = 0
        self._deleted = 0

    @property
    def _named(self) -> dict[str, str]:
        """What the endpoint names."""
        return dict(parse_qsl(urlsplit(self.portal.endpoint).query))

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """The granularity may be a day."""
        del portal
        return timedelta(days=1)

    def first_url(self) -> str:
        return self._address(verb="Identify")

    def refuses_since(self, fetched: Fetched) -> bool:
        """Only the first page of a list is asked with a date."""
        refused = _answer(fetched).error == DATE_REFUSED or (fetched.status >= 400 and fetched.status not in BUSY)
        return refused and "from" in dict(parse_qsl(urlsplit(fetched.url).query))

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:  # noqa: ARG002 - its signature
        answer = oai_pmh.read_answer(fetched)
        if answer.verb == "Identify":
            self._granularity = oai_pmh.granularity(fetched)
            return self._list() if self._prefixes else self._address(verb="ListMetadataFormats")
        if answer.verb == "ListMetadataFormats":
            self._prefixes = " ".join(oai_pmh.formats_offered(fetched))
            return self._list()
        self._deleted += len(answer.deleted)
        self._size = max(self._size, answer.size or 0)
        if answer.token:
            return self._address(verb="ListRecords", resumptionToken=answer.token)
        self._compare()
        return ""

    def ask_otherwise(self, fetched: Fetched) -> str:
        """A format that the server cannot give, a token that it has forgotten, formats that it does not list."""
        answer = _answer(fetched)
        prefixes = self._prefixes.split()
        if answer.error == FORMAT_REFUSED and len(prefixes) > 1:
            self._prefixes = " ".join(prefixes[1:])
            return self._list()
        if answer.error == TOKEN_REFUSED and self._pass == 1:
            self._pass, self._deleted = 2, 0
            self.forget_bodies()
            return self._list()
        if self.pages == 1 and not self._prefixes and (fetched.status >= 400 or answer.error):
            self._prefixes = " ".join(oai_pmh.PREFIXES)
            return self._list()
        return ""

    def _compare(self) -> None:
        """The total that the list announced, without the deleted records that it named."""
        if self._size:
            self.declared = max(0, self._size - self._deleted)
            self.recorder.declare(self.declared)

    def _list(self) -> str:
        """The first page of the records, in the best format left."""
        prefix = next(iter(self._prefixes.split()), oai_pmh.PREFIXES[-1])
        wanted = {"verb": "ListRecords", "metadataPrefix": prefix}
        if "set" in self._named:
            wanted["set"] = self._named["set"]
        if self.since:
            wanted["from"] = self.since[:DAY] if len(self._granularity) == DAY else self.since
        return self._address(**wanted)

    def _address(self, **arguments: str) -> str:
        """What follows ``#`` tells the second pass from the first."""
        parts = urlsplit(self.portal.endpoint or f"{self.portal.url.rstrip('/')}/oai")
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in OURS]
        query = urlencode([*kept, *arguments.items()])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, "pass=2" if self._pass > 1 else ""))


def _answer(fetched: Fetched) -> Answer:
    try:
        return oai_pmh.read_answer(fetched)
    except UnreadablePage:
        return Answer()
