"""CSW: ``GetRecords``, page after page (protocols.md §e). What servers say of the next page is wrong in many ways."""

from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.sax.saxutils import quoteattr

from msgspec import Struct
from scrapy import Request

from dcat.findings import finding
from dcat.portal import Portal
from harvester.parsers import csw
from harvester.parsers.page import Fetched, UnreadablePage
from harvester.reading.staged import PageHeader
from harvester.recording.run import PageCounts
from harvester.spiders.atom import AtomSpider

PAGE_SIZE = 25
EMPTY_PAGES = 5
"""So many pages without a record may follow each other: records that cannot be given in the schema leave holes
(core-geonetwork PR 3713)."""

ISO = "http://www.isotc211.org/2005/gmd"
DUBLIN_CORE = "http://www.opengis.net/cat/csw/2.0.2"
TYPES = ("dataset", "nonGeographicDataset", "series", "service")
EXCEPTION = b"ExceptionReport"
REFUSALS = (400, 405, 406, 415, 500, 501)
OURS = frozenset(("service", "request", "version", "outputschema"))


class Manner(Struct, frozen=True):
    """One way to ask. Without a sort the order of pages may change between two of them: such a walk is done twice."""

    method: str = "POST"
    version: str = "2.0.2"
    filtered: bool = False
    sorted: bool = False
    schema: str = ISO
    type_names: str = "gmd:MD_Metadata"


MANNERS = (
    Manner(filtered=True, sorted=True),
    Manner(filtered=True),
    Manner(),
    Manner(method="GET"),
    Manner(method="GET", version="3.0.0"),
    Manner(method="GET", schema=DUBLIN_CORE, type_names="csw:Record"),
)
"""From the best to what the weakest servers understand; a refusal of the first page leads to the next."""


class CswSpider(AtomSpider):
    """A page is named ``endpoint#start=26&manner=0&pass=1``: what follows ``#`` makes the request.

    The endpoint may name another schema, ``?outputSchema=…``. ``csw:DistributedSearch`` is never asked for: a portal
    would answer for others.
    """

    looks_ahead: ClassVar[bool] = True
    remembered = (*AtomSpider.remembered, "_manner", "_pass", "_empty", "_distinct", "_stride")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._manner = 0
        self._pass = 1
        self._empty = 0
        self._distinct = 0
        self._stride = 0

    @classmethod
    def overlap(cls, portal: Portal) -> timedelta | None:
        """``dateStamp`` may be a date alone."""
        del portal
        return timedelta(days=1)

    def first_url(self) -> str:
        return self._address(1)

    def request(self, url: str) -> Request:
        asked = super().request(url)
        start = _start_of(url)
        manner = MANNERS[self._manner]
        if manner.method == "GET":
            return asked.replace(url=self._query(manner, start))
        headers = {"Content-Type": "application/xml; charset=utf-8", "Accept": "application/xml"}
        return asked.replace(method="POST", body=self._body(manner, start), headers=headers)

    def refuses_since(self, fetched: Fetched) -> bool:
        return super().refuses_since(fetched) or (not self.pages and EXCEPTION in fetched.body[:4000])

    def ask_otherwise(self, fetched: Fetched) -> str:
        refused = fetched.status in REFUSALS or EXCEPTION in fetched.body[:4000]
        if self.pages or not refused or self._manner + 1 == len(MANNERS):
            return ""
        self._manner += 1
        return self._address(1)

    def next_url(self, fetched: Fetched, header: PageHeader, counts: PageCounts) -> str:  # noqa: ARG002 - its signature
        start = _start_of(self._asked)
        self._distinct += counts.received - counts.merged
        paging = csw.paging(fetched)
        if paging.returned is not None and paging.returned != counts.received:
            place = f"startPosition={start}"
            self.recorder.note(finding("total-mismatch", place=place, value=f"{counts.received}/{paging.returned}"))
        self._stride = self._stride or counts.received
        self._empty = 0 if counts.received else self._empty + 1
        following = following_position(start, counts.received, paging, fresh=counts.received > counts.merged)
        if following != start + self._stride:
            self.foresight.holds = False
        if not following:
            return self._second_pass()
        address = self._address(following)
        if self._empty > EMPTY_PAGES:
            self._stop_at("page-cap-reached", address)
            return ""
        return address

    def foreseen(self, asked: str, header: PageHeader) -> str:
        """By the first page's records, up to the total."""
        following = _start_of(asked) + self._stride
        known = self._stride and header.declared is not None and following <= header.declared
        return self._address(following) if known else ""

    def past_lost(self, url: str) -> str:  # noqa: ARG002 - its signature
        following = _start_of(self._asked) + (self._stride or PAGE_SIZE)
        reached = self.declared is not None and following > self.declared
        return self._second_pass() if reached else self._address(following)

    def _second_pass(self) -> str:
        """Once more from the first page, where pages came unsorted and records are missing."""
        missing = self.declared is not None and self._distinct < self.declared
        if MANNERS[self._manner].sorted or self._pass > 1 or not missing:
            return ""
        self._pass, self._empty = 2, 0
        self.forget_bodies()
        return self._address(1)

    def _came_before(self, fetched: Fetched) -> bool:
        """Pages without a record may be the same to the byte."""
        return not (fetched.digest in self._bodies and _is_empty(fetched)) and super()._came_before(fetched)

    # --- requests ----------------------------------------------------------------------------------------------------

    def _address(self, start: int) -> str:
        since = f"&since={self.since}" if self.since else ""
        return f"{self._endpoint()}#start={start}&manner={self._manner}&pass={self._pass}{since}"

    def _endpoint(self) -> str:
        """The portal's endpoint with its own parameters (``map=…``), without those of the protocol."""
        parts = urlsplit(self.portal.endpoint or f"{self.portal.url.rstrip('/')}/geonetwork/srv/fre/csw")
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in OURS]
        return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))

    def _schema(self, manner: Manner) -> str:
        asked = {name.lower(): value for name, value in parse_qsl(urlsplit(self.portal.endpoint).query)}
        return asked.get("outputschema", manner.schema) if manner.schema == ISO else manner.schema

    def _query(self, manner: Manner, start: int) -> str:
        endpoint = self._endpoint()
        asked = {
            "service": "CSW",
            "request": "GetRecords",
            "version": manner.version,
            "resultType": "results",
            "elementSetName": "full",
            "typeNames": manner.type_names,
            "outputSchema": self._schema(manner),
            "startPosition": start,
            "maxRecords": PAGE_SIZE,
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def _body(self, manner: Manner, start: int) -> bytes:
        return BODY.format(
            schema=quoteattr(self._schema(manner)),
            start=start,
            size=PAGE_SIZE,
            filter=constraint(self.since) if manner.filtered else "",
            sort=SORT if manner.sorted else "",
        ).encode()


def _start_of(address: str) -> int:
    """The position at which a page begins."""
    return int(dict(parse_qsl(urlsplit(address).fragment))["start"])


def _is_empty(fetched: Fetched) -> bool:
    try:
        return csw.paging(fetched).returned == 0
    except UnreadablePage:
        return False


def constraint(since: str) -> str:
    """Of the types that we take, those that changed from a moment on."""
    wanted = f"<ogc:And>{_TYPES}{_CHANGED.format(since)}</ogc:And>" if since else _TYPES
    return f'<csw:Constraint version="1.1.0"><ogc:Filter>{wanted}</ogc:Filter></csw:Constraint>'


def following_position(start: int, received: int, paging: csw.Paging, *, fresh: bool = True) -> int:
    """Where the page after the one at ``start`` begins, 0 where there is none.

    ``nextRecord`` counts where it leads forward and not beyond what is matched. It does not where it is absent, 0
    before the end (core-geonetwork#1355), 1 at the end (#4443) or beyond it: then the records that the page carried
    tell, or the page's size where it carried none. Where more came than is matched, that number is wrong, and is no
    bound as long as pages are ``fresh``: bring records that did not come before.
    """
    carried = max(received, paging.returned or 0)
    following = paging.next if paging.next and paging.next > start else 0
    if paging.matched is None:
        return following if carried else 0
    named, following = following, following or start + (carried or PAGE_SIZE)
    overflowing = fresh and named > 0 and start + carried > paging.matched + 1
    return following if following <= paging.matched or overflowing else 0


_EQUAL = (
    "<ogc:PropertyIsEqualTo><ogc:PropertyName>apiso:type</ogc:PropertyName>"
    "<ogc:Literal>{}</ogc:Literal></ogc:PropertyIsEqualTo>"
)
_CHANGED = (
    "<ogc:PropertyIsGreaterThanOrEqualTo><ogc:PropertyName>apiso:modified</ogc:PropertyName>"
    "<ogc:Literal>{}</ogc:Literal></ogc:PropertyIsGreaterThanOrEqualTo>"
)
_TYPES = "<ogc:Or>" + "".join(_EQUAL.format(kind) for kind in TYPES) + "</ogc:Or>"
SORT = (
    "<ogc:SortBy><ogc:SortProperty><ogc:PropertyName>apiso:identifier</ogc:PropertyName>"
    "<ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>"
)
BODY = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc" '
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:apiso="http://www.opengis.net/cat/csw/apiso/1.0" '
    'service="CSW" version="2.0.2" resultType="results" outputFormat="application/xml" '
    'outputSchema={schema} startPosition="{start}" maxRecords="{size}">'
    '<csw:Query typeNames="gmd:MD_Metadata"><csw:ElementSetName>full</csw:ElementSetName>{filter}{sort}</csw:Query>'
    "</csw:GetRecords>"
)
