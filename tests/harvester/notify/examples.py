"""Reports, and notices of them."""

from datetime import timedelta

from msgspec import structs

from dcat.findings import Severity
from harvester.notify.notice import Notice
from harvester.notify.standing import Standing, Turn
from harvester.registry import Registry
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import Counts, FindingCount, Report
from tests.harvester.sources import NOON

RENNES = Registry.load().get("rennes-metropole")
BASE = "https://aiguillage.example"
FOUND = (
    FindingCount("page-unreachable", Severity.ERROR, 2),
    FindingCount("licence-missing", Severity.WARNING, 14),
    FindingCount("date-invalid", Severity.WARNING, 3),
    FindingCount("email-invalid", Severity.WARNING, 1),
    FindingCount("html-cleaned", Severity.INFO, 90),
)


def report(status: Status, accepted: int = 100, *found: FindingCount, mode: Mode = Mode.FULL, held: int = 0) -> Report:
    counts = Counts(declared=accepted, received=accepted, accepted=accepted, unchanged=accepted, held=held)
    ended = NOON + timedelta(minutes=5)
    return Report(42, RENNES.id, status, status is Status.OK, mode, NOON, ended, counts, found, 41)


def notice(turn: Turn, of: Report, language: str = "fr") -> Notice:
    return Notice(structs.replace(RENNES, language=language), turn, of, BASE)


FAILED = notice(Turn(Standing.WELL, Standing.FAILED), report(Status.PARTIAL, 80, *FOUND))
