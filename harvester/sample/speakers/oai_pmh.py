"""OAI-PMH 2.0: lists with resumption tokens, changes from and until a moment, deleted headers, errors with status 200.

Deleted records are made up: beside one row in so many, another is told that was there before it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.iso.template import xml
from harvester.sample.iso.writer import iso_record
from harvester.sample.paging import Rows
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url

PATHS = ("/oai", "/geonetwork/srv/fre/oaipmh")
PAGE_SIZE = 50
DELETED_EVERY = 25
SEPARATOR = "|"
EARLIEST = "2010-01-01T00:00:00Z"
XML = "text/xml;charset=utf-8"
SECONDS = len("2026-01-15T06:00:00")
DATE = len("2026-01-15")

FORMATS = {
    "iso19139": ("http://www.isotc211.org/2005/gmd", "http://www.isotc211.org/2005/gmd/gmd.xsd"),
    "oai_dc": (
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    ),
}
"""Prefix → namespace and schema."""

ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
<responseDate>2026-01-15T06:00:00Z</responseDate>
<request{arguments}>{here}</request>
{content}
</OAI-PMH>
"""
IDENTIFY = """<Identify><repositoryName>{name}</repositoryName><baseURL>{here}</baseURL>\
<protocolVersion>2.0</protocolVersion><adminEmail>{email}</adminEmail><earliestDatestamp>{earliest}</earliestDatestamp>\
<deletedRecord>persistent</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"""
FORMAT = """<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{schema}</schema>\
<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"""
RECORD = """<record><header><identifier>{identifier}</identifier><datestamp>{stamp}</datestamp></header>
<metadata>
{metadata}
</metadata></record>"""
DELETED = """<record><header status="deleted"><identifier>{identifier}</identifier><datestamp>{stamp}</datestamp>\
</header></record>"""
RESUMPTION = '<resumptionToken completeListSize="{size}" cursor="{cursor}">{token}</resumptionToken>'
DUBLIN_CORE = """<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:creator>{publisher}</dc:creator>\
<dc:publisher>{publisher}</dc:publisher>{subjects}<dc:description>{description}</dc:description>\
<dc:date>{date}</dc:date><dc:type>Dataset</dc:type><dc:identifier>{page}</dc:identifier>\
<dc:identifier>{identifier}</dc:identifier><dc:language>{language}</dc:language></oai_dc:dc>"""


class OaiError(Exception):
    """An error of the protocol: its code and words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


Verb = Callable[[Mapping[str, str], Request], str]


class OaiRepository:
    """One repository."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._verbs: Mapping[str, Verb] = {
            "Identify": self.identify,
            "ListMetadataFormats": self.formats,
            "ListRecords": self.records,
            "ListIdentifiers": partial(self.records, headers=True),
            "GetRecord": self.record,
        }

    async def call(self, request: Request) -> Response:
        """Any verb, by GET or POST; errors come with 200."""
        posted = parse_qsl((await request.body()).decode()) if request.method == "POST" else ()
        asked = {**request.query_params, **dict(posted)}
        here = f"{base_url(request, self._desk)}{request.url.path.removeprefix(self._desk.prefix)}"
        try:
            content, arguments = self._verbs.get(asked.get("verb", ""), _unknown)(asked, request), asked
        except OaiError as error:
            content, arguments = f'<error code="{error.code}">{xml(str(error))}</error>', {}
        written = "".join(f' {xml(name)}="{xml(value)}"' for name, value in arguments.items())
        return Response(ANSWER.format(arguments=written, here=xml(here), content=content), media_type=XML)

    def identify(self, _asked: Mapping[str, str], request: Request) -> str:
        """What the repository is."""
        sample = self._desk.sample
        return IDENTIFY.format(
            name=xml(sample.portal.title),
            here=xml(f"{base_url(request, self._desk)}{PATHS[0]}"),
            email=f"donnees@{sample.host.removeprefix('www.')}",
            earliest=EARLIEST,
        )

    def formats(self, _asked: Mapping[str, str], _request: Request) -> str:
        """The formats of every record."""
        written = (
            FORMAT.format(prefix=prefix, namespace=namespace, schema=schema)
            for prefix, (namespace, schema) in FORMATS.items()
        )
        return f"<ListMetadataFormats>{''.join(written)}</ListMetadataFormats>"

    def records(self, asked: Mapping[str, str], request: Request, *, headers: bool = False) -> str:
        """A part of a list; the token says from where on, and what was asked at first. Raises ``OaiError``."""
        start, prefix, since, until = _question(asked)
        rows = self._selected(since, until)
        page = self._desk.page(request, rows, start, self._desk.at_most(PAGE_SIZE))
        if not len(rows):
            raise OaiError("noRecordsMatch", "The combination of arguments results in an empty list")
        if page.beyond:
            raise OaiError("badResumptionToken", "The resumptionToken is beyond the list")
        gone = [_before(record) for at, record in enumerate(page.records, start) if at % DELETED_EVERY == 0]
        written = [_header(record) if headers else self._record(record, prefix) for record in page.records]
        written += [DELETED.format(identifier=identifier, stamp=moment) for identifier, moment in gone]
        following = "" if page.next is None else SEPARATOR.join((str(page.next), prefix, since, until))
        size = page.total + -(-page.total // DELETED_EVERY)
        written.append(RESUMPTION.format(size=size, cursor=start, token=xml(following)))
        verb = "ListIdentifiers" if headers else "ListRecords"
        return f"<{verb}>{''.join(written)}</{verb}>"

    def record(self, asked: Mapping[str, str], _request: Request) -> str:
        """One record. Raises ``OaiError``."""
        found = self._desk.find(asked.get("identifier", ""))
        if found is None:
            raise OaiError("idDoesNotExist", "No matching identifier")
        return f"<GetRecord>{self._record(found, _prefix(asked.get('metadataPrefix', '')))}</GetRecord>"

    def _selected(self, since: str, until: str) -> Rows:
        rows = self._desk.rows()
        if not since and not until:
            return rows
        last = until or "~"
        return rows.where(lambda record: since <= record.processed[:SECONDS] and record.processed[: len(last)] <= last)

    def _record(self, record: SampleRecord, prefix: str) -> str:
        host = self._desk.sample.host
        metadata = iso_record(record, host) if prefix == "iso19139" else _dublin_core(record)
        return RECORD.format(identifier=xml(record.source_id), stamp=_stamp(record), metadata=metadata)


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a repository."""
    repository = OaiRepository(desk)
    return [Route(path, repository.call, methods=["GET", "POST"]) for path in PATHS]


def _unknown(_asked: Mapping[str, str], _request: Request) -> str:
    raise OaiError("badVerb", "Illegal OAI verb")


def _question(asked: Mapping[str, str]) -> tuple[int, str, str, str]:
    """Where a list goes on, its format, and the moments between which it changed. Raises ``OaiError``."""
    token = asked.get("resumptionToken", "")
    if token:
        parts = token.split(SEPARATOR)
        if len(asked) > 2 or len(parts) != 4 or not parts[0].isdecimal():
            raise OaiError("badResumptionToken" if len(asked) == 2 else "badArgument", f"resumptionToken: {token}")
        return int(parts[0]), _prefix(parts[1]), parts[2], parts[3]
    since, until = (asked.get(name, "").removesuffix("Z") for name in ("from", "until"))
    if any(moment and len(moment) not in (DATE, SECONDS) for moment in (since, until)):
        raise OaiError("badArgument", "from and until have to be dates, with a time or without")
    if "metadataPrefix" not in asked:
        raise OaiError("badArgument", "metadataPrefix is missing")
    return 0, _prefix(asked["metadataPrefix"]), since, until


def _prefix(prefix: str) -> str:
    if prefix not in FORMATS:
        raise OaiError("cannotDisseminateFormat", f"{prefix} is not offered")
    return prefix


def _stamp(record: SampleRecord) -> str:
    """To the second, as ``Identify`` says."""
    return f"{record.processed[:SECONDS]}Z"


def _before(record: SampleRecord) -> tuple[str, str]:
    """The deleted one whose place a record took: its identifier, and the moment at which it went."""
    return f"{record.source_id}-ancienne", f"{record.issued[:SECONDS].ljust(SECONDS, '0')}Z"


def _header(record: SampleRecord) -> str:
    return f"<header><identifier>{xml(record.source_id)}</identifier><datestamp>{_stamp(record)}</datestamp></header>"


def _dublin_core(record: SampleRecord) -> str:
    return DUBLIN_CORE.format(
        title=xml(record.title),
        publisher=xml(record.publisher.name),
        subjects="".join(f"<dc:subject>{xml(word)}</dc:subject>" for word in record.keywords),
        description=xml(record.description),
        date=xml(record.modified),
        page=xml(record.page),
        identifier=xml(record.identifier),
        language=xml(record.language),
    )
