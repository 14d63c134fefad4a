"""A run as its page shows it: what to repair first, why the numbers differ from those declared, the runs before."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from api.answers.findings import FindingView, MovedView, finding_views, moved_views
from api.services import Services
from dcat.findings import Rule, Severity, rule_of
from dcat.portal import Portal
from dcat.repairs import Repair, repairs_of
from harvester import review
from harvester.archive.movements import Movement
from harvester.runs.outcome import Status
from harvester.runs.report import LOSSES, Counts, FindingChange, Report, explaining_first

EXAMPLES = 3
HELD_SHOWN = 10
HISTORY = 30
HISTORY_SHOWN = 10


class Group(Struct, frozen=True):
    """One rule as a run met it: how often, what changed, some examples, and where the portal's software repairs it."""

    rule: Rule
    count: int
    change: FindingChange | None
    examples: tuple[FindingView, ...]
    repairs: tuple[Repair, ...]


class Gap(Struct, frozen=True):
    """Distinct records received against those declared. ``missing`` is negative where more came, None where nothing
    was declared; ``reasons`` are the findings that explain it."""

    missing: int | None
    reasons: tuple[Rule, ...]


class RunView(Struct, frozen=True):
    """Everything that a run's page shows. ``unaccounted`` is what does not add up: 0, or a fault of ours."""

    report: Report
    portal: Portal | None
    groups: dict[Severity, tuple[Group, ...]]
    gap: Gap
    unaccounted: int
    held: tuple[MovedView, ...]
    history: tuple[Report, ...]


def run_view(services: Services, run: int, base: str, lang: str) -> RunView:
    """A fixed number of queries. Raises ``UnknownRun``."""
    archive = services.archive
    report = review.full_report(archive, run)
    held = review.moved_page(archive, run, Movement.HELD, HELD_SHOWN, 0) if report.status is Status.HELD else None
    counts = report.counts
    return RunView(
        report=report,
        portal=services.portals.get(report.portal),
        groups=_groups(services, report, base, lang),
        gap=gap_of(report),
        unaccounted=counts.received - counts.accepted - counts.rejected - counts.merged if report.finished else 0,
        held=tuple(moved_views(services, held.results, base, lang)) if held else (),
        history=history(services, report.portal),
    )


def _groups(services: Services, report: Report, base: str, lang: str) -> dict[Severity, tuple[Group, ...]]:
    cited = review.examples(services.archive, report.run or 0, EXAMPLES)
    views = finding_views(services, [one for some in cited.values() for one in some], base, lang)
    examples: dict[str, tuple[FindingView, ...]] = {}
    for view in views:
        examples[view.rule] = (*examples.get(view.rule, ()), view)
    changes = {change.rule: change for change in report.difference.findings} if report.difference else {}
    portal = services.portals.get(report.portal)
    software = portal.software if portal else ""
    groups = [
        Group(
            rule=rule_of(found.rule),
            count=found.count,
            change=changes.get(found.rule),
            examples=examples.get(found.rule, ()),
            repairs=repairs_of(rule_of(found.rule).field, software) if software else (),
        )
        for found in explaining_first(report.findings)
    ]
    return {severity: tuple(_of(groups, severity)) for severity in Severity}


def _of(groups: Sequence[Group], severity: Severity) -> Iterator[Group]:
    return (group for group in groups if group.rule.severity is severity)


def gap_of(report: Report) -> Gap:
    """Why fewer records came than the source declared."""
    missing = missing_of(report.counts)
    met = {found.rule for found in report.findings}
    reasons = tuple(rule_of(rule) for rule in LOSSES if rule in met) if missing and missing > 0 else ()
    return Gap(missing, reasons)


def missing_of(counts: Counts) -> int | None:
    """Declared less distinct records received."""
    return None if counts.declared is None else counts.declared - (counts.received - counts.merged)


def history(services: Services, portal: str) -> tuple[Report, ...]:
    """The last runs of a portal, the newest first."""
    return tuple(services.archive.reports(portal, HISTORY))


class Sparkline(Struct, frozen=True):
    """The line of a small chart, 100 units wide and 20 high: the oldest run first."""

    points: str
    first: int
    last: int
    count: int


def sparkline(reports: Sequence[Report]) -> Sparkline | None:
    """Records accepted over the runs that ended; None where there are not two."""
    values = [report.counts.accepted for report in reversed(reports) if report.finished]
    if len(values) < 2:
        return None
    top, step = max(values) or 1, 100 / (len(values) - 1)
    points = " ".join(f"{step * index:.1f},{19 - 18 * value / top:.1f}" for index, value in enumerate(values))
    return Sparkline(points, values[0], values[-1], len(values))
