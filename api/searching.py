"""A search: where to ask, and what is known here, in one answer (design §5)."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from api.filters import read_filters
from api.routing import LANGUAGES, read
from api.routing import route as routed
from api.services import Services
from dcat.competence import competences
from dcat.territory import NATIONAL
from search.answer import RoutingAnswer
from search.facets import FacetValue
from search.query import SearchRequest
from search.question import Question
from search.results import SearchPage, SearchResult

FOCUSED_PROBABILITY = 0.25  # of two places that bear one name, both are raised


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


def search(services: Services, request: SearchRequest) -> SearchAnswer:
    """Read the question once, route it, search its words, and raise what lies in the places that it names."""
    request = read_filters(services, request)
    territory = request.territory[0] if request.territory else ""
    theme = request.theme[0] if request.theme else ""
    question = read(request.q, territory, theme, request.lang if request.lang in LANGUAGES else "")
    answer = routed(services, question, request.lang)
    asked = _in_focus(request, question, answer)
    page = services.catalogue.search(asked) if services.harvested else _empty(request)
    return _answer(answer, page)


def _in_focus(request: SearchRequest, question: Question, answer: RoutingAnswer) -> SearchRequest:
    """The places named in the question raise their own datasets; their names need not stand in the text."""
    read_places = (read.code for read in question.territories if read.probability >= FOCUSED_PROBABILITY)
    focus = tuple(dict.fromkeys(code for code in read_places if code != NATIONAL))
    words = question.without_places() if focus else request.q
    phrases = _other_words(question) if words else ()
    return replace(request, q=words or request.q, focus=focus, phrases=phrases, lang=answer.language)


def _other_words(question: Question) -> tuple[str, ...]:
    """How French catalogues name the competence that was read, whatever the language of the question."""
    if not question.competences or question.competences[0].probability < FOCUSED_PROBABILITY:
        return ()
    known = competences()[question.competences[0].id]
    return (known.label_fr, *known.keywords_fr)


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
    )
