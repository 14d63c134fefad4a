"""Progress bars of a harvest: one line a portal under way, and the whole."""

import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from api.cli.console import err
from dcat.portal import Portal
from harvester.job import Event


class HarvestProgress:
    """Listens to events from several threads; draws where a terminal shows it. Counts what came either way."""

    def __init__(self, portals: Sequence[Portal], *, shown: bool) -> None:
        self._titles = {portal.id: portal.title for portal in portals}
        self._bars: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._received: dict[str, int] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            console=err,
            disable=not shown,
            transient=True,
        )
        self._all = self._progress.add_task("Total", total=len(portals), rate="")

    @property
    def received(self) -> int:
        """Records received of all portals so far."""
        return sum(self._received.values())

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        with self._lock:
            if event.kind == "begun":
                self._bars[event.portal] = self._progress.add_task(self._titles[event.portal], total=None, rate="")
            elif event.kind == "progress":
                self._advance(event)
            elif event.last:
                self._end(event)

    def _advance(self, event: Event) -> None:
        self._received[event.portal] = event.received
        bar = self._bars[event.portal]
        self._progress.update(bar, completed=event.received, total=event.declared)
        speed = self._progress.tasks[self._progress.task_ids.index(bar)].speed
        self._progress.update(bar, rate=f"{speed:.0f}/s" if speed else "")

    def _end(self, event: Event) -> None:
        bar = self._bars.pop(event.portal, None)
        if bar is not None:
            self._progress.remove_task(bar)
        self._progress.advance(self._all)
