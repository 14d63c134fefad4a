"""Harvests, their findings and what they changed, on the wire."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Json, Wire


class Counts(Wire):
    declared: int | None
    received: int
    accepted: int
    repaired: int
    rejected: int
    merged: int
    added: int
    updated: int
    unchanged: int
    deleted: int
    held: int


class FindingCount(Wire):
    rule: str
    severity: Literal["error", "warning", "info"]
    count: int


class FindingChange(Wire):
    """``count = same + new``, ``before = same + gone``: the same rule, record and place."""

    rule: str
    severity: Literal["error", "warning", "info"]
    count: int
    before: int
    new: int
    gone: int
    same: int


class Difference(Wire):
    """What changed since ``run``, the one before. Where it is not ``comparable``, one of the two did not read its whole
    source: what is gone may be unread rather than repaired."""

    run: int
    comparable: bool
    counts: dict[str, int] = Field(description="this run's counts less those of the run before")
    records: dict[str, int] = Field(description="added, updated, deleted, back → how many records")
    findings: list[FindingChange]


class RunReport(Wire):
    """The report of one run. ``difference`` is null in lists, and where there is no run before."""

    run: int
    portal: str
    status: Literal["running", "ok", "partial", "failed", "blocked", "held"]
    complete: bool
    mode: str
    started: str
    finished: str | None
    counts: Counts
    findings: list[FindingCount]
    previous: int | None
    difference: Difference | None = None
    gap: int | None


class RunList(Wire):
    results: list[RunReport]
    total: int
    page: int
    page_size: int
    next: str | None


class FindingView(Wire):
    """One finding, with what it means, what to do, and where: addresses are empty where nothing is known there."""

    rule: str
    severity: Literal["error", "warning", "info"]
    record: str = Field(description="the portal's own key of the record; empty: the page or the run")
    record_title: str
    record_url: str = Field(description="the record on its portal")
    dataset_url: str = Field(description="the dataset's page here")
    place: str
    value: str
    label: str
    remedy: str
    rule_url: str = Field(description="the page of the rule, in French and English")


class FindingList(Wire):
    results: list[FindingView]
    total: int
    page: int
    page_size: int
    next: str | None


class Change(Wire):
    """One record that a run moved, with the title and the links known now."""

    kind: Literal["added", "updated", "deleted", "back", "held"]
    record: str
    record_id: str
    title: str
    record_url: str
    dataset_url: str


class ChangeList(Wire):
    results: list[Change]
    total: int
    page: int
    page_size: int
    next: str | None


RUN: Json = {
    "run": 42,
    "portal": "rennes-metropole",
    "status": "ok",
    "complete": True,
    "mode": "full",
    "started": "2025-03-13T03:00:00Z",
    "finished": "2025-03-13T03:04:05Z",
    "counts": {
        "declared": 583,
        "received": 583,
        "accepted": 581,
        "repaired": 12,
        "rejected": 2,
        "merged": 0,
        "added": 3,
        "updated": 9,
        "unchanged": 569,
        "deleted": 0,
        "held": 0,
    },
    "findings": [{"rule": "licence-unknown", "severity": "warning", "count": 14}],
    "previous": 41,
    "difference": {
        "run": 41,
        "comparable": True,
        "counts": {"declared": 3, "received": 3, "accepted": 3, "added": 2, "updated": -4},
        "records": {"added": 3, "updated": 9, "deleted": 0, "back": 0},
        "findings": [
            {
                "rule": "licence-unknown",
                "severity": "warning",
                "count": 14,
                "before": 20,
                "new": 1,
                "gone": 7,
                "same": 13,
            }
        ],
    },
    "gap": 0,
}


FINDING: Json = {
    "rule": "licence-missing",
    "severity": "warning",
    "record": "horaires-bus",
    "record_title": "Horaires théoriques du réseau de bus (GTFS)",
    "record_url": "https://data.rennesmetropole.fr/explore/dataset/horaires-bus/",
    "dataset_url": "https://aiguillage.example/datasets/c30a09456d230eaa",
    "place": "dct:license",
    "value": "notspecified",
    "label": "La licence n'est pas indiquée",
    "remedy": "Indiquez la licence, par exemple la Licence Ouverte 2.0",
    "rule_url": "https://aiguillage.example/rules/licence-missing",
}


CHANGE: Json = {
    "kind": "added",
    "record": "horaires-bus",
    "record_id": "rennes-metropole:985d2887128a76c3",
    "title": "Horaires théoriques du réseau de bus (GTFS)",
    "record_url": "https://data.rennesmetropole.fr/explore/dataset/horaires-bus/",
    "dataset_url": "https://aiguillage.example/datasets/c30a09456d230eaa",
}
