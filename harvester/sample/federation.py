"""Starting and stopping the sample federation, in a process of its own."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

STOPPED_WITHIN = 5.0
"""Seconds that the server has to end by itself."""


class SampleFederationError(Exception):
    """The server did not start; the text says why, as its process did."""


class SampleFederation:
    """A running sample federation: a context manager, or ``start`` and ``stop``.

    The folder gets ``portals/*.yml`` and ``truth.csv``; without one, a temporary folder that goes with the server. The
    server runs in a child process, so that it does not share an interpreter with what harvests it, and ends with its
    parent. ``faults`` is a plan of faults (``harvester.sample.faults``), ``page_size`` the most that a portal gives a
    page.
    """

    def __init__(
        self,
        datasets: int = 2_000,
        seed: int = 1,
        *,
        hard: bool = False,
        records: Path | None = None,
        folder: Path | None = None,
        port: int = 0,
        poison: float | None = None,
        faults: Path | None = None,
        page_size: int | None = None,
    ) -> None:
        self._temporary = TemporaryDirectory(prefix="aiguillage-sample-") if folder is None else None
        self.folder = Path(self._temporary.name) if self._temporary else Path(folder or ".")
        given = {
            "--datasets": datasets,
            "--seed": seed,
            "--port": port,
            "--folder": self.folder,
            "--records": records,
            "--poison": poison,
            "--faults": faults,
            "--page-size": page_size,
        }
        self._arguments = [word for name, value in given.items() if value is not None for word in (name, str(value))]
        self._arguments += ["--hard"] if hard else []
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    @property
    def host_port(self) -> tuple[str, int]:
        """The one loopback address that a harvest of the sample has to be allowed."""
        parts = urlsplit(self.url)
        return parts.hostname or "", parts.port or 0

    @property
    def portals_dir(self) -> Path:
        """The folder of the portal files."""
        return self.folder / "portals"

    @property
    def truth_path(self) -> Path:
        """The truth file."""
        return self.folder / "truth.csv"

    def start(self) -> None:
        """Returns once the server answers. Raises ``SampleFederationError``."""
        command = [sys.executable, "-m", "harvester.sample", *self._arguments, "--with-parent"]
        self.folder.mkdir(parents=True, exist_ok=True)
        log = self.folder / "server.log"
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, arguments of ours
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8"
            )
        self.url = self._process.stdout.readline().strip() if self._process.stdout else ""
        if not self.url:
            complaint = log.read_text(encoding="utf-8").strip()
            self.stop()
            raise SampleFederationError(complaint or "the sample server ended without a word")

    def stop(self) -> None:
        """Ends the server; does nothing where none runs."""
        process, self._process = self._process, None
        if process is not None:
            try:
                process.communicate(timeout=STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        if self._temporary:
            self._temporary.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
