"""``GET /api/runs``: harvest reports."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse

from api.answers.findings import finding_views, findings_csv, moved_views
from api.routes.administration import Administrator
from api.routes.wire import PROBLEMS, REFUSALS, Asked, Lang, Page, PageSize, answer, base_url, listed
from api.schemas.base import list_of, shown
from api.schemas.runs import CHANGE, FINDING, RUN, ChangeList, FindingList, RunList, RunReport
from api.services import Services
from harvester.archive import Archive
from harvester.archive.movements import Movement
from harvester.errors import UnknownRun
from harvester.review import every_finding, findings_page, full_report, moved_page
from harvester.runs.report import as_json

router = APIRouter(tags=["runs"], responses=PROBLEMS)

RunNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="the number of a run", examples=[42])]


@router.get("/api/runs", response_model=RunList, summary="Harvests, the newest first", responses=shown(list_of(RUN)))
def list_runs(
    request: Request,
    services: Asked,
    portal: Annotated[str, Query(description="one portal's id", examples=["rennes-metropole"])] = "",
    page: Page = 1,
    page_size: PageSize = 20,
) -> Response:
    """Reports, page by page."""
    if portal:
        services.registry.get(portal)
    if not services.harvested:
        return answer(listed([], 0, page, page_size, request))
    reports = [as_json(found) for found in services.archive.reports(portal or None, page_size, (page - 1) * page_size)]
    return answer(listed(reports, services.archive.count_runs(portal or None), page, page_size, request))


@router.get("/api/runs/{run}", response_model=RunReport, summary="One harvest's report", responses=shown(RUN))
def show_run(services: Asked, run: RunNumber) -> Response:
    """Declared, received, accepted, rejected, merged: the numbers add up; and what differs from the run before."""
    return answer(as_json(full_report(archive_of(services, run), run)))


@router.get(
    "/api/runs/{run}/findings",
    response_model=FindingList,
    summary="What a harvest found, and what to do",
    responses=shown(list_of(FINDING)),
)
def list_findings(
    request: Request,
    services: Asked,
    run: RunNumber,
    rule: Annotated[str, Query(description="only this rule's", examples=["licence-unknown"])] = "",
    format: Annotated[str, Query(pattern="^(json|csv)$", description="json or csv", examples=["json"])] = "json",  # noqa: A002 - the name on the wire
    page: Page = 1,
    page_size: PageSize = 100,
    lang: Lang = "fr",
) -> Response:
    """Findings with their meaning, remedy and links; ``format=csv`` gives all that were kept, with both languages."""
    archive, base = archive_of(services, run), base_url(request)
    if format == "csv":
        lines = findings_csv(services, every_finding(archive, run, rule or None), base)
        named = {"Content-Disposition": f'attachment; filename="run-{run}-findings.csv"'}
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=named)
    found = findings_page(archive, run, rule or None, page_size, (page - 1) * page_size)
    return answer(listed(finding_views(services, found.results, base, lang), found.total, page, page_size, request))


@router.get(
    "/api/runs/{run}/changes",
    response_model=ChangeList,
    summary="The records that a harvest added, updated, deleted or brought back",
    responses=shown(list_of(CHANGE)),
)
def list_changes(
    request: Request,
    services: Asked,
    run: RunNumber,
    kind: Annotated[
        Literal["", "added", "updated", "deleted", "back", "held"],
        Query(description="added, updated, deleted, back, or held: waiting to be deleted", examples=["added"]),
    ] = "",
    page: Page = 1,
    page_size: PageSize = 100,
    lang: Lang = "fr",
) -> Response:
    """Without ``kind``, all but those held. Titles and links are those known now."""
    wished = Movement(kind) if kind else None
    found = moved_page(archive_of(services, run), run, wished, page_size, (page - 1) * page_size)
    results = moved_views(services, found.results, base_url(request), lang)
    return answer(listed(results, found.total, page, page_size, request))


@router.post(
    "/api/runs/{run}/approve",
    response_model=RunReport,
    summary="Let through the deletions that a run held",
    responses={**shown(RUN), **REFUSALS},
    dependencies=[Administrator],
)
def approve_run(services: Asked, run: RunNumber) -> Response:
    """Deletes what the run had not found and no run since has brought; done twice, it is done once."""
    return answer(as_json(archive_of(services, run).approve(run, "HTTP", datetime.now(UTC))))


def archive_of(services: Services, run: int) -> Archive:
    """Where nothing was harvested no run exists, and no archive is made to say so."""
    if not services.harvested:
        raise UnknownRun("unknown-run", run=run)
    return services.archive
