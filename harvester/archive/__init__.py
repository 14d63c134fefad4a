"""What was harvested, and when: the truth from which everything else can be rebuilt."""

from harvester.archive.rows import Batch, Change, FindingsPage, LastRuns, Page, RecordVersion, Run
from harvester.archive.store import Archive
from harvester.staged import Fate, StagedRecord

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
