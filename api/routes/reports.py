"""The pages that a portal's administrator reads: runs, what one found and changed, a portal, the rules."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from api.answers.findings import finding_views, moved_views
from api.answers.portals import shared_views
from api.errors import NotFound
from api.messages import say
from api.pages.frame import frame, language_of
from api.pages.harvests import history, run_view, sparkline
from api.pages.paging import PAGE_SIZE, paged
from api.pages.portal import portal_page_view
from api.pages.render import render
from api.routes.runs import archive_of
from api.routes.wire import READ, Asked, Page
from dcat.findings import Severity, rule_of, rules
from dcat.repairs import repairs_of
from harvester import review
from harvester.archive.movements import Movement
from harvester.runs.outcome import Status
from harvester.runs.report import Report
from search.dedupe.shown import Whose

router = APIRouter(include_in_schema=False)

Lang = Annotated[str, Query()]
RunNumber = Annotated[int, Path(ge=1, le=2**63 - 1)]
Kind = Literal["", "added", "updated", "deleted", "back", "held"]


@router.api_route("/runs", methods=READ)
def runs_page(
    request: Request, services: Asked, portal: Annotated[str, Query()] = "", page: Page = 1, lang: Lang = ""
) -> Response:
    """The harvests, the newest first."""
    if portal:
        services.registry.get(portal)
    reports: list[Report] = []
    total = 0
    if services.harvested:
        reports = services.archive.reports(portal or None, PAGE_SIZE, (page - 1) * PAGE_SIZE)
        total = services.archive.count_runs(portal or None)
    shown = {"reports": reports, "chosen": portal, **paged(page, total), **frame(services)}
    return render(request, "runs.html", language_of(request, lang), shown)


@router.api_route("/runs/{run}", methods=READ)
def run_page(request: Request, services: Asked, run: RunNumber, lang: Lang = "") -> Response:
    """One harvest: how it ended, why the numbers add up, what to repair first, what changed."""
    language = language_of(request, lang)
    archive_of(services, run)
    view = run_view(services, run, "", language)
    shown = {
        "view": view,
        "report": view.report,
        "counts": view.report.counts,
        "spark": sparkline(view.history),
        "rule_of": rule_of,
        **frame(services),
    }
    return render(request, "run.html", language, shown)


@router.api_route("/runs/{run}/findings", methods=READ)
def findings_page(
    request: Request,
    services: Asked,
    run: RunNumber,
    rule: Annotated[str, Query(max_length=100)] = "",
    page: Page = 1,
    lang: Lang = "",
) -> Response:
    """What a harvest found, page by page; all, or of one rule."""
    language = language_of(request, lang)
    archive = archive_of(services, run)
    report = archive.report(run)
    found = review.findings_page(archive, run, rule or None, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    shown = {
        "report": report,
        "findings": finding_views(services, found.results, "", language),
        "chosen": rule_of(rule) if rule else None,
        "met": sum(counted.count for counted in report.findings if rule in ("", counted.rule)),
        "rule_of": rule_of,
        **paged(page, found.total),
        **frame(services),
    }
    return render(request, "findings.html", language, shown)


@router.api_route("/runs/{run}/changes", methods=READ)
def changes_page(
    request: Request, services: Asked, run: RunNumber, kind: Kind = "", page: Page = 1, lang: Lang = ""
) -> Response:
    """The records that a harvest added, updated, deleted or brought back, or that it waits to delete."""
    language = language_of(request, lang)
    archive = archive_of(services, run)
    wished = Movement(kind) if kind else None
    found = review.moved_page(archive, run, wished, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    shown = {
        "report": archive.report(run),
        "changes": moved_views(services, found.results, "", language),
        "kind": kind,
        "kinds": [movement.value for movement in Movement],
        **paged(page, found.total),
        **frame(services),
    }
    return render(request, "changes.html", language, shown)


@router.api_route("/portals/{portal}", methods=READ)
def portal_page(request: Request, services: Asked, portal: str, lang: Lang = "") -> Response:
    """One portal: what is known of it, its last harvests, who publishes its datasets too."""
    language = language_of(request, lang)
    view = portal_page_view(services, services.registry.get(portal), language)
    runs = history(services, portal) if services.harvested else ()
    shown = {"view": view, "history": runs, "spark": sparkline(runs), **frame(services)}
    return render(request, "portal.html", language, shown)


@router.api_route("/portals/{portal}/shared", methods=READ)
def shared_page(
    request: Request,
    services: Asked,
    portal: str,
    other: str = "",
    whose: Annotated[Whose | None, Query(alias="shown")] = None,
    page: Page = 1,
    lang: Lang = "",
) -> Response:
    """The datasets of a portal that others publish too, whose copy is shown, and why."""
    language = language_of(request, lang)
    found, total = shared_views(services, portal, other, whose, language, PAGE_SIZE, (page - 1) * PAGE_SIZE)
    shown = {
        "portal": services.registry.get(portal),
        "other": services.registry.get(other) if other else None,
        "whose": whose,
        "datasets": found,
        **paged(page, total),
        **frame(services),
    }
    return render(request, "shared.html", language, shown)


@router.api_route("/rules", methods=READ)
def rules_page(request: Request, services: Asked, lang: Lang = "") -> Response:
    """Every kind of finding, by severity."""
    found = {severity: [rule for rule in rules().values() if rule.severity is severity] for severity in Severity}
    return render(request, "rules.html", language_of(request, lang), {"groups": found, **frame(services)})


@router.api_route("/rules/{code}", methods=READ)
def rule_page(request: Request, services: Asked, code: str, lang: Lang = "") -> Response:
    """One kind of finding: what it means, why it matters, what to do and where."""
    rule = rules().get(code)
    if rule is None:
        raise NotFound(say("fr", "rule_unknown", code=code), say("en", "rule_unknown", code=code))
    shown = {"rule": rule, "repairs": repairs_of(rule.field), **frame(services)}
    return render(request, "rule.html", language_of(request, lang), shown)


@router.api_route("/guide", methods=READ)
def guide_page(request: Request, services: Asked, lang: Lang = "") -> Response:
    """How to read a report, in short; ``docs/reports.md`` says it at length."""
    return render(request, "guide.html", language_of(request, lang), {"statuses": list(Status), **frame(services)})


@router.api_route("/exclusion", methods=READ)
def exclusion_page(request: Request, services: Asked, lang: Lang = "") -> Response:
    """How a publisher asks that a portal or a dataset is not harvested, and what is kept."""
    shown = {"settings": services.settings, **frame(services)}
    return render(request, "exclusion.html", language_of(request, lang), shown)
