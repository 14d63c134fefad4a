"""What can go wrong around a harvest, grouped by what the caller can do about it.

HarvestError
├── UnknownPortal        choose another name
├── PortalFileError      correct a portal file
├── ArchiveUnavailable   free the disk, wait, start the database; nothing was lost
├── ArchiveMixed         take another archive: sample and real portals never share one
├── RunInProgress        wait for the run that goes on
├── QuotaSpent           wait until the portal's quota begins anew
├── UnknownRun           choose another number
│   ├── NotHeld          nothing waits for an approval there
│   └── ReplayRefused    its pages are no longer kept, or newer ones are
└── RunLost              stop: another process closed this run

Trouble with one portal's answers is never an exception here: it is a finding of that portal's run. The sentences are in
``harvester/tables/errors.csv``, by code.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files


class HarvestError(Exception):
    """``code`` is stable; ``message(language)`` says what happened and what to do, in ``fr`` or ``en``."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(self.message("en"))

    def message(self, language: str = "fr") -> str:
        """The sentence to show."""
        french, english = _texts()[self.code]
        return (english if language == "en" else french).format(**self.values)


@cache
def _texts() -> dict[str, tuple[str, str]]:
    text = files("harvester").joinpath("tables", "errors.csv").read_text(encoding="utf-8")
    return {row["code"]: (row["fr"], row["en"]) for row in csv.DictReader(text.splitlines())}


class UnknownPortal(HarvestError):
    """No portal has this id; ``suggestions`` are the nearest ids, best first."""

    def __init__(self, portal: str, suggestions: Sequence[str] = ()) -> None:
        self.portal = portal
        self.suggestions = tuple(suggestions)
        names = ", ".join(self.suggestions)
        code = "unknown-portal-near" if names else "unknown-portal"
        super().__init__(code, portal=portal, names=names)


class PortalFileError(HarvestError):
    """Portal files are wrong. ``problems``: one (French, English) sentence a mistake, with file, field, what is
    allowed."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        french, english = ("\n".join(problem[index] for problem in self.problems) for index in (0, 1))
        super().__init__("portal-file", fr=french, en=english)


class ArchiveUnavailable(HarvestError):
    """The archive cannot be read or written now. What was committed before stands, the page under way was undone."""


class ArchiveMixed(HarvestError):
    """A sample portal was to be written beside real ones, or the other way round."""


class RunInProgress(HarvestError):
    """The portal is being harvested by a run whose lease is alive."""


class QuotaSpent(HarvestError):
    """Nothing may be asked of the portal before a moment: nothing was."""


class UnknownRun(HarvestError):
    """No run has this number."""


class NotHeld(UnknownRun):
    """The run has no deletions that wait for an approval, or a newer one knows better."""


class ReplayRefused(UnknownRun):
    """The run cannot be read again: it goes on, its pages are no longer kept, its portal is unknown, or others are
    newer."""


class RunLost(HarvestError):
    """This run was closed by another process, since its lease had ended: it must not write any more."""
