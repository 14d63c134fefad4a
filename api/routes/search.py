"""``GET /api/search`` and ``GET /api/suggest``."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from msgspec.json import encode
from msgspec.structs import replace

from api.answers.searching import search, suggestions
from api.routes.wire import PROBLEMS, Asked, Lang, Page, PageSize, Question, answer, day_of, next_page
from api.schemas.base import shown
from api.schemas.search import SEARCH, SUGGESTIONS, SearchAnswer, Suggestions
from search.demand.counted import of_search
from search.engines.backend import Sort
from search.query import SearchRequest

router = APIRouter(tags=["search"], responses=PROBLEMS)


def _values(description: str, example: str) -> Any:
    """A filter that may be given several times: any of its values will do."""
    return Query(max_length=50, description=f"{description}; repeat it for any of several", examples=[[example]])


Values = list[str] | None
SortName = Literal["relevance", "modified", "title", "popularity"]


@router.get(
    "/api/search", response_model=SearchAnswer, summary="Where to ask, and what is known here", responses=shown(SEARCH)
)
def search_datasets(
    request: Request,
    services: Asked,
    q: Question = "",
    territory: Annotated[
        Values, _values("level:code, a postal code or a name, with what lies inside", "commune:35238")
    ] = None,
    theme: Annotated[Values, _values("EU data theme", "TRAN")] = None,
    publisher: Annotated[Values, _values("a publisher's name", "Ville de Rennes")] = None,
    portal: Annotated[Values, _values("id of a portal that carries a copy", "rennes-metropole")] = None,
    format: Annotated[Values, _values("EU file type", "CSV")] = None,  # noqa: A002 - the name of the parameter on the wire
    licence: Annotated[Values, _values("licence code, SPDX where it has one", "etalab-2.0")] = None,
    access: Annotated[Values, _values("EU access right", "PUBLIC")] = None,
    language: Annotated[Values, _values("language of the dataset, EU code or tag", "FRA")] = None,
    level: Annotated[Values, _values("commune, epci, departement, region or national", "epci")] = None,
    modified_since: Annotated[str, Query(description="ISO 8601 date", examples=["2025-01-01"])] = "",
    sort: Annotated[SortName, Query(description="order of the results")] = "relevance",
    group: Annotated[
        Literal["", "level"], Query(description="level: the first results of each level too", examples=["level"])
    ] = "",
    page: Page = 1,
    page_size: PageSize = 20,
    lang: Lang = "",
) -> Response:
    """Datasets that match, one result per cluster of copies, with facets; and the route that the question takes.

    A place named in the question raises its own datasets; ``territory`` restricts to it and what lies inside.
    """
    asked = SearchRequest(
        q=q,
        territory=tuple(territory or ()),
        theme=tuple(theme or ()),
        publisher=tuple(publisher or ()),
        portal=tuple(portal or ()),
        format=tuple(format or ()),
        licence=tuple(licence or ()),
        access=tuple(access or ()),
        language=tuple(language or ()),
        level=tuple(level or ()),
        since_day=day_of(modified_since, "modified_since"),
        sort=Sort(sort),
        page=page,
        page_size=page_size,
        lang=lang,
    )
    found = search(services, asked, grouped=group == "level")
    if page == 1:
        services.tally.count(of_search(found.route, found.total))
    return answer(replace(found, next=next_page(request, page) if found.next else None))


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
    titles = [*(dataset.title for dataset in found.datasets), *(place.label for place in found.territories)]
    return Response(encode([q, titles]), media_type="application/x-suggestions+json")
