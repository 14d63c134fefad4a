"""How a portal stands after a run, and when that is worth a message: on a change, not every night the same failure."""

from enum import StrEnum

from msgspec import Struct

from dcat.portal import Occasion
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import Report

FALL_PROPORTION = 0.8
"""Fewer accepted records than this part of those of the last successful run are a fall."""


class Standing(StrEnum):
    """``well``, or the occasion (``dcat.portal.Occasion``) on which somebody may want to be told."""

    WELL = "well"
    FAILED = Occasion.FAILED.value
    HELD = Occasion.HELD.value
    FALL = Occasion.FALL.value


class Told(Struct, frozen=True):
    """What was last told of a portal: how it stood, since which run; ``baseline``: records accepted before a fall."""

    standing: Standing
    run: int
    baseline: int | None = None


class Turn(Struct, frozen=True):
    """A change that is worth a message. ``baseline`` is what the number of records is measured by."""

    before: Standing
    now: Standing
    baseline: int | None = None

    @property
    def occasion(self) -> Occasion:
        """What it is about: who asked to be told of a failure is also told that it is over."""
        return Occasion(self.before if self.now is Standing.WELL else self.now)


def turn(report: Report, last_accepted: int | None, told: Told | None, *, waits: bool = False) -> Turn | None:
    """The change that a finished run brings; None where nothing is new. ``last_accepted``: of the last successful full
    run before it; ``waits``: what was told is a held run that nobody has approved yet.

    That records are back, or rightly gone, is shown by a full run alone: one that asked for changes ends nothing.
    """
    before = told.standing if told else Standing.WELL
    baseline = told.baseline if told and told.standing is Standing.FALL else last_accepted
    now = standing(report, baseline)
    lasts = report.mode is not Mode.FULL and now is Standing.WELL and (before is Standing.FALL or waits)
    return None if now is before or lasts else Turn(before, now, baseline)


def standing(report: Report, baseline: int | None) -> Standing:
    """The worst that can be said of a finished run."""
    if report.status in (Status.FAILED, Status.BLOCKED, Status.PARTIAL):
        return Standing.FAILED
    if report.status is Status.HELD:
        return Standing.HELD
    return Standing.FALL if _fell(report, baseline) else Standing.WELL


def _fell(report: Report, baseline: int | None) -> bool:
    if report.mode is not Mode.FULL:
        return False
    if any(found.rule == "count-unexpected" for found in report.findings):
        return True
    return baseline is not None and report.counts.accepted < baseline * FALL_PROPORTION
