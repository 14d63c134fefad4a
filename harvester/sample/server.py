"""The sample federation over HTTP: one application, one path prefix a portal."""

from collections.abc import Iterator, Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from dcat.portal import Level, Protocol
from harvester.sample.network import SamplePortal
from harvester.sample.record import Catalogue
from harvester.sample.speakers import ckan, dcat, ods, site, udata
from harvester.sample.speakers.speaker import Desk, Speaker

SPEAKERS: Mapping[Protocol, Speaker] = {
    Protocol.DCAT: dcat.speak,
    Protocol.ODS: ods.speak,
    Protocol.CKAN: ckan.speak,
    Protocol.UDATA: udata.speak,
}
"""Protocol → who speaks it."""


def create_app(
    catalogue: Catalogue,
    middleware: Sequence[Middleware] = (),
    speakers: Mapping[Protocol, Speaker] = SPEAKERS,
) -> Starlette:
    """Serves each portal of the catalogue below ``/{portal}``. ``middleware`` sees every request first (faults,
    delays)."""
    routes: list[BaseRoute] = [Route("/robots.txt", site.robots)]
    for sample in catalogue.portals.values():
        if sample.portal.level is Level.NATIONAL and sample.portal.authority:
            routes.extend(_in_every_protocol(sample, catalogue, speakers))
        desk = Desk(sample, catalogue, f"/{sample.id}")
        routes.append(Mount(desk.prefix, routes=[*speakers[sample.protocol](desk), *site.speak(desk)]))
    return Starlette(routes=routes, middleware=list(middleware))


def _in_every_protocol(
    sample: SamplePortal, catalogue: Catalogue, speakers: Mapping[Protocol, Speaker]
) -> Iterator[BaseRoute]:
    """The national portal, which holds the most, also below ``/{portal}/as/{protocol}``: for measuring protocols on the
    same records."""
    for protocol, speaker in speakers.items():
        desk = Desk(sample, catalogue, f"/{sample.id}/as/{protocol}")
        yield Mount(desk.prefix, routes=speaker(desk))
