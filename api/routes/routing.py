"""``GET /api/route``, ``POST /api/route`` and ``GET /go``."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from fastapi.responses import RedirectResponse, Response

from api.answers.routing import read, route
from api.errors import NotFound
from api.routes.wire import PROBLEMS, Asked, Lang, Question, Territory, Theme, answer
from api.schemas.base import shown
from api.schemas.routing import ROUTE, ROUTE_BATCH, ROUTES, RouteBatch, RouteBatchAnswer, RoutingAnswer
from search.demand.counted import of_question, of_visit

router = APIRouter(tags=["routing"], responses=PROBLEMS)


@router.get(
    "/api/route",
    response_model=RoutingAnswer,
    summary="Which portal a question should go to, and why",
    responses=shown(ROUTE),
)
def route_question(
    services: Asked,
    q: Question = "",
    territory: Territory = "",
    theme: Theme = "",
    lang: Lang = "",
    limit: Annotated[int, Query(ge=1, le=50, description="routes at most")] = 5,
) -> Response:
    """The lowest level that holds the competence and has a portal, else the next level up, always with the reason.

    A portal that was never harvested counts as unknown (``"datasets": null``), not as empty.
    """
    found = route(services, read(services, q, territory, theme), lang, limit)
    services.tally.count(of_question(found))
    return answer(found)


@router.post(
    "/api/route", response_model=RouteBatchAnswer, summary="Up to 100 questions at once", responses=shown(ROUTES)
)
def route_questions(services: Asked, batch: Annotated[RouteBatch, Body(examples=[ROUTE_BATCH])]) -> Response:
    """The same answers as one by one, in the order of the questions."""
    answers = [
        route(services, read(services, asked.q, asked.territory, asked.theme), batch.lang, batch.limit)
        for asked in batch.questions
    ]
    services.tally.count(counted for found in answers for counted in of_question(found))
    return answer({"results": answers})


@router.get(
    "/go",
    status_code=303,
    response_class=RedirectResponse,
    summary="To the best portal's own search page",
    responses={
        303: {
            "description": "`Location` is the search page of a registered portal",
            "headers": {
                "Location": {
                    "schema": {"type": "string", "format": "uri"},
                    "example": ROUTE["routes"][0]["search_url"],
                }
            },
        }
    },
)
def go(
    services: Asked,
    q: Question = "",
    territory: Territory = "",
    theme: Theme = "",
    portal: Annotated[str, Query(max_length=200, description="another of the routes; the best by default")] = "",
) -> RedirectResponse:
    """Leads only to a registered portal: its search page for this question, else its front page."""
    found = route(services, read(services, q, territory, theme))
    chosen = next((one for one in found.routes if portal in ("", one.portal)), None)
    if chosen is None:
        raise NotFound("Aucun portail ne couvre cette question", "No portal covers this question")
    services.tally.count(of_visit(found, chosen.portal))
    return RedirectResponse(chosen.search_url or chosen.url, status_code=303)
