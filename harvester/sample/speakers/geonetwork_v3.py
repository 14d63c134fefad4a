"""GeoNetwork 3's ``q``: fields of the index, several values of a thing in one text, lists of one collapsed."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from harvester.sample.boxes import box_of
from harvester.sample.iso.links import links_of
from harvester.sample.iso.writer import stamp
from harvester.sample.record import SampleRecord
from harvester.sample.speakers.geonetwork_v4 import catalogue_id, identifiers
from harvester.sample.speakers.speaker import Desk, integer
from harvester.sample.words import ISO_FREQUENCIES, ISO_LANGUAGES, ISO_THEMES, LICENCES

LARGEST_PAGE = 100
DEFAULT_PAGE = 20
SORTS = {"changeDate": "processed", "title": "title", "relevance": "number", "": "number"}
PATHS = ("/geonetwork/srv/fre/q", "/geonetwork/srv/eng/q")
INSPIRE = "GEMET - INSPIRE themes, version 1.0"

Json = dict[str, Any]


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a catalogue of version 3: nothing of version 4's API is there."""

    async def search(request: Request) -> Response:
        if request.query_params.get("_content_type") != "json":
            return PlainTextResponse("<response/>", media_type="application/xml")
        try:
            return _json(_page(request, desk))
        except (KeyError, ValueError) as error:
            return _json({"error": {"message": f"Invalid parameter: {error}"}}, 400)

    return [Route(path, search) for path in PATHS]


def _page(request: Request, desk: Desk) -> Json:
    """``from`` and ``to`` count from 1, and both are in; ``sortOrder=reverse`` gives the least first."""
    first = max(1, integer(request, "from", 1))
    size = min(integer(request, "to", first + DEFAULT_PAGE - 1) - first + 1, LARGEST_PAGE)
    sort = SORTS[request.query_params.get("sortBy", "")]
    ascending = request.query_params.get("sortOrder") == "reverse" or sort == "number"
    rows = desk.rows(sort, descending=not ascending)
    page = desk.page(request, rows, first - 1, desk.at_most(max(1, size)))
    records = [metadata(record, desk.sample.host) for record in page.records]
    answer: Json = {
        "@from": str(first),
        "@to": str(first - 1 + len(records)),
        "@selected": "0",
        "@maxPageSize": str(LARGEST_PAGE),
        "summary": {"@count": str(page.total), "@type": "local"},
    }
    return {**answer, "metadata": _collapsed(records)} if records else answer


def metadata(record: SampleRecord, host: str) -> Json:
    """One record; nothing that is empty."""
    theme = ISO_THEMES.get(record.theme)
    box = box_of(record.territory)
    known = LICENCES.get(record.licence)
    fields = {
        "title": record.title,
        "defaultTitle": record.title,
        "abstract": record.description,
        "defaultAbstract": record.description,
        "type": "dataset",
        "identifier": identifiers(record),
        "mdLanguage": ISO_LANGUAGES.get(record.language, record.language),
        "docLocale": "fre",
        "datasetLang": "fre",
        "responsibleParty": list(_parties(record, host)),
        "keyword": [*record.keywords, *((theme.inspire,) if theme else ())],
        "keywordGroup": {INSPIRE: [{"value": theme.inspire, "link": ""}]} if theme else {},
        "topicCat": theme.topic if theme else "",
        "format": sorted({file.format for file in record.files}),
        "link": [
            f"{link.name}|{link.description}|{link.address}|{link.protocol}|{link.media_type}|{at}"
            for at, link in enumerate(links_of(record, host), 1)
        ],
        "legalConstraints": known.title if known else record.licence,
        "geoBox": f"{box.west}|{box.south}|{box.east}|{box.north}",
        "geoDesc": record.territory_name,
        "tempExtentBegin": record.temporal[0],
        "tempExtentEnd": record.temporal[1],
        "publicationDate": record.issued,
        "revisionDate": record.modified,
        "updateFrequency": ISO_FREQUENCIES.get(record.frequency, ""),
        "lineage": f"Données produites par {record.publisher.name}.",
        "root": "gmd:MD_Metadata",
        "isTemplate": "n",
        "draft": "n",
        "valid": "-1",
        "popularity": str(record.views),
        "isHarvested": "y" if record.origin else "n",
        "source": catalogue_id(record.origin.domain if record.origin else host),
        "geonet:info": _info(record),
    }
    return {name: _collapsed(value) if isinstance(value, list) else value for name, value in fields.items() if value}


def _info(record: SampleRecord) -> Json:
    return {
        "id": str(record.number),
        "schema": "iso19139",
        "createDate": record.issued[:19],
        "changeDate": stamp(record)[:19],
        "source": "",
        "uuid": record.source_id,
        "isHarvested": "y" if record.origin else "n",
        "view": "true",
    }


def _parties(record: SampleRecord, host: str) -> list[str]:
    """``role|of what|organisation|logo|e-mail|…``"""
    rest = f"{record.publisher.name}||donnees@{host.removeprefix('www.')}||||||1|"
    return [f"Point de contact|metadata|{rest}", f"Point de contact|resource|{rest}", f"Propriétaire|resource|{rest}"]


def _collapsed(values: list[Any]) -> Any:
    """The value alone where there is one only."""
    return values[0] if len(values) == 1 else values


def _json(content: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json;charset=utf-8")
