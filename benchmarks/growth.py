"""What clustering costs as the records grow, and what a harvest that changes a thousand of them costs."""

import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.generated import portals, records
from benchmarks.weighing import SELDOM, all_seconds, peak
from harvester.archive.engine import open_engine
from search.dedupe.stages import Stages
from search.dedupe.store import ClusterStore

CHANGED = 1_000


def growth(numbers: list[int], folder: Path | None, processes: int | None = None) -> dict[str, Any]:
    """Processor seconds of a rebuild for each number of records, smallest first, and how they grow: 1 is linear. The
    time that generating the records takes is taken off. What is known is told at once, on the other channel.
    """
    figures = []
    for number in sorted(numbers):
        figures.append(_figures(number, folder, processes))
        _tell(figures[-1])
    first, last = figures[0], figures[-1]
    ratio = math.log(last["records"] / first["records"]) if len(figures) > 1 else 0.0
    exponent = math.log(last["cpu_seconds"] / first["cpu_seconds"]) / ratio if ratio else None
    return {"growth": figures, "exponent": exponent and round(exponent, 3)}


def _figures(number: int, folder: Path | None, processes: int | None) -> dict[str, Any]:
    with TemporaryDirectory(dir=folder) as made:
        store = ClusterStore(open_engine(f"sqlite:///{made}/clusters.db"), portals(), processes)
        store.create()
        stages = Stages()
        generating = _measured(lambda: sum(1 for _ in records(number)))
        with peak(with_own=True, every=SELDOM) as memory:
            rebuilt = _measured(lambda: store.rebuild(records(number), stages))
        _tell({"records": number, "stages": {name: round(taken.cpu, 1) for name, taken in stages.taken.items()}})
        changes = [(record.id, record) for record in records(CHANGED, salt="bis")]
        changed = _measured(lambda: store.apply(changes))
        return {
            "records": number,
            "clusters": store.count(),
            "seconds": round(rebuilt[0] - generating[0], 1),
            "cpu_seconds": round(rebuilt[1] - generating[1], 1),
            "seconds_for_1000_changed": round(changed[0], 2),
            "cpu_seconds_for_1000_changed": round(changed[1], 2),
            "peak_mib": round(memory.pss / 2**20),
        }


def _tell(figures: dict[str, Any]) -> None:
    print(json.dumps(figures), file=sys.stderr, flush=True)


def _measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of all processes."""
    clock, used = time.perf_counter(), all_seconds()
    work()
    return time.perf_counter() - clock, all_seconds() - used
