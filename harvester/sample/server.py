"""The sample federation over HTTP: one application, one path prefix a portal."""

from collections.abc import Mapping, Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route

from dcat.portal import Protocol
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
        desk = Desk(sample, catalogue)
        routes.append(Mount(f"/{sample.id}", routes=[*speakers[sample.protocol](desk), *site.speak(desk)]))
    return Starlette(routes=routes, middleware=list(middleware))
