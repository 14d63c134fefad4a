"""Walks over portals: one spider a protocol, over one base that guards every walk."""

from collections.abc import Mapping

from dcat.portal import Protocol
from harvester.spiders.ckan import CkanSpider
from harvester.spiders.dcat import DcatSpider
from harvester.spiders.ods import OdsSpider
from harvester.spiders.udata import UdataSpider
from harvester.spiders.walk import PortalSpider

SPIDERS: Mapping[Protocol, type[PortalSpider]] = {
    Protocol.CKAN: CkanSpider,
    Protocol.DCAT: DcatSpider,
    Protocol.ODS: OdsSpider,
    Protocol.UDATA: UdataSpider,
}
"""Protocol → spider."""

__all__ = ["SPIDERS", "PortalSpider"]
