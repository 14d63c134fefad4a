"""``GET /api/portals``: the registry and its coverage."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.answers.portals import portal_detail, portal_views, shared_views
from api.routes.wire import PROBLEMS, Asked, Lang, Page, PageSize, answer, listed
from api.schemas.base import list_of, shown
from api.schemas.portals import PORTAL, PORTAL_DETAIL, SHARED, PortalDetail, PortalList, SharedList
from search.dedupe.shown import Whose

router = APIRouter(tags=["portals"], responses=PROBLEMS)

Id = Annotated[str, Path(description="id of a portal", examples=["rennes-metropole"])]


@router.get(
    "/api/portals", response_model=PortalList, summary="The registered portals", responses=shown(list_of(PORTAL))
)
def list_portals(request: Request, services: Asked, page: Page = 1, page_size: PageSize = 100) -> Response:
    """In the order of ids, with what their last harvests left here."""
    every = tuple(services.registry)
    shown = every[(page - 1) * page_size : page * page_size]
    return answer(listed(portal_views(services, shown), len(every), page, page_size, request))


@router.get("/api/portals/{portal}", response_model=PortalDetail, summary="One portal", responses=shown(PORTAL_DETAIL))
def show_portal(services: Asked, portal: Id) -> Response:
    """What its file says, what its last harvest left here, who publishes its datasets too and whose copy is shown."""
    return answer(portal_detail(services, services.registry.get(portal)))


@router.get(
    "/api/portals/{portal}/shared",
    response_model=SharedList,
    summary="The datasets of a portal that others publish too",
    responses=shown(list_of(SHARED)),
)
def list_shared(
    request: Request,
    services: Asked,
    portal: Id,
    other: Annotated[
        str, Query(description="id of a portal: only what it publishes too", examples=["data-gouv-fr"])
    ] = "",
    whose: Annotated[
        Whose | None,
        Query(alias="shown", description="only those of which this portal's copy is shown, or the other's"),
    ] = None,
    page: Page = 1,
    page_size: PageSize = 20,
    lang: Lang = "fr",
) -> Response:
    """Each with its copies, whose is shown, and why."""
    for named in filter(None, (portal, other)):
        services.registry.get(named)
    found, total = shared_views(services, portal, other, whose, lang, page_size, (page - 1) * page_size)
    return answer(listed(found, total, page, page_size, request))
