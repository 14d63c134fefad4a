"""``GET /api/demand`` and its page: what is asked, where it goes, what finds nothing."""

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from api.answers.demand import by_portal, theme_name, totals, wanted
from api.errors import Problem
from api.pages.frame import frame, language_of
from api.pages.render import render
from api.routes.administration import Administrator, entitle
from api.routes.wire import PROBLEMS, READ, REFUSALS, Asked, Lang, Page, PageSize, Territory, Theme, answer, listed
from api.schemas.base import list_of, shown
from api.schemas.demand import EXAMPLE, DemandList, EventName

router = APIRouter(tags=["administration"], responses=PROBLEMS)

SHOWN = 50
LONGEST_FORM = 10_000

Since = Annotated[str, Query(max_length=7, description="from this month on", examples=["2026-11"])]


@router.get(
    "/api/demand",
    response_model=DemandList,
    summary="How often what was asked, followed or not found",
    responses={**shown(list_of(EXAMPLE)), **REFUSALS},
    dependencies=[Administrator],
)
def list_demand(
    request: Request,
    services: Asked,
    event: Annotated[EventName, Query(description="one of the five, or unmet for the last three")] = "",
    portal: Annotated[str, Query(description="one portal's id", examples=["rennes-metropole"])] = "",
    territory: Territory = "",
    theme: Theme = "",
    since: Since = "",
    page: Page = 1,
    page_size: PageSize = 20,
    lang: Lang = "fr",
) -> Response:
    """Counters by portal, place and competence, added up over the months, the largest first. No words of any question
    are kept, and nothing about who asked.
    """
    asked = wanted(event, portal, territory, theme, since)
    found, total = totals(services, asked, lang or "fr", page_size, (page - 1) * page_size)
    return answer(listed(found, total, page, page_size, request))


@router.api_route("/demand", methods=READ, include_in_schema=False)
def ask_for_token(request: Request, services: Asked, lang: Annotated[str, Query()] = "") -> Response:
    """The form that asks for the token of the installation."""
    return render(request, "demand.html", language_of(request, lang), {"entitled": False, **frame(services)})


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; those of one that is far too long are not read."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode(errors="replace")))


@router.post("/demand", include_in_schema=False)
def show_demand(
    request: Request,
    services: Asked,
    form: Annotated[dict[str, str], Depends(form_of)],
    lang: Annotated[str, Query()] = "",
) -> Response:
    """What is not found, by place and theme; and by portal what was sent there. Nothing is kept in the browser."""
    language = language_of(request, lang)
    fields = {name: form.get(name, "") for name in ("territory", "theme", "since")}
    try:
        entitle(services, form.get("token", ""))
        unmet, total = totals(services, wanted("unmet", "", **fields), language, SHOWN, 0)
        portals = by_portal(services, wanted("", "", **fields))
    except Problem as problem:
        values = {"entitled": False, "problem": problem.text(language), **fields, **frame(services)}
        return render(request, "demand.html", language, values, problem.status)
    shown_values = {
        "entitled": True,
        "unmet": unmet,
        "total": total,
        "portals": portals,
        "theme_name": lambda code: theme_name(language, code),
        **fields,
        **frame(services),
    }
    return render(request, "demand.html", language, shown_values)
