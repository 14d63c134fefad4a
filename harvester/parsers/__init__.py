"""Bytes in, records and findings out. A parser knows nothing of the crawler that fetched its page."""

from collections.abc import Mapping
from types import MappingProxyType

from dcat.portal import Protocol
from harvester.parsers import (
    arcgis_hub,
    ckan,
    csw,
    data_json,
    dcat,
    geonetwork,
    oai_pmh,
    ods,
    ogc_records,
    schema_org,
    udata,
)
from harvester.parsers.page import Parser

PARSERS: Mapping[Protocol, Parser] = MappingProxyType(
    {
        Protocol.DCAT: dcat.parse,
        Protocol.ODS: ods.parse,
        Protocol.CKAN: ckan.parse,
        Protocol.UDATA: udata.parse,
        Protocol.CSW: csw.parse,
        Protocol.GEONETWORK: geonetwork.parse,
        Protocol.OGC_RECORDS: ogc_records.parse,
        Protocol.ARCGIS_HUB: arcgis_hub.parse,
        Protocol.DATA_JSON: data_json.parse,
        Protocol.OAI_PMH: oai_pmh.parse,
        Protocol.SCHEMA_ORG: schema_org.parse,
    }
)
"""The parser of each protocol; a later protocol is one more entry."""
