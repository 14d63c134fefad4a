"""INSPIRE download services as Atom (Technical Guidance for Download Services 3.1): one feed of the service, one a
dataset, joined to the records by the identifier of the resource."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.boxes import box_of
from harvester.sample.iso.template import xml
from harvester.sample.iso.writer import stamp
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url, not_found
from harvester.sample.words import FORMATS, GEOGRAPHIC

ATOM = "application/atom+xml;charset=utf-8"
SERVICE = "/atom/service.xml"
LAMBERT = '<category term="http://www.opengis.net/def/crs/EPSG/0/2154" label="RGF93 / Lambert-93"/>'

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:georss="http://www.georss.org/georss" \
xmlns:inspire_dls="http://inspire.ec.europa.eu/schemas/inspire_dls/1.0" xml:lang="fr">
<title>{title}</title>
<link rel="self" href="{here}" type="application/atom+xml" hreflang="fr"/>
<link rel="{related}" href="{address}" type="{related_type}"/>
<id>{here}</id>
<rights>Licence Ouverte 2.0</rights>
<updated>{updated}</updated>
<author><name>{author}</name><email>{email}</email></author>
{entries}
</feed>
"""
DATASET = """<entry>
<title>{title}</title>
<inspire_dls:spatial_dataset_identifier_code>{code}</inspire_dls:spatial_dataset_identifier_code>
<inspire_dls:spatial_dataset_identifier_namespace>{namespace}</inspire_dls:spatial_dataset_identifier_namespace>
<link rel="describedby" href="{record}" type="application/xml"/>
<link rel="alternate" href="{feed}" type="application/atom+xml" hreflang="fr"/>
<id>{feed}</id>
<updated>{updated}</updated>
<summary>{summary}</summary>
<georss:polygon>{polygon}</georss:polygon>
{category}
</entry>"""
FILE = """<entry>
<title>{title}</title>
<link rel="alternate" href="{address}" type="{media_type}" hreflang="fr" length="{size}" title="{title}"/>
<id>{address}</id>
<updated>{updated}</updated>
{category}
</entry>"""


def feeds(desk: Desk) -> list[BaseRoute]:
    """The routes of a download service."""

    async def service(request: Request) -> Response:
        return Response(_service(request, desk), media_type=ATOM)

    async def dataset(request: Request) -> Response:
        record = desk.find(request.path_params["dataset"])
        if record is None or not geographic(record):
            return not_found("unknown dataset")
        return Response(_dataset(request, desk, record), media_type=ATOM)

    return [Route(SERVICE, service), Route("/atom/dataset/{dataset}.xml", dataset)]


def geographic(record: SampleRecord) -> bool:
    """Whether the dataset is offered by the download service."""
    return any(file.format in GEOGRAPHIC for file in record.files)


def _service(request: Request, desk: Desk) -> str:
    base = base_url(request, desk)
    records = desk.whole(request, desk.rows().where(geographic))
    entries = "\n".join(_described(record, base, desk.sample.host) for record in records)
    record = f"{base}/csw?service=CSW&request=GetCapabilities"
    updated = max((stamp(one) for one in records), default="2026-01-01T00:00:00Z")
    return _feed(f"{base}{SERVICE}", desk, desk.sample.portal.title, ("describedby", record), updated, entries)


def _dataset(request: Request, desk: Desk, record: SampleRecord) -> str:
    base = base_url(request, desk)
    entries = "\n".join(_file(file, record) for file in record.files)
    here = f"{base}/atom/dataset/{record.source_id}.xml"
    return _feed(here, desk, record.title, ("up", f"{base}{SERVICE}"), stamp(record), entries)


def _feed(here: str, desk: Desk, title: str, link: tuple[str, str], updated: str, entries: str) -> str:
    relation, address = link
    return FEED.format(
        title=xml(title),
        here=xml(here),
        related=relation,
        address=xml(address),
        related_type="application/xml" if relation == "describedby" else "application/atom+xml",
        updated=updated,
        author=xml(desk.sample.portal.title),
        email=f"donnees@{desk.sample.host.removeprefix('www.')}",
        entries=entries,
    )


def _described(record: SampleRecord, base: str, host: str) -> str:
    """The resource's identifier is its address, in no other namespace than its host."""
    box = box_of(record.territory)
    return DATASET.format(
        title=xml(record.title),
        code=xml(record.iri),
        namespace=f"https://{host}",
        record=xml(f"{base}/csw?service=CSW&request=GetRecordById&id={record.source_id}"),
        feed=xml(f"{base}/atom/dataset/{record.source_id}.xml"),
        updated=stamp(record),
        summary=xml(record.description),
        polygon=" ".join(f"{latitude} {longitude}" for longitude, latitude in box.ring),
        category=LAMBERT,
    )


def _file(file: File, record: SampleRecord) -> str:
    words = FORMATS.get(file.format)
    return FILE.format(
        title=xml(file.title),
        address=xml(file.url),
        media_type=words.media_type if words else "application/octet-stream",
        size=file.size,
        updated=stamp(record),
        category=LAMBERT if file.format in GEOGRAPHIC else "",
    )
