"""CSW 2.0.2 and 3.0 as GeoNetwork gives them: errors with HTTP 200 (2.0.2), ``nextRecord`` 0 at the end, a hundred
records a page, a start beyond the last record refused."""

from collections.abc import Callable, Mapping
from functools import partial

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.iso.template import xml
from harvester.sample.iso.writer import ISO19115_3, iso_record, stamp
from harvester.sample.paging import Page, Rows
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.atom import feeds
from harvester.sample.speakers.csw_question import GMD, V2, V3, Question, Refused, of_document, of_query, version_of
from harvester.sample.speakers.speaker import Desk, base_url

LARGEST_PAGE = 100
MDB = "http://standards.iso.org/iso/19115/-3/mdb/2.0"
ENDPOINTS = ("/csw", "/geonetwork/srv/fre/csw", "/geonetwork/srv/eng/csw")

XML = "application/xml;charset=utf-8"
PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Version(Struct, frozen=True):
    """What a version of the standard calls its things, and the status of a refusal."""

    csw: str
    ows: str
    refusal: int


VERSIONS = {
    V2: Version("http://www.opengis.net/cat/csw/2.0.2", "http://www.opengis.net/ows", 200),
    V3: Version("http://www.opengis.net/cat/csw/3.0", "http://www.opengis.net/ows/2.0", 400),
}

RESULTS = """<csw:GetRecordsResponse xmlns:csw="{csw}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<csw:SearchStatus timestamp="2026-01-15T06:00:00Z"/>
<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{returned}" elementSet="{element_set}" \
nextRecord="{next}">
{records}
</csw:SearchResults>
</csw:GetRecordsResponse>
"""
BY_ID = '<csw:GetRecordByIdResponse xmlns:csw="{csw}">\n{records}\n</csw:GetRecordByIdResponse>\n'
EXCEPTION = """<ows:ExceptionReport xmlns:ows="{ows}" version="{version}" xml:lang="fr">
<ows:Exception exceptionCode="{code}" locator="{locator}"><ows:ExceptionText>{text}</ows:ExceptionText></ows:Exception>
</ows:ExceptionReport>
"""
CAPABILITIES = """<csw:Capabilities xmlns:csw="{csw}" xmlns:ows="{ows}" xmlns:xlink="http://www.w3.org/1999/xlink" \
version="{version}">
<ows:ServiceIdentification><ows:Title>{title}</ows:Title><ows:ServiceType>CSW</ows:ServiceType>
<ows:ServiceTypeVersion>{version}</ows:ServiceTypeVersion></ows:ServiceIdentification>
<ows:OperationsMetadata>{operations}</ows:OperationsMetadata>
</csw:Capabilities>
"""
OPERATION = """<ows:Operation name="{name}"><ows:DCP><ows:HTTP><ows:Get xlink:href="{here}"/>\
<ows:Post xlink:href="{here}"/></ows:HTTP></ows:DCP>{schemas}</ows:Operation>"""
RECORD = """<csw:{element} xmlns:csw="{csw}" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:dct="http://purl.org/dc/terms/"><dc:identifier>{identifier}</dc:identifier><dc:title>{title}</dc:title>\
<dc:type>dataset</dc:type>{subjects}<dct:modified>{modified}</dct:modified><dct:abstract>{abstract}</dct:abstract>\
<dc:publisher>{publisher}</dc:publisher>{links}</csw:{element}>"""

Write = Callable[[SampleRecord], str]


class CswPortal:
    """One catalogue."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: tuple[tuple[str, str, bool], Rows] | None = None
        self._answers: Mapping[str, Callable[[Question, Request], str]] = {
            "GetCapabilities": self.capabilities,
            "GetRecords": self.records,
            "GetRecordById": self.record_by_id,
        }

    async def call(self, request: Request) -> Response:
        """Any operation; a refusal is an ``ExceptionReport``."""
        posted = await request.body() if request.method == "POST" else b""
        version = version_of(request.query_params, posted)
        try:
            question = of_document(posted, version) if posted else of_query(request.query_params, version)
            return Response(PROLOG + self._answered(question, request), media_type=XML)
        except Refused as refused:
            words = VERSIONS[version]
            report = EXCEPTION.format(
                ows=words.ows, version=version, code=refused.code, locator=refused.locator, text=xml(str(refused))
            )
            return Response(PROLOG + report, words.refusal, media_type=XML)

    def _answered(self, question: Question, request: Request) -> str:
        answer = self._answers.get(question.request)
        if answer is None:
            raise Refused("OperationNotSupported", "request", f"{question.request} is not supported")
        return answer(question, request)

    def records(self, question: Question, request: Request) -> str:
        """A page of the records that a question is about."""
        write = self._writer(question)
        rows = self._rows(question)
        size = self._desk.at_most(min(question.size, LARGEST_PAGE))
        page = self._desk.page(request, rows, question.start - 1, size)
        if page.beyond:
            words = f"Start position ({question.start}) can't be greater than number of records matched ({page.total})"
            raise Refused("InvalidParameterValue", "startPosition", words)
        given = [] if question.hits else page.records
        return RESULTS.format(
            csw=VERSIONS[question.version].csw,
            matched=page.total,
            returned=len(given),
            element_set=question.element_set,
            next=_next(page),
            records="\n".join(map(write, given)),
        )

    def _rows(self, question: Question) -> Rows:
        """The records that a question is about. Those of the last constraint are kept: a walk asks it for every page,
        and to read every record each time would cost their square."""
        if question.keep is None:
            return self._desk.rows(question.sort or "number", descending=question.descending)
        asked = (question.constraint, question.sort, question.descending)
        if self._kept is None or self._kept[0] != asked:
            rows = self._desk.rows(question.sort or "number", descending=question.descending)
            self._kept = asked, rows.where(question.keep)
        return self._kept[1]

    def record_by_id(self, question: Question, _request: Request) -> str:
        """The records of some ids; those that are unknown are left out."""
        found = [record for one in question.ids if (record := self._desk.find(one))]
        written = "\n".join(map(self._writer(question), found))
        return BY_ID.format(csw=VERSIONS[question.version].csw, records=written)

    def capabilities(self, question: Question, request: Request) -> str:
        """What there is to ask, and where."""
        words = VERSIONS[question.version]
        here = f"{base_url(request, self._desk)}{request.url.path.removeprefix(self._desk.prefix)}"
        values = "".join(f"<ows:Value>{schema}</ows:Value>" for schema in (GMD, MDB, words.csw))
        schemas = f'<ows:Parameter name="outputSchema">{values}</ows:Parameter>'
        operations = "".join(
            OPERATION.format(name=name, here=xml(here), schemas=schemas if name != "GetCapabilities" else "")
            for name in self._answers
        )
        title = xml(self._desk.sample.portal.title)
        return CAPABILITIES.format(
            csw=words.csw, ows=words.ows, version=question.version, title=title, operations=operations
        )

    def _writer(self, question: Question) -> Write:
        """How the records are written in the schema that is asked for."""
        host = self._desk.sample.host
        if question.schema == GMD:
            return partial(iso_record, host=host)
        if question.schema == MDB:
            return partial(iso_record, host=host, standard=ISO19115_3)
        if question.schema == VERSIONS[question.version].csw:
            return partial(_dublin_core, question=question)
        raise Refused("InvalidParameterValue", "outputSchema", f"Schema {question.schema} is not supported")


def speak(desk: Desk) -> list[BaseRoute]:
    """The catalogue's services, and the INSPIRE download feeds beside them."""
    portal = CswPortal(desk)
    return [*(Route(path, portal.call, methods=["GET", "POST"]) for path in ENDPOINTS), *feeds(desk)]


def _next(page: Page) -> int:
    """``nextRecord``, counted from 1; 0 at the end."""
    return 0 if page.next is None else page.next + 1


def _dublin_core(record: SampleRecord, question: Question) -> str:
    """``csw:Record``, or its shorter kinds."""
    element = {"full": "Record", "brief": "BriefRecord"}.get(question.element_set, "SummaryRecord")
    return RECORD.format(
        csw=VERSIONS[question.version].csw,
        element=element,
        identifier=xml(record.source_id),
        title=xml(record.title),
        subjects="".join(f"<dc:subject>{xml(word)}</dc:subject>" for word in record.keywords),
        modified=stamp(record),
        abstract=xml(record.description),
        publisher=xml(record.publisher.name),
        links="".join(f"<dc:URI>{xml(file.url)}</dc:URI>" for file in record.files),
    )
