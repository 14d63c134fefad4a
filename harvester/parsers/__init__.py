"""Bytes in, records and findings out. A parser knows nothing of the crawler that fetched its page."""

from dcat.portal import Protocol
from harvester.named import Named
from harvester.parsers.page import Parser

PARSERS: Named[Parser] = Named(
    {
        Protocol.DCAT: "harvester.parsers.dcat:parse",
        Protocol.ODS: "harvester.parsers.ods:parse",
        Protocol.CKAN: "harvester.parsers.ckan:parse",
        Protocol.UDATA: "harvester.parsers.udata:parse",
        Protocol.CSW: "harvester.parsers.csw:parse",
        Protocol.GEONETWORK: "harvester.parsers.geonetwork:parse",
        Protocol.OGC_RECORDS: "harvester.parsers.ogc_records:parse",
        Protocol.ARCGIS_HUB: "harvester.parsers.arcgis_hub:parse",
        Protocol.DATA_JSON: "harvester.parsers.data_json:parse",
        Protocol.OAI_PMH: "harvester.parsers.oai_pmh:parse",
        Protocol.SCHEMA_ORG: "harvester.parsers.schema_org:parse",
    }
)
"""The parser of each protocol, imported when it is asked for; a later protocol is one more entry."""

FROM_FILES = frozenset(
    (
        *(Protocol.DCAT, Protocol.DATA_JSON, Protocol.ARCGIS_HUB, Protocol.CKAN, Protocol.UDATA, Protocol.ODS),
        *(Protocol.OGC_RECORDS, Protocol.GEONETWORK),
    )
)
"""Whose parsers read a body that is in a file; that of the others is brought to memory."""
