"""A search: where to ask, and what is known here, in one answer (design §5)."""

from collections.abc import Mapping
from contextlib import nullcontext

from msgspec import Struct
from msgspec.structs import replace

from api.answers.filters import read_filters
from api.answers.routing import LANGUAGES, read
from api.answers.routing import route as routed
from api.services import Services
from search.answer import RoutingAnswer
from search.asking import asked_of
from search.facets import FacetValue
from search.query import SearchRequest
from search.results import Group, Loosened, SearchPage, SearchResult
from search.suggest import Suggestions, suggest_names

GROUP_SIZE = 5  # results of a level


class SearchAnswer(Struct, frozen=True):
    """The route and one page of results."""

    route: RoutingAnswer
    results: tuple[SearchResult, ...]
    facets: Mapping[str, tuple[FacetValue, ...]]
    total: int
    page: int
    page_size: int
    next: str | None
    suggestion: str | None
    relaxed: bool
    others: bool
    groups: tuple[Group, ...] = ()
    loosened: tuple[Loosened, ...] = ()


def suggestions(services: Services, beginning: str, lang: str) -> Suggestions:
    """What a question that begins so may be about; places and themes alone before anything was harvested."""
    if not services.harvested:
        return suggest_names(beginning, lang or "fr")
    return services.catalogue.suggest(beginning, lang or "fr")


def search(services: Services, request: SearchRequest, *, grouped: bool = False) -> SearchAnswer:
    """Read the question once, route it, search its words, and raise what lies in the places that it names."""
    with services.catalogue.at_once() if services.harvested else nullcontext():
        return _search(services, read_filters(services, request), grouped=grouped)


def _search(services: Services, request: SearchRequest, *, grouped: bool) -> SearchAnswer:
    territory = request.territory[0] if request.territory else ""
    theme = request.theme[0] if request.theme else ""
    question = read(services, request.q, territory, theme, request.lang if request.lang in LANGUAGES else "")
    answer = routed(services, question, request.lang)
    asked = asked_of(question, request, answer.language)
    if not services.harvested:
        return _answer(answer, _empty(request))
    found = _answer(answer, services.catalogue.search(asked))
    groups = services.catalogue.groups(replace(asked, page_size=GROUP_SIZE)) if grouped else ()
    return replace(found, groups=groups, loosened=() if found.total else services.catalogue.loosened(asked))


def _empty(request: SearchRequest) -> SearchPage:
    return SearchPage((), {}, 0, request.page, request.page_size)


def _answer(answer: RoutingAnswer, page: SearchPage) -> SearchAnswer:
    more = page.page * page.page_size < page.total
    return SearchAnswer(
        route=answer,
        results=page.results,
        facets=page.facets,
        total=page.total,
        page=page.page,
        page_size=page.page_size,
        next=str(page.page + 1) if more else None,
        suggestion=page.suggestion,
        relaxed=page.relaxed,
        others=page.others,
    )
