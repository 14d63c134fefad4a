"""Files that a run needs for a while, each in a folder of its own. Its name says whose it is, so that whoever starts
next removes what a process left that was killed."""

import os
import re
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from types import TracebackType
from typing import Self

from msgspec import Struct

from harvester.runs.owner import Owner, this_process

FOREIGN_KEPT = 12 * 3600.0
"""Seconds for which the folder of another machine's process stays untouched before it counts as left: a run is not gone
on with any longer either."""

_NAME = re.compile(r"aiguillage@(?P<run>[\w-]+)@(?P<pid>\d+)@(?P<started>\d+\.\d+)@(?P<host>[^@/]*)@[^@/]*")


class Scratch(Struct, frozen=True):
    """Where folders are made: in ``folder`` (``""``: the system's own), for a run."""

    folder: str = ""
    run: str = "none"

    def made(self) -> "TemporaryDirectory[str]":
        """A folder, which goes with the object that is given back."""
        mine = this_process()
        self._parent.mkdir(parents=True, exist_ok=True)
        name = f"aiguillage@{self.run}@{mine.pid}@{mine.started:.2f}@{mine.host.replace('@', '')}@"
        return TemporaryDirectory(prefix=name, dir=self._parent, ignore_cleanup_errors=True)

    def sweep(self) -> None:
        """Remove the folders whose process is no more."""
        with suppress(OSError):  # it is not there yet, or is not ours: nothing of it was left by us
            for entry in list(os.scandir(self._parent)):
                if (named := _NAME.fullmatch(entry.name)) and _is_left(entry, named):
                    shutil.rmtree(entry.path, ignore_errors=True)

    @property
    def _parent(self) -> Path:
        return Path(self.folder or gettempdir())


ANYWHERE = Scratch()


def _is_left(entry: "os.DirEntry[str]", named: "re.Match[str]") -> bool:
    mine = this_process()
    if named["host"] != mine.host.replace("@", ""):
        return time.time() - entry.stat(follow_symlinks=False).st_mtime > FOREIGN_KEPT
    return Owner(mine.host, int(named["pid"]), float(named["started"])).gone


class Spooled:
    """A body in a file of its own folder, which goes with it; whoever reads it may put repaired copies beside it."""

    def __init__(self, scratch: Scratch = ANYWHERE) -> None:
        self._folder = scratch.made()
        self.path = Path(self._folder.name, "body")

    @classmethod
    def of(cls, pieces: Iterable[bytes], scratch: Scratch) -> Self:
        """A body that comes in pieces."""
        spooled = cls(scratch)
        with spooled.path.open("wb") as file:
            file.writelines(pieces)
        return spooled

    def close(self) -> None:
        """Removes it."""
        self._folder.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
