"""``GET /api/runs``: harvest reports."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from msgspec import Struct

from api.administration import Administrator
from api.examples import FINDING, RUN, list_of, shown
from api.schemas import FindingList, RunList, RunReport
from api.services import Services
from api.wire import PROBLEMS, REFUSALS, Asked, Lang, Page, PageSize, answer, listed
from dcat.findings import Finding, rules
from harvester.archive import Archive
from harvester.errors import UnknownRun
from harvester.report import as_json, findings_csv

router = APIRouter(tags=["runs"], responses=PROBLEMS)

ALL_FINDINGS = 1_000_000
RunNumber = Annotated[int, Path(ge=1, le=2**63 - 1, description="the number of a run", examples=[42])]


class FindingView(Struct, frozen=True):
    """A finding in the reader's language."""

    rule: str
    severity: str
    record: str
    place: str
    value: str
    label: str
    remedy: str


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
    """Declared, received, accepted, rejected, merged: the numbers add up."""
    return answer(as_json(_archive(services, run).report(run)))


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
    """Findings with their meaning and remedy; ``format=csv`` gives all of them with both languages."""
    archive = _archive(services, run)
    if format == "csv":
        found = archive.findings(run, rule or None, limit=ALL_FINDINGS)
        return StreamingResponse(findings_csv(found.results), media_type="text/csv; charset=utf-8")
    found = archive.findings(run, rule or None, page_size, (page - 1) * page_size)
    results = [_view(item, lang) for item in found.results]
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
    return answer(as_json(_archive(services, run).approve(run, "HTTP", datetime.now(UTC))))


def _archive(services: Services, run: int) -> Archive:
    """Where nothing was harvested no run exists, and no archive is made to say so."""
    if not services.harvested:
        raise UnknownRun("unknown-run", run=run)
    return services.archive


def _view(item: Finding, lang: str) -> FindingView:
    rule = rules()[item.rule]
    return FindingView(
        item.rule, rule.severity, item.record, item.place, item.value, rule.label(lang), rule.remedy(lang)
    )
