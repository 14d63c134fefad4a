"""What was harvested, and when: the truth from which everything else can be rebuilt."""

from harvester.archive.rows import Batch, Change, Fate, FindingsPage, LastRuns, Page, RecordVersion, Run, StagedRecord
from harvester.archive.store import Archive

__all__ = [
    "Archive",
    "Batch",
    "Change",
    "Fate",
    "FindingsPage",
    "LastRuns",
    "Page",
    "RecordVersion",
    "Run",
    "StagedRecord",
]
