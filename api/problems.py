"""Every error as ``application/problem+json`` (RFC 9457), or as a page where a browser asks for one."""

from collections.abc import Awaitable, Callable

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from api.errors import BadRequest, NotFound, Problem
from api.messages import Language, page_language
from api.pages.render import render_error
from api.problem_table import OUTCOMES, problem_of

logger = structlog.get_logger()

PROBLEM = "application/problem+json"
HEADERS = {503: {"Retry-After": "10"}, 401: {"WWW-Authenticate": "Bearer"}}

Handler = Callable[[Request, Exception], Awaitable[Response]]


def install(app: FastAPI) -> None:
    """Give ``app`` one handler for each root error."""
    kinds: tuple[type[Exception], ...] = (Problem, *OUTCOMES)
    for foreseen in kinds:
        app.add_exception_handler(foreseen, _on_foreseen)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_foreseen(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    assert problem is not None  # noqa: S101 - registered for these classes only
    return answer(request, problem)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    details = "; ".join(f"{'.'.join(str(part) for part in item['loc'][1:])}: {item['msg']}" for item in error.errors())
    return answer(request, BadRequest(f"Paramètre invalide : {details}", f"Invalid parameter: {details}"))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    problem = NotFound(f"Rien à l'adresse {request.url.path}", f"Nothing at {request.url.path}")
    if error.status_code != problem.status:
        problem = Problem(str(error.detail))  # type: ignore[assignment]  # its status is set just below
        problem.status = error.status_code
        problem.code = f"http-{error.status_code}"
    response = answer(request, problem)
    response.headers.update(error.headers or {})
    return response


async def _on_unexpected(request: Request, error: Exception) -> Response:
    logger.error("unexpected error", path=request.url.path, exc_info=error)
    return answer(
        request,
        Problem(
            "Erreur inattendue ; elle a été consignée dans le journal du serveur",
            "Unexpected error; it was written to the server's log",
        ),
    )


def answer(request: Request, problem: Problem) -> Response:
    """The problem as the client wants it; ``Retry-After`` where trying again can help."""
    language = page_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    headers = HEADERS.get(problem.status, {})
    if wants_page(request):
        return render_error(request, problem, language, headers)
    return JSONResponse(body(problem, request, language), problem.status, headers, media_type=PROBLEM)


def wants_page(request: Request) -> bool:
    """Whether a browser asks: HTML accepted, outside /api."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api")


def body(problem: Problem, request: Request, language: Language) -> dict[str, object]:
    """The members of RFC 9457 §3.1, and the stable code."""
    return {
        "type": "about:blank",
        "title": problem.code,
        "status": problem.status,
        "detail": problem.text(language),
        "instance": request.url.path,
        "code": problem.code,
    }
