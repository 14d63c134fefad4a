"""The start of a child process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

BROKEN_OFF = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n"


def test_ctrl_c_while_a_process_starts_shows_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "broken_off.py").write_text(BROKEN_OFF, encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), *sys.path))
    command = [sys.executable, "-m", "harvester.crawling.process", "broken_off"]
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, b"", b"")
