"""Bytes in, records and findings out. A parser knows nothing of the crawler that fetched its page."""

from collections.abc import Mapping
from types import MappingProxyType

from dcat.portal import Protocol
from harvester.parsers import ckan, dcat, ods, udata
from harvester.parsers.page import Parser

PARSERS: Mapping[Protocol, Parser] = MappingProxyType(
    {Protocol.DCAT: dcat.parse, Protocol.ODS: ods.parse, Protocol.CKAN: ckan.parse, Protocol.UDATA: udata.parse}
)
"""The parser of each protocol; a later protocol is one more entry."""
