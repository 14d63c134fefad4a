"""What our processes take: memory of all of them together, processor time."""

import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

# The kernel walks all pages of a process to weigh it: 20 to 30 ms of processor time a look. Five looks a second took a
# tenth of a processor from the harvest that they weighed.
SAMPLING_SECONDS = 1.0
SELDOM = 3.0
"""Where processes are large and live long."""
OURS = ("harvester.crawling.crawl", "harvester.reading.reader", "search.dedupe.processes.worker")


class Peak:
    """The largest sums seen, in bytes: ``pss`` counts memory that processes share once, ``rss`` in each."""

    def __init__(self, with_own: bool = False) -> None:
        """``with_own``: of the process that looks too."""
        self._with_own = with_own
        self.pss = 0
        self.rss = 0

    def look(self) -> None:
        """Compare with what is taken now."""
        pss = rss = 0
        here = psutil.Process()
        for process in (here, *here.children(recursive=True)):
            try:
                if self._with_own if process == here else any(name in process.cmdline() for name in OURS):
                    taken = process.memory_full_info()
                    pss, rss = pss + taken.pss, rss + taken.rss
            except psutil.Error:  # it has ended meanwhile
                continue
        self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)


@contextmanager
def peak(with_own: bool = False, every: float = SAMPLING_SECONDS) -> Iterator[Peak]:
    """Looks again and again, after so many seconds."""
    found, stop = Peak(with_own), threading.Event()

    def sample() -> None:
        while not stop.wait(every):
            found.look()

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def processor_seconds() -> float:
    """Of the processes that this one started and that have ended, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def all_seconds() -> float:
    """Processor time of this process and of those that it started and that have ended."""
    return time.process_time() + processor_seconds()


def seconds_of(process: psutil.Process) -> float:
    """Processor time of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
