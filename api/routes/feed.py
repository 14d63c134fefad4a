"""The merged feed over HTTP: ``/catalog`` and one dataset, in four syntaxes."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response

from api.answers.datasets import missing
from api.errors import NotFound
from api.feed.coding import coded, coding, tagged
from api.feed.forms import Form, accepted, form_named, written
from api.feed.pages import PageCache, asked, content, find_page, links
from api.feed.whole import DUMPS, dump_folder
from api.messages import say
from api.routes.wire import READ, Asked
from api.services import Services

router = APIRouter(include_in_schema=False)  # RDF: described by docs/feed.md and by itself

BRIEF = "public, max-age=60"  # which snapshot is the newest
LASTING = "public, max-age=86400"  # a page of a snapshot never changes


@router.api_route("/catalog", methods=READ, summary="The merged feed, as `Accept` asks")
def negotiated_catalogue(request: Request) -> Response:
    """303 to the syntax that is liked best, with the same parameters."""
    form = accepted(request.headers.get("accept", ""))
    target = f"/catalog.{'ttl' if form == 'html' else form}"
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{target}{query}", status_code=303, headers={"Vary": "Accept"})


@router.api_route(
    "/catalog/{name}", methods=READ, summary="The whole feed: dump.ttl.gz, dump.ttl.zst, dump.nt.gz or dump.nt.zst"
)
def dump(request: Request, services: Asked, name: str) -> Response:
    """A file that is written in the background after changes, and replaced at once. Ranges are served; whoever has it
    already is told so."""
    path = dump_folder(services) / name
    if name not in DUMPS or not path.is_file():
        key = "feed_dump_absent" if name in DUMPS else "feed_dump_unknown"
        told = {"name": name[:40], "allowed": ", ".join(f"/catalog/{dump}" for dump in DUMPS)}
        raise NotFound(say("fr", key, **told), say("en", key, **told))
    media_type = "application/gzip" if name.endswith(".gz") else "application/zstd"
    status = path.stat()
    file = FileResponse(path, media_type=media_type, headers={"Cache-Control": BRIEF}, stat_result=status)
    if unchanged(request, file.headers["etag"], datetime.fromtimestamp(int(status.st_mtime), UTC).isoformat()):
        headers = {name: file.headers[name] for name in ("etag", "last-modified", "cache-control")}
        return Response(status_code=304, headers=headers)
    return file


@router.api_route("/catalog.{extension}", methods=READ, summary="A page of the merged feed: ttl, rdf, jsonld or nt")
def catalogue_page(request: Request, services: Asked, extension: str) -> Response:
    """DCAT-AP 3 with Hydra paging. `page`, `page_size` (at most 100), `territory`, `theme`, `portal`, `publisher`,
    `modified_since`. Links carry the snapshot that they belong to; it is kept 24 hours after it was replaced, then
    answers 410."""
    form = form_named(extension)
    wanted = asked(services, request.query_params)
    cache = _cache(request)
    page = find_page(services, wanted, form, cache)
    squeezed = coding(request.headers.get("accept-encoding", ""))
    etag = tagged(page.etag, squeezed)
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(page.modified),
        "Link": links(page),
        "Cache-Control": LASTING if wanted.snapshot else BRIEF,
        "Vary": "Accept-Encoding",
    }
    if unchanged(request, etag, page.modified):
        return Response(status_code=304, headers=headers)
    if squeezed:
        headers["Content-Encoding"] = squeezed
    data = cache.get(etag)
    if data is None:
        data = coded(content(services, wanted, page, form), squeezed)
        cache.put(etag, data)
    return Response(data, media_type=form.content_type, headers=headers)


@router.api_route(
    "/datasets/{identity}.{extension}", methods=READ, summary="One published dataset: ttl, rdf, jsonld or nt"
)
def dataset_document(request: Request, services: Asked, identity: str, extension: str) -> Response:
    """The description as the feed has it. 410 where it was published and is no longer."""
    return dataset_in(request, services, identity, form_named(extension))


@router.api_route("/datasets/{identity}/distributions/{key}", methods=READ, summary="Where a distribution is described")
@router.api_route("/datasets/{identity}/services/{key}", methods=READ, summary="Where a service is described")
def part(identity: str, key: str) -> Response:  # noqa: ARG001 - all of them are on one page
    """303 to its dataset: the name of a distribution or service, not its address."""
    return RedirectResponse(f"/datasets/{quote(identity, safe='')}", status_code=303)


@router.api_route("/records/{record}", methods=READ, summary="Where the record of a portal is described")
def record(services: Asked, record: str) -> Response:
    """303 to the dataset that it is a copy of."""
    found = services.catalogue.datasets_of([record]) if services.harvested else {}
    if record not in found:
        raise NotFound(say("fr", "record_unknown", asked=record[:80]), say("en", "record_unknown", asked=record[:80]))
    return RedirectResponse(f"/datasets/{found[record]}", status_code=303)


def dataset_in(request: Request, services: Services, identity: str, form: Form) -> Response:
    """One dataset in a syntax. Raises ``NotFound``, ``Gone``."""
    event = services.published.one(identity) if services.harvested else None
    if event is None or event.kind == "delete":
        return _elsewhere(services, identity, form)
    etag = f'"{event.number}-{form.name}"'
    headers = {"ETag": etag, "Last-Modified": http_date(event.moment), "Cache-Control": BRIEF, "Vary": "Accept"}
    if unchanged(request, etag, event.moment):
        return Response(status_code=304, headers=headers)
    return Response(written(event.body.encode(), form), media_type=form.content_type, headers=headers)


def _elsewhere(services: Services, identity: str, form: Form) -> Response:
    """Where the dataset went by a merge. Raises ``NotFound`` or ``Gone`` that says why it is not published."""
    target = services.catalogue.redirect_of(identity) if services.harvested else ""
    if target:
        return RedirectResponse(f"/datasets/{target}.{form.name}", status_code=301)
    lacking = services.published.withheld_property(identity) if services.harvested else ""
    if lacking:
        told = {"dataset": identity, "property": lacking}
        raise NotFound(say("fr", "feed_not_published", **told), say("en", "feed_not_published", **told))
    raise missing(services, identity)


def http_date(moment: str) -> str:
    """An ISO moment in the form of HTTP headers."""
    return format_datetime(datetime.fromisoformat(moment), usegmt=True)


def unchanged(request: Request, etag: str, moment: str) -> bool:
    """Whether the client has it already: by ``If-None-Match``, else by ``If-Modified-Since`` (RFC 9110 §13)."""
    if known := request.headers.get("if-none-match"):
        return etag in [part.strip().removeprefix("W/") for part in known.split(",")] or known.strip() == "*"
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return datetime.fromisoformat(moment) <= since
    except (ValueError, TypeError):  # none, or one without its zone
        return False


def _cache(request: Request) -> PageCache:
    cache: PageCache = request.app.state.feed_pages
    return cache
