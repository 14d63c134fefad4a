"""Walks over portals: one spider a protocol, over one base that guards every walk."""

from dcat.portal import Protocol
from harvester.named import Named
from harvester.spiders.walk import PortalSpider

SPIDERS: Named[type[PortalSpider]] = Named(
    {
        Protocol.CKAN: "harvester.spiders.ckan:CkanSpider",
        Protocol.DCAT: "harvester.spiders.dcat:DcatSpider",
        Protocol.ODS: "harvester.spiders.ods:OdsSpider",
        Protocol.UDATA: "harvester.spiders.udata:UdataSpider",
        Protocol.CSW: "harvester.spiders.csw:CswSpider",
        Protocol.GEONETWORK: "harvester.spiders.geonetwork:GeonetworkSpider",
        Protocol.OGC_RECORDS: "harvester.spiders.ogc_records:OgcRecordsSpider",
        Protocol.ARCGIS_HUB: "harvester.spiders.arcgis_hub:ArcgisHubSpider",
        Protocol.DATA_JSON: "harvester.spiders.data_json:DataJsonSpider",
        Protocol.OAI_PMH: "harvester.spiders.oai_pmh:OaiPmhSpider",
        Protocol.SCHEMA_ORG: "harvester.spiders.schema_org:SchemaOrgSpider",
    }
)
"""Protocol → spider, imported when it is asked for."""

__all__ = ["SPIDERS", "PortalSpider"]
