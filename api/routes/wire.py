"""How answers leave: frozen structures straight to JSON bytes, and what every route shares."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from fastapi import Depends, Query, Request
from fastapi.responses import Response

from api.errors import BadRequest
from api.problems import PROBLEM
from api.schemas import problem
from api.services import Services

_encoder = msgspec.json.Encoder()

# What OpenAPI says of errors.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": meaning,
        "content": {
            PROBLEM: {
                "schema": problem.ProblemBody.model_json_schema(),
                "example": {**problem.PROBLEM, "status": status, "code": code, "title": code, "detail": meaning},
            }
        },
    }
    for status, code, meaning in (
        (400, "bad-request", "A parameter is wrong; `detail` says what is allowed"),
        (404, "not-found", "Nothing has that name"),
        (503, "index-unavailable", "A store is away; try again after `Retry-After` seconds"),
    )
}


# What it says in addition of administration.
REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"description": "`Authorization: Bearer` is missing or wrong"},
    403: {"description": "Administration is closed: the installation has no token"},
    409: {"description": "Nothing waits there; `detail` says what does"},
}


def services_of(request: Request) -> Services:
    """The services of the application that answers."""
    services: Services = request.app.state.services
    return services


async def _asked(request: Request) -> Services:
    """Asynchronous, so that no thread is asked for what is at hand."""
    return services_of(request)


READ = ["GET", "HEAD"]  # harvesters and link checkers look whether something is there before they fetch it
Asked = Annotated[Services, Depends(_asked)]
Lang = Annotated[
    Literal["", "fr", "en"],
    Query(description="language of the answer: fr or en; the question's own by default", examples=["fr"]),
]
Page = Annotated[int, Query(ge=1, le=1_000_000, description="first page is 1")]
PageSize = Annotated[int, Query(ge=1, le=100, description="results on a page, at most 100")]
Question = Annotated[
    str, Query(max_length=10_000, description="a question in plain words", examples=["horaires bus rennes"])
]
Territory = Annotated[str, Query(description="level:code or a name", examples=["commune:35238"])]
Theme = Annotated[str, Query(description="EU data theme", examples=["TRAN"])]


def answer(document: object) -> Response:
    """A 200 of JSON bytes."""
    return Response(_encoder.encode(document), media_type="application/json")


def listed(results: object, total: int, page: int, page_size: int, request: Request) -> dict[str, object]:
    """The envelope of every list (design §5); ``next`` is the address of the next page, or None."""
    more = page * page_size < total
    following = next_page(request, page) if more else None
    return {"results": results, "total": total, "page": page, "page_size": page_size, "next": following}


def next_page(request: Request, page: int) -> str:
    """The address of the page after this one."""
    return f"{base_url(request)}{request.url.path}?{request.url.include_query_params(page=page + 1).query}"


def base_url(request: Request) -> str:
    """What links begin with: ``PUBLIC_URL`` where it was set, else the address that was asked."""
    settings = services_of(request).settings
    base = settings.public_url if "public_url" in settings.model_fields_set else str(request.base_url)
    return base.rstrip("/")


def day_of(text: str, name: str) -> int:
    """An ISO 8601 date as an ordinal day, 0 for ``""``; ``BadRequest`` on anything else."""
    if not text:
        return 0
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError as error:
        raise BadRequest(
            f"{name} : date ISO 8601 attendue (2025-12-31), reçu « {text[:40]} »",
            f"{name}: ISO 8601 date expected (2025-12-31), got “{text[:40]}”",
        ) from error
