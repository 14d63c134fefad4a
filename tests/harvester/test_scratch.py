"""What runs need for a while is gone afterwards, also where their process was killed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from harvester.runs.owner import this_process
from harvester.runs.scratch import FOREIGN_KEPT, Scratch, Spooled

MAKES_ONE = """
import sys
from harvester.runs.scratch import Scratch, Spooled
spooled = Spooled.of([b"body"], Scratch(sys.argv[1], "run-7"))
print(spooled.path, flush=True)
sys.stdin.read()
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_a_killed_process_left_is_removed_by_whoever_starts_next(tmp_path: Path) -> None:
    scratch = Scratch(str(tmp_path), "run-8")
    (tmp_path / "notes.txt").write_text("of somebody else")
    command = [sys.executable, "-c", MAKES_ONE, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        made = Path(process.stdout.readline().strip())
        assert "run-7" in made.parent.name
        scratch.sweep()
        assert made.read_bytes() == b"body"  # its process lives
        os.kill(process.pid, signal.SIGKILL)
    assert made.exists()
    scratch.sweep()
    assert names(tmp_path) == ["notes.txt"]


def test_what_is_done_with_is_removed_at_once(tmp_path: Path) -> None:
    with Spooled.of([b"a", b"b"], Scratch(str(tmp_path / "tmp"), "run-1")) as spooled:
        assert spooled.path.read_bytes() == b"ab"
    assert names(tmp_path / "tmp") == []


def test_what_another_machine_made_is_left_for_half_a_day(tmp_path: Path) -> None:
    mine = this_process()
    fresh, old = (tmp_path / f"aiguillage@run-1@1@{mine.started:.2f}@elsewhere@{name}" for name in ("fresh", "old"))
    for folder in (fresh, old):
        folder.mkdir()
    long_ago = time.time() - FOREIGN_KEPT - 60
    os.utime(old, (long_ago, long_ago))
    Scratch(str(tmp_path)).sweep()
    assert names(tmp_path) == [fresh.name]


def test_a_folder_that_is_not_there_needs_no_sweeping(tmp_path: Path) -> None:
    Scratch(str(tmp_path / "none")).sweep()
    assert names(tmp_path) == []
