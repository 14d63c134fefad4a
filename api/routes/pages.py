"""The pages: search, dataset, portals; rendered on the server, whole without scripts, nothing loaded from elsewhere."""

from collections.abc import Mapping
from functools import partial
from html import escape
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from msgspec.structs import replace

from api.answers.datasets import dataset
from api.answers.labels import code_label
from api.answers.portals import portal_views
from api.answers.resolving import candidates, names_a_dataset
from api.answers.searching import SearchAnswer, search
from api.feed.forms import FORMS, accepted
from api.feed.head import base_of
from api.feed.schema_org import script
from api.messages import Language
from api.pages.frame import frame, language_of, portal_title
from api.pages.reading import choices, excerpt_pieces, pieces, title_pieces, understood
from api.pages.render import render
from api.routes.asking import PageAsking
from api.routes.feed import dataset_in
from api.routes.wire import READ, Asked, base_url
from api.services import Services
from dcat.model import Distribution, text_in
from dcat.publish.addresses import dataset_iri
from dcat.text import fold
from search.catalogue import Redirect
from search.demand.counted import of_search
from search.facets import FacetValue
from search.query import SearchRequest
from search.results import SearchResult

router = APIRouter(include_in_schema=False)

FACETS = ("level", "theme", "territory", "portal", "publisher", "format", "licence")
Lang = Annotated[str, Query()]


@router.api_route("/", methods=READ)
def home(request: Request, services: Asked, lang: Lang = "") -> Response:
    """The search box; on an empty archive, what to do."""
    language = language_of(request, lang)
    counts = services.archive.counts_by_portal() if services.harvested else {}
    shown = {
        "datasets": services.catalogue.count() if counts else 0,
        "records": sum(counts.values()),
        "portals": len(counts),
    }
    return render(request, "home.html", language, {"counts": shown, **frame(services)})


@router.api_route("/search", methods=READ)
def search_page(request: Request, services: Asked, asking: Annotated[PageAsking, Query()]) -> Response:
    """Where to ask, then what is known here."""
    spoken = language_of(request, asking.lang)
    if asking.empty:
        return RedirectResponse(f"/?lang={spoken}", status_code=303)
    if names_a_dataset(asking.q):
        return _resolved(request, services, asking.q.strip(), spoken)
    asked = replace(asking.request(), lang=spoken)
    found = search(services, asked, grouped=asking.group == "level")
    if asked.page == 1:
        services.tally.count(of_search(found.route, found.total))
    return render(request, "search.html", spoken, {**_results(services, asked, found), **frame(services)})


@router.api_route("/datasets/{identity}", methods=READ)
def dataset_page(request: Request, services: Asked, identity: str, lang: Lang = "") -> Response:
    """One dataset with its copies; an id that a merge has ended leads to the one that took over."""
    language = language_of(request, lang)
    form = accepted(request.headers.get("accept", ""), default="html")
    if form != "html":
        return dataset_in(request, services, identity, FORMS[form])
    found = dataset(services, identity, language)
    if isinstance(found, Redirect):
        return RedirectResponse(request.url.replace(path=f"/datasets/{found.target}"), status_code=301)
    iri = dataset_iri(base_of(services), found.id)
    shown = {
        "shown": found,
        "description": found.description,
        "iri": iri,
        "structured": script(found.description, iri, language) if found.description else "",
        "label": partial(code_label, language),
        "title_of": partial(_title_of, language),
    }
    return render(request, "dataset.html", language, {**shown, **frame(services)})


@router.api_route("/portals", methods=READ)
def portals_page(request: Request, services: Asked, lang: Lang = "") -> Response:
    """Every portal, by level, with what was harvested of it."""
    views = sorted(portal_views(services, services.registry), key=lambda view: (LEVELS.index(view.level), view.title))
    return render(request, "portals.html", language_of(request, lang), {"portals": views, **frame(services)})


LEVELS = ("national", "region", "departement", "epci", "commune")


@router.api_route("/opensearch.xml", methods=READ)
def opensearch(request: Request) -> Response:
    """OpenSearch 1.1: browsers can add this search."""
    url = base_url(request)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Aiguillage</ShortName>'
        "<Description>La bonne donnée, au bon portail</Description>"
        f'<Url type="text/html" template="{escape(url)}/search?q={{searchTerms}}"/>'
        '<Url type="application/x-suggestions+json" '
        f'template="{escape(url)}/suggest.json?q={{searchTerms}}"/></OpenSearchDescription>\n'
    )
    return Response(body, media_type="application/opensearchdescription+xml")


@router.api_route("/robots.txt", methods=READ)
def robots(request: Request) -> Response:
    """Crawlers may read everything but searches; whoever comes here because of our own harvester finds the way out."""
    body = f"# Our harvester, and how not to be read by it: {base_url(request)}/exclusion\n"
    return Response(
        f"{body}User-agent: *\nDisallow: /search\nDisallow: /go\nSitemap: {base_url(request)}/sitemap.xml\n",
        media_type="text/plain",
    )


def _resolved(request: Request, services: Services, asked: str, language: Language) -> Response:
    """A pasted link or identifier: its dataset, with every copy and why one is shown; a choice where several bear
    it."""
    found = candidates(services, asked, language)
    if len(found) == 1:
        return RedirectResponse(f"/datasets/{found[0].id}?lang={language}", status_code=303)
    shown = {"q": asked, "datasets": found, **frame(services)}
    return render(request, "resolved.html", language, shown, 200 if found else 404)


def _results(services: Services, asked: SearchRequest, found: SearchAnswer) -> dict[str, object]:
    """What the page of results shows."""
    facets = {name: found.facets[name] for name in FACETS if name in found.facets}
    return {
        "q": asked.q,
        "answer": found.route,
        "page": found,
        "facets": facets,
        "selected_sort": asked.sort.value,
        "marked": tuple(pieces(found.route)),
        "read": tuple(understood(found.route)),
        "go": partial(_go, asked),
        "choices": choices(found.route),
        "carriers": partial(_carriers, services),
        "carried_by": partial(_carried_by, services),
        "label": partial(code_label, asked.lang),
        "title_pieces": title_pieces,
        "excerpt_pieces": excerpt_pieces,
        "filter_label": partial(_filter_label, facets),
    }


def _go(asked: SearchRequest, portal: str) -> str:
    """The address that leads to one of the portals of a question, and counts it (``GET /go``)."""
    places, themes = asked.territory[:1], asked.theme[:1]
    told = {"q": asked.q, "territory": "".join(places), "theme": "".join(themes), "portal": portal}
    return f"/go?{urlencode({name: value for name, value in told.items() if value})}"


def _filter_label(facets: Mapping[str, tuple[FacetValue, ...]], name: str) -> str:
    """The values that a filter asks for, as people read them."""
    return ", ".join(value.label for value in facets.get(name, ()) if value.selected)


def _carriers(services: Services, result: SearchResult) -> str:
    """The other portals that publish a dataset."""
    others = dict.fromkeys(copy.portal for copy in result.copies if copy.portal != result.portal)
    return ", ".join(portal_title(services, portal) for portal in others)


def _carried_by(services: Services, result: SearchResult) -> str:
    """The portal of the copy shown, unless its publisher goes by the same name."""
    title = portal_title(services, result.portal)
    return "" if fold(title) == fold(result.publisher.name) else title


def _title_of(language: str, distribution: Distribution) -> str:
    return text_in(distribution.title, language)
