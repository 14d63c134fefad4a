"""What was harvested, and when: the truth from which everything else can be rebuilt."""

from harvester.archive.rows import (
    Batch,
    Change,
    Checkpoint,
    FindingsPage,
    LastRuns,
    Page,
    RecordVersion,
    Remembered,
    Run,
    Start,
    UnderWay,
    Validators,
    Walked,
)
from harvester.archive.store import Archive
from harvester.reading.staged import Fate, StagedRecord

__all__ = [
    "Archive",
    "Batch",
    "Change",
    "Checkpoint",
    "Fate",
    "FindingsPage",
    "LastRuns",
    "Page",
    "RecordVersion",
    "Remembered",
    "Run",
    "StagedRecord",
    "Start",
    "UnderWay",
    "Validators",
    "Walked",
]
