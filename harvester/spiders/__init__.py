"""Walks over portals: one spider a protocol, over one base that guards every walk."""

from collections.abc import Mapping

from dcat.portal import Protocol
from harvester.spiders.arcgis_hub import ArcgisHubSpider
from harvester.spiders.ckan import CkanSpider
from harvester.spiders.csw import CswSpider
from harvester.spiders.data_json import DataJsonSpider
from harvester.spiders.dcat import DcatSpider
from harvester.spiders.geonetwork import GeonetworkSpider
from harvester.spiders.oai_pmh import OaiPmhSpider
from harvester.spiders.ods import OdsSpider
from harvester.spiders.ogc_records import OgcRecordsSpider
from harvester.spiders.schema_org import SchemaOrgSpider
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
    Protocol.ARCGIS_HUB: ArcgisHubSpider,
    Protocol.DATA_JSON: DataJsonSpider,
    Protocol.OAI_PMH: OaiPmhSpider,
    Protocol.SCHEMA_ORG: SchemaOrgSpider,
}
"""Protocol → spider."""

__all__ = ["SPIDERS", "PortalSpider"]
