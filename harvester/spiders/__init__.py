"""Walks over portals: one spider a protocol, over one base that guards every walk."""

from collections.abc import Mapping

from dcat.portal import Protocol
from harvester.spiders.ckan import CkanSpider
from harvester.spiders.csw import CswSpider
from harvester.spiders.dcat import DcatSpider
from harvester.spiders.geonetwork import GeonetworkSpider
from harvester.spiders.ods import OdsSpider
from harvester.spiders.ogc_records import OgcRecordsSpider
from harvester.spiders.udata import UdataSpider
from harvester.spiders.walk import PortalSpider

SPIDERS: Mapping[Protocol, type[PortalSpider]] = {
    Protocol.CKAN: CkanSpider,
    Protocol.DCAT: DcatSpider,
    Protocol.ODS: OdsSpider,
    Protocol.UDATA: UdataSpider,
    Protocol.CSW: CswSpider,
    Protocol.GEONETWORK: GeonetworkSpider,
    Protocol.OGC_RECORDS: OgcRecordsSpider,
}
"""Protocol → spider."""

__all__ = ["SPIDERS", "PortalSpider"]
