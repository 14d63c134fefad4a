"""What our harvesting processes take: memory of all of them together, processor time."""

import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

# The kernel walks all pages of a process to weigh it: 20 to 30 ms of processor time a look. Five looks a second took a
# tenth of a processor from the harvest that they weighed.
SAMPLING_SECONDS = 1.0
OURS = ("harvester.crawling.crawl", "harvester.reading.reader")


class Peak:
    """The largest sums seen, in bytes: ``pss`` counts memory that processes share once, ``rss`` in each."""

    def __init__(self) -> None:
        self.pss = 0
        self.rss = 0

    def look(self) -> None:
        """Compare with what is taken now."""
        pss = rss = 0
        for process in psutil.Process().children(recursive=True):
            try:
                if any(name in process.cmdline() for name in OURS):
                    taken = process.memory_full_info()
                    pss, rss = pss + taken.pss, rss + taken.rss
            except psutil.Error:  # it has ended meanwhile
                continue
        self.pss, self.rss = max(self.pss, pss), max(self.rss, rss)


@contextmanager
def peak() -> Iterator[Peak]:
    """Looks once a second."""
    found, stop = Peak(), threading.Event()

    def sample() -> None:
        while not stop.wait(SAMPLING_SECONDS):
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


def seconds_of(process: psutil.Process) -> float:
    """Processor time of a process so far."""
    times = process.cpu_times()
    return float(times.user + times.system)
