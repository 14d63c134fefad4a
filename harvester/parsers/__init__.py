"""Bytes in, records and findings out. A parser knows nothing of the crawler that fetched its page."""

from collections.abc import Mapping
from types import MappingProxyType

from dcat.portal import Protocol
from harvester.parsers import ckan, csw, dcat, geonetwork, ods, ogc_records, udata
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
    }
)
"""The parser of each protocol; a later protocol is one more entry."""
