"""What the stages of a long work took, by the processor and by the clock."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Seconds(NamedTuple):
    cpu: float
    clock: float


class Stages:
    """A stage that is entered within another stops the other's watch meanwhile: every second counts once."""

    def __init__(self) -> None:
        self.taken: dict[str, Seconds] = {}
        self._stack: list[str] = []
        self._since = _now()

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        self._turn()
        self._stack.append(name)
        try:
            yield
        finally:
            self._turn()
            self._stack.pop()

    def each(self, name: str, items: Iterable[T]) -> Iterator[T]:
        """What making the items takes, one by one; asking the time takes time, so let them be many together."""
        iterator = iter(items)
        while True:
            with self.of(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def add(self, elsewhere: Mapping[str, Seconds]) -> None:
        """What other processes took meanwhile, of the processor: the clock is this one's alone."""
        for name, seconds in elsewhere.items():
            before = self.taken.get(name, Seconds(0.0, 0.0))
            self.taken[name] = Seconds(before.cpu + seconds.cpu, before.clock)

    def _turn(self) -> None:
        now, before = _now(), self._since
        self._since = now
        if self._stack:
            cpu, clock = self.taken.get(self._stack[-1], Seconds(0.0, 0.0))
            self.taken[self._stack[-1]] = Seconds(cpu + now.cpu - before.cpu, clock + now.clock - before.clock)


def _now() -> Seconds:
    return Seconds(time.process_time(), time.perf_counter())
