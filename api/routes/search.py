"""``GET /api/search``."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from msgspec.structs import replace

from api.schemas import SearchAnswer
from api.searching import search
from api.wire import PROBLEMS, Asked, Lang, Page, PageSize, Question, answer, day_of, next_page
from search.backend import Sort
from search.query import SearchRequest

router = APIRouter(tags=["search"], responses=PROBLEMS)

Values = Annotated[list[str] | None, Query(max_length=50)]
SortName = Literal["relevance", "modified", "title", "popularity"]


@router.get("/api/search", response_model=SearchAnswer, summary="Where to ask, and what is known here")
def search_datasets(
    request: Request,
    services: Asked,
    q: Question = "",
    territory: Values = None,
    theme: Values = None,
    publisher: Values = None,
    portal: Values = None,
    format: Values = None,  # noqa: A002 - the name of the parameter on the wire
    licence: Values = None,
    access: Values = None,
    language: Values = None,
    level: Values = None,
    modified_since: Annotated[str, Query(examples=["2025-01-01"])] = "",
    sort: SortName = "relevance",
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
    found = search(services, asked)
    return answer(replace(found, next=next_page(request, page) if found.next else None))
