"""``POST /api/decisions``: what people know of two records wins over every clue."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.responses import Response

from api.answers.deciding import decide
from api.routes.administration import Administrator
from api.routes.wire import PROBLEMS, REFUSALS, Asked, Page, PageSize, answer, listed
from api.schemas.base import list_of, shown
from api.schemas.decisions import BODY, DECISION, Decision, DecisionBody, DecisionList
from search.dedupe.decisions import Said

router = APIRouter(tags=["datasets"], responses=PROBLEMS, dependencies=[Administrator])


@router.post(
    "/api/decisions",
    response_model=Decision,
    summary="Decide that two records are the same, different, or one a part of the other",
    responses={**shown(DECISION), **REFUSALS},
)
def write_decision(services: Asked, said: Annotated[DecisionBody, Body(examples=[BODY])]) -> Response:
    """Wins over every clue, survives harvests and rebuilds, and can be undone. The last word on a pair counts."""
    return answer(decide(services, Said(said.relation), said.one, said.other, said.reason, said.who))


@router.get(
    "/api/decisions",
    response_model=DecisionList,
    summary="What was decided, the newest first",
    responses={**shown(list_of(DECISION)), **REFUSALS},
)
def list_decisions(request: Request, services: Asked, page: Page = 1, page_size: PageSize = 20) -> Response:
    """With what was undone or decided anew since."""
    found, total = (
        services.catalogue.arbiter.decisions(page_size, (page - 1) * page_size) if services.harvested else ([], 0)
    )
    return answer(listed(found, total, page, page_size, request))
