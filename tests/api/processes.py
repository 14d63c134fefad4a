"""The program as other processes see it: started, asked over HTTP, told to end."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import psutil

T = TypeVar("T")

PATIENCE = 60.0


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """What a command sees: nothing of ours but these settings (without their ``AIGUILLAGE_``), and French."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AIGUILLAGE_")}
    named = {f"AIGUILLAGE_{name}": value for name, value in settings.items()}
    return {**clean, "LANG": "fr_FR.UTF-8", "LC_ALL": "", "AIGUILLAGE_DATA_DIR": str(folder), **named}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command, to its end."""
    command = [sys.executable, "-m", "api.cli", *arguments]
    return subprocess.run(
        command, env=environment(folder, **settings), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


class Running:
    """A command under way. What it writes is read all the time, so that it never waits for us."""

    def __init__(self, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", *arguments],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def url(self) -> str:
        """Where it serves, once it has said so."""
        found = until(lambda: re.search(r"http://127\.0\.0\.1:\d+(?=/ \()", self.text), self)
        return found.group()

    def family(self) -> list[psutil.Process]:
        """The process and all that it started."""
        own = psutil.Process(self.process.pid)
        return [own, *own.children(recursive=True)]

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(lines)


@contextmanager
def running(folder: Path, *arguments: str, **settings: str) -> Iterator[Running]:
    """A command for the time of the block; nothing of it is left afterwards."""
    started = Running(arguments, environment(folder, **settings))
    try:
        yield started
    finally:
        for process in started.family() if started.process.poll() is None else []:
            process.kill()
        started.process.wait(PATIENCE)


def until(asked: Callable[[], T | None], of: Running | None = None) -> T:
    """The answer, once there is one; fails with what the process said where it ends or time runs out."""
    deadline = time.monotonic() + PATIENCE
    while True:
        answer = asked()
        if answer:
            return answer
        assert of is None or of.process.poll() is None, of.text
        assert time.monotonic() < deadline, of.text if of else "nothing within a minute"
        threading.Event().wait(0.05)


def answers(url: str) -> httpx.Response | None:
    """None while nobody answers."""
    try:
        return httpx.get(url, headers={"Accept": "text/html"}, timeout=10)
    except httpx.TransportError:
        return None


def gone(processes: list[psutil.Process]) -> bool:
    """Whether none of them runs; what only waits for its parent to look is gone."""
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)
