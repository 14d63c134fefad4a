"""``GET /api/resolve``: paste any portal's dataset link or identifier."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.answers.resolving import resolve
from api.errors import BadRequest, NotFound
from api.routes.wire import PROBLEMS, Asked, Lang, answer
from api.schemas.base import shown
from api.schemas.resolve import RESOLUTION, Resolution

router = APIRouter(tags=["datasets"], responses=PROBLEMS)


@router.get(
    "/api/resolve",
    response_model=Resolution,
    summary="The dataset behind a link or an identifier",
    responses=shown(RESOLUTION),
)
def resolve_link(
    services: Asked,
    url: Annotated[
        str,
        Query(
            max_length=4000,
            description="a page of any portal",
            examples=["https://data.angers.fr/explore/dataset/budget/"],
        ),
    ] = "",
    identifier: Annotated[
        str, Query(max_length=4000, description="record id, dataset id or source IRI", examples=["c30a09456d230eaa"])
    ] = "",
    lang: Lang = "fr",
) -> Response:
    """The dataset, its authoritative copy, the other copies, and why. Takes page links, source IRIs, record ids and
    dataset ids; several datasets under one identifier come as ``candidates``."""
    if bool(url) == bool(identifier):
        raise BadRequest("Donnez soit url, soit identifier", "Give either url or identifier")
    found = resolve(services, url, identifier, lang)
    if found is None:
        raise NotFound(
            f"Aucun jeu de données connu sous « {url or identifier} ». Son portail est-il moissonné ? (/api/portals)",
            f"No dataset known under “{url or identifier}”. Is its portal harvested? (/api/portals)",
        )
    return answer(found)
