"""Progress bars of a harvest: one line a portal under way, and the whole."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, Task, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column
from rich.text import Text

from api.cli.console import err, language, out
from api.messages import say
from dcat.portal import Portal
from harvester.runs.job import Event

REFRESHED_A_SECOND = 4
NARROW, USUAL, WIDE = 60, 80, 100
"""Columns of a terminal below which the bar is left out, and from which the rate, then the time gone by are shown."""


class Rate(TextColumn):
    """Records a second over the last half minute; nothing for the whole, which counts portals."""

    def __init__(self) -> None:
        super().__init__("", justify="right", table_column=Column(no_wrap=True, min_width=7))

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed and task.fields["records"] else "")


class HarvestProgress:
    """Listens to events from several threads; draws where a terminal shows it, and tells ``ended`` of each portal that
    has ended, one at a time, with the console on which it can be said. Counts what came either way.

    The bars are redrawn under the lock under which lines are printed above them: Rich's own thread would now and then
    draw between the moment when a line's place is found and the moment when it is written.
    """

    def __init__(
        self,
        portals: Sequence[Portal],
        *,
        shown: bool,
        ended: Callable[[Event, Console], None] = lambda _event, _console: None,
    ) -> None:
        self._titles = {portal.id: portal.title for portal in portals}
        self._bars: dict[str, TaskID] = {}
        self._lock = threading.Lock()
        self._received: dict[str, int] = {}
        self._statuses: Counter[str] = Counter()
        self._ended = ended
        self._console = err if shown else out  # what goes round the bars' own console would stand between them
        self._progress = Progress(
            *_columns(err.width),
            console=err,
            disable=not shown,
            transient=True,
            auto_refresh=False,
            speed_estimate_period=30,
            expand=True,
        )
        total = say(language(), "cli_progress_total")
        self._done = threading.Event()
        self._redrawing = threading.Thread(target=self._redraw, daemon=True)
        self._all = self._progress.add_task(
            total, total=len(portals), records=False, count=f"0/{len(portals)}", state=""
        )

    @property
    def received(self) -> int:
        """Records received of all portals so far."""
        return sum(self._received.values())

    def __enter__(self) -> Self:
        self._progress.start()
        self._redrawing.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._redrawing.join()
        self._progress.stop()

    def _redraw(self) -> None:
        while not self._done.wait(1 / REFRESHED_A_SECOND):
            with self._lock:
                self._progress.refresh()

    def __call__(self, event: Event) -> None:
        with self._lock:
            if event.kind in ("begun", "resumed"):
                self._begin(event)
            elif event.kind == "progress":
                self._advance(event)
            elif event.last:
                self._end(event)

    def _begin(self, event: Event) -> None:
        state = say(language(), f"cli_progress_{event.kind}")
        if event.portal in self._bars:
            self._progress.update(self._bars[event.portal], state=state)
        else:
            title = self._titles[event.portal]
            bar = self._progress.add_task(title, total=None, records=True, count="", state=state)
            self._bars[event.portal] = bar

    def _advance(self, event: Event) -> None:
        self._received[event.portal] = event.received
        bar = self._bars.get(event.portal)
        if bar is None:
            return
        declared = max(event.declared, event.received) if event.declared is not None else None
        count = f"{event.received}/{'?' if event.declared is None else event.declared}"
        state = say(language(), "cli_progress_pages", pages=event.pages)
        self._progress.update(bar, completed=event.received, total=declared, count=count, state=state)

    def _end(self, event: Event) -> None:
        bar = self._bars.pop(event.portal, None)
        if bar is not None:
            self._progress.remove_task(bar)
        self._statuses[event.report["status"] if event.report else "failed"] += 1
        done = sum(self._statuses.values())
        state = ", ".join(f"{say(language(), f'status_{status}')} {count}" for status, count in self._statuses.items())
        self._progress.update(self._all, completed=done, count=f"{done}/{len(self._titles)}", state=state)
        self._ended(event, self._console)


def _columns(width: int) -> list[TextColumn | BarColumn | TimeElapsedColumn | TimeRemainingColumn]:
    """One line each, whatever the width: a line that breaks makes all of them jump."""
    title = TextColumn("{task.description}", markup=False, table_column=Column(ratio=3, no_wrap=True))
    count = TextColumn("{task.fields[count]}", justify="right", table_column=Column(no_wrap=True))
    state = TextColumn("{task.fields[state]}", markup=False, table_column=Column(ratio=2, no_wrap=True))
    if width < NARROW:
        return [title, count]
    remaining = TimeRemainingColumn(compact=True)
    if width < USUAL:
        return [title, BarColumn(bar_width=15), count, remaining]
    if width < WIDE:
        return [title, BarColumn(bar_width=15), count, Rate(), remaining]
    return [title, BarColumn(bar_width=25), count, Rate(), remaining, TimeElapsedColumn(), state]
