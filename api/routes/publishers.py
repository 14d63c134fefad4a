"""``/publishers/{publisher}``: the page that the feed's publishers are named by, and its JSON."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from api.answers.publishers import described_at, find_publisher, publisher_view
from api.pages.frame import frame, language_of
from api.pages.render import render
from api.routes.wire import PROBLEMS, READ, Asked, answer
from api.schemas.base import shown
from api.schemas.publishers import PUBLISHER, PublisherAnswer

router = APIRouter()

Publisher = Annotated[str, Path(max_length=100, description="SIREN, or the name in the feed", examples=["243500139"])]


@router.get(
    "/api/publishers/{publisher}",
    response_model=PublisherAnswer,
    summary="One publisher over all portals",
    tags=["portals"],
    responses={**PROBLEMS, **shown(PUBLISHER)},
)
def show_publisher(services: Asked, publisher: Publisher) -> Response:
    """How good its descriptions are by the European method (MQA), in all and in each portal that carries some."""
    return answer(publisher_view(services, publisher))


@router.api_route("/publishers/{publisher}", methods=READ, include_in_schema=False)
def publisher_page(request: Request, services: Asked, publisher: str, lang: Annotated[str, Query()] = "") -> Response:
    """The same as a page; another name of the same publisher leads to its own, and an agent that publishes nothing to
    where it is described."""
    view = find_publisher(services, publisher)
    if view is None:
        return RedirectResponse(described_at(services, publisher), status_code=303)
    if view.id != publisher:
        return RedirectResponse(request.url.replace(path=f"/publishers/{view.id}"), status_code=303)
    return render(request, "publisher.html", language_of(request, lang), {"view": view, **frame(services)})
