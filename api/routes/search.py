"""``GET /api/search`` and ``GET /api/suggest``."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from msgspec.json import encode
from msgspec.structs import replace

from api.answers.searching import search, suggestions
from api.routes.asking import SearchAsking
from api.routes.wire import PROBLEMS, Asked, Lang, answer, next_page
from api.schemas.base import shown
from api.schemas.search import SEARCH, SUGGESTIONS, SearchAnswer, Suggestions
from search.demand.counted import of_search

router = APIRouter(tags=["search"], responses=PROBLEMS)


@router.get(
    "/api/search", response_model=SearchAnswer, summary="Where to ask, and what is known here", responses=shown(SEARCH)
)
def search_datasets(request: Request, services: Asked, asking: Annotated[SearchAsking, Query()]) -> Response:
    """Datasets that match, one result per cluster of copies, with facets; and the route that the question takes.

    A place named in the question raises its own datasets; ``territory`` restricts to it and what lies inside.
    """
    found = search(services, asking.request(), grouped=asking.group == "level")
    if asking.page == 1:
        services.tally.count(of_search(found.route, found.total))
    return answer(replace(found, next=next_page(request, asking.page) if found.next else None))


@router.get(
    "/api/suggest",
    response_model=Suggestions,
    summary="What a question that is being typed may be about",
    responses=shown(SUGGESTIONS),
)
def suggest(
    services: Asked,
    q: Annotated[str, Query(max_length=1_000, description="how a question begins", examples=["arrêts de b"])] = "",
    lang: Lang = "",
) -> Response:
    """Datasets whose title has these words, the last one perhaps longer; territories, themes and publishers."""
    return answer(suggestions(services, q, lang))


@router.get("/suggest.json", include_in_schema=False)
def opensearch_suggestions(
    services: Asked, q: Annotated[str, Query(max_length=1_000)] = "", lang: Lang = ""
) -> Response:
    """OpenSearch Suggestions 1.1: what browsers show under their search field."""
    found = suggestions(services, q, lang)
    titles = [*(dataset.title for dataset in found.datasets), *(place.question for place in found.territories)]
    return Response(encode([q, titles]), media_type="application/x-suggestions+json")
