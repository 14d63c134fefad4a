"""The sample federation over HTTP: one application, one path prefix a portal."""

from collections.abc import Iterator, Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from dcat.portal import Level, Protocol
from harvester.sample.network import SamplePortal
from harvester.sample.record import Catalogue
from harvester.sample.speakers import (
    arcgis_hub,
    ckan,
    csw,
    data_json,
    dcat,
    geonetwork,
    geonetwork_v3,
    oai_pmh,
    ods,
    ogc_records,
    schema_org,
    site,
    udata,
)
from harvester.sample.speakers.speaker import Desk, Speaker

SPEAKERS: Mapping[Protocol, Speaker] = {
    Protocol.DCAT: dcat.speak,
    Protocol.ODS: ods.speak,
    Protocol.CKAN: ckan.speak,
    Protocol.UDATA: udata.speak,
    Protocol.CSW: csw.speak,
    Protocol.GEONETWORK: geonetwork.speak,
    Protocol.OGC_RECORDS: ogc_records.speak,
    Protocol.ARCGIS_HUB: arcgis_hub.speak,
    Protocol.DATA_JSON: data_json.speak,
    Protocol.OAI_PMH: oai_pmh.speak,
    Protocol.SCHEMA_ORG: schema_org.speak,
}
"""Protocol → who speaks it."""

OTHERS: Mapping[str, Speaker] = {"geonetwork-v3": geonetwork_v3.speak}
"""``protocol-dialect`` → who speaks it, where another has to."""


def create_app(
    catalogue: Catalogue,
    middleware: Sequence[Middleware] = (),
    speakers: Mapping[Protocol, Speaker] = SPEAKERS,
    largest: int | None = None,
) -> Starlette:
    """Serves each portal of the catalogue below ``/{portal}``. ``middleware`` sees every request first; ``largest``:
    portals give no more records a page."""
    routes: list[BaseRoute] = [Route("/robots.txt", site.robots)]
    for sample in catalogue.portals.values():
        if sample.portal.level is Level.NATIONAL and sample.portal.authority:
            routes.extend(_in_every_protocol(sample, catalogue, speakers, largest))
        desk = Desk(sample, catalogue, f"/{sample.id}", largest)
        speaker = OTHERS.get(f"{sample.protocol}-{sample.dialect}", speakers[sample.protocol])
        routes.append(Mount(desk.prefix, routes=[*speaker(desk), *site.speak(desk)]))
    return Starlette(routes=routes, middleware=list(middleware))


def _in_every_protocol(
    sample: SamplePortal, catalogue: Catalogue, speakers: Mapping[Protocol, Speaker], largest: int | None
) -> Iterator[BaseRoute]:
    """The national portal, which holds the most, also below ``/{portal}/as/{protocol}``: for measuring protocols on the
    same records."""
    by_name = {protocol.value: speaker for protocol, speaker in speakers.items()}
    for name, speaker in {**by_name, **OTHERS}.items():
        desk = Desk(sample, catalogue, f"/{sample.id}/as/{name}", largest)
        yield Mount(desk.prefix, routes=speaker(desk))
