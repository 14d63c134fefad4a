"""``GET /api/explain`` and ``GET /api/review``, and their pages: why one dataset or two, and which pairs to look at."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.answers.deciding import NAMED
from api.answers.explaining import ExplanationView, doubtful, explanation
from api.errors import Problem
from api.messages import Language
from api.pages.frame import frame, language_of
from api.pages.paging import PAGE_SIZE, paged
from api.pages.render import render
from api.routes.wire import PROBLEMS, READ, Asked, Lang, Page, PageSize, answer, base_url, listed
from api.schemas.base import list_of, shown
from api.schemas.explain import DOUBT, EXPLANATION, DoubtList, Explanation
from api.services import Services

router = APIRouter(tags=["datasets"], responses=PROBLEMS)

Named = Annotated[str, Query(max_length=4000, description=NAMED, examples=["mel:985d2887128a76c3"])]


@router.get(
    "/api/explain",
    response_model=Explanation,
    summary="Why two records are one dataset, or not",
    responses=shown(EXPLANATION),
)
def explain_pair(services: Asked, a: Named, b: Named, lang: Lang = "fr") -> Response:
    """The clues in the order in which they counted, what each added, what each side says; and what was decided."""
    return answer(explanation(services, a, b, "en" if lang == "en" else "fr"))


@router.get(
    "/api/review",
    response_model=DoubtList,
    summary="The pairs of records that a person should look at",
    responses=shown(list_of(DOUBT)),
)
def list_doubts(request: Request, services: Asked, page: Page = 1, page_size: PageSize = 20) -> Response:
    """The most doubtful first: those whose score is nearest to what is enough. What is decided leaves the list."""
    found, total = doubtful(services, page_size, (page - 1) * page_size)
    return answer(listed(found, total, page, page_size, request))


@router.api_route("/explain", methods=READ, include_in_schema=False)
def explain_page(
    request: Request,
    services: Asked,
    a: Annotated[str, Query(max_length=4000)] = "",
    b: Annotated[str, Query(max_length=4000)] = "",
    lang: Annotated[str, Query()] = "",
) -> Response:
    """Two records side by side with the waterfall of their clues, and how to decide otherwise."""
    language = language_of(request, lang)
    found, problem = _found(services, a, b, language) if a or b else (None, None)
    values = {"a": a, "b": b, "found": found, "problem": problem, "base": base_url(request), **frame(services)}
    return render(request, "explain.html", language, values, problem.status if problem else 200)


@router.api_route("/review", methods=READ, include_in_schema=False)
def review_page(request: Request, services: Asked, page: Page = 1, lang: Annotated[str, Query()] = "") -> Response:
    """The pairs to look at, with what is known of both."""
    found, total = doubtful(services, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    values = {"doubts": found, **paged(page, total), **frame(services)}
    return render(request, "review.html", language_of(request, lang), values)


def _found(services: Services, a: str, b: str, language: Language) -> tuple[ExplanationView | None, Problem | None]:
    """What is asked for, or what is wrong with the question: the form stays on the page."""
    try:
        return explanation(services, a, b, language), None
    except Problem as problem:
        return None, problem
