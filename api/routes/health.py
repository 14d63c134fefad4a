"""``/health/live`` and ``/health/ready``."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from api.checks.state import readiness
from api.routes.wire import PROBLEMS, Asked, answer
from api.schemas.base import shown
from api.schemas.health import HEALTH, Health

router = APIRouter(tags=["operations"], responses=PROBLEMS)


@router.get(
    "/health/live",
    response_model=Health,
    summary="Whether the process answers",
    responses=shown({"status": "ok", "checks": {}}),
)
async def live() -> Response:
    """Asks nothing of the stores."""
    return answer({"status": "ok", "checks": {}})


@router.get(
    "/health/ready",
    response_model=Health,
    summary="Whether the stores answer, and the index is current",
    responses=shown(HEALTH),
)
def ready(services: Asked) -> Response:
    """503 where the archive or the index does not answer; an index that is behind is said and stays ready."""
    found = readiness(services)
    if found.ready:
        return answer({"status": "ok", "checks": found.checks})
    return JSONResponse({"status": "degraded", "checks": found.checks}, 503, {"Retry-After": "10"})
