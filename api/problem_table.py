"""Which problem each foreseen error of the inner packages is to the outside: exit code and HTTP status, once."""

from api.errors import Problem
from harvester.errors import (
    ArchiveMixed,
    ArchiveUnavailable,
    HarvestError,
    NotHeld,
    PortalFileError,
    QuotaSpent,
    ReplayRefused,
    RunInProgress,
    UnknownPortal,
    UnknownRun,
)
from harvester.sample.federation import SampleFederationError
from search.engines.backend import IndexUnavailable

# error → (HTTP status, exit code); the narrower class comes first
OUTCOMES: dict[type[Exception], tuple[int, int]] = {
    UnknownPortal: (404, 2),
    NotHeld: (409, 2),
    ReplayRefused: (409, 2),
    UnknownRun: (404, 2),
    PortalFileError: (500, 2),
    ArchiveMixed: (409, 2),
    RunInProgress: (409, 1),
    QuotaSpent: (429, 1),
    ArchiveUnavailable: (503, 1),
    IndexUnavailable: (503, 1),
    HarvestError: (500, 1),
    SampleFederationError: (500, 1),
}


def problem_of(error: Exception) -> Problem | None:
    """The problem to show; None for an error that nobody foresaw."""
    if isinstance(error, Problem):
        return error
    outcome = next((found for kind, found in OUTCOMES.items() if isinstance(error, kind)), None)
    if outcome is None:
        return None
    problem = Problem(*_sentences(error))
    problem.status, problem.exit_code = outcome
    problem.code = _code(error)
    return problem


def _sentences(error: Exception) -> tuple[str, str]:
    if isinstance(error, HarvestError):
        return error.message("fr"), error.message("en")
    if isinstance(error, IndexUnavailable):
        return error.text_fr, error.text_en
    return str(error), str(error)


def _code(error: Exception) -> str:
    if isinstance(error, HarvestError):
        return error.code
    return "index-unavailable" if isinstance(error, IndexUnavailable) else "sample-unavailable"
