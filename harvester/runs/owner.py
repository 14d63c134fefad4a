"""Who holds the lease of a run: a process of some machine, of which this machine can tell whether it lives."""

import os
import socket

import psutil
from msgspec import Struct

# A process number is used again: its beginning tells two apart. The clock that dates it may be set meanwhile.
SAME_BEGINNING = 2.0


class Owner(Struct, frozen=True):
    """``started`` in seconds since 1970."""

    host: str
    pid: int
    started: float

    @property
    def gone(self) -> bool:
        """Whether the process is known to be dead; False for one of another machine, of which nothing is known."""
        if self.host != socket.gethostname():
            return False
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return True
            return abs(process.create_time() - self.started) > SAME_BEGINNING
        except psutil.NoSuchProcess:
            return True
        except psutil.AccessDenied:
            return False


def this_process() -> Owner:
    """The process that asks."""
    return Owner(socket.gethostname(), os.getpid(), psutil.Process().create_time())
