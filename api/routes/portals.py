"""``GET /api/portals``: the registry and its coverage."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from api.answers.portals import portal_detail, portal_views
from api.routes.wire import PROBLEMS, Asked, Page, PageSize, answer, listed
from api.schemas.base import list_of, shown
from api.schemas.portals import PORTAL, PORTAL_DETAIL, PortalDetail, PortalList

router = APIRouter(tags=["portals"], responses=PROBLEMS)


@router.get(
    "/api/portals", response_model=PortalList, summary="The registered portals", responses=shown(list_of(PORTAL))
)
def list_portals(request: Request, services: Asked, page: Page = 1, page_size: PageSize = 100) -> Response:
    """In the order of ids, with what their last harvests left here."""
    every = tuple(services.registry)
    shown = every[(page - 1) * page_size : page * page_size]
    return answer(listed(portal_views(services, shown), len(every), page, page_size, request))


@router.get("/api/portals/{portal}", response_model=PortalDetail, summary="One portal", responses=shown(PORTAL_DETAIL))
def show_portal(
    services: Asked, portal: Annotated[str, Path(description="id of a portal", examples=["rennes-metropole"])]
) -> Response:
    """What its file says, what its last harvest left here, who publishes its datasets too and whose copy is shown."""
    return answer(portal_detail(services, services.registry.get(portal)))
