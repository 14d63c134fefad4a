"""The benchmarks as people run them: by their file, from any folder."""

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
RUN_BY_PEOPLE = ("dedupe", "feed", "harvest", "normalise", "routing", "search", "speed")


@pytest.mark.parametrize("name", RUN_BY_PEOPLE)
def test_a_benchmark_runs_by_its_file(name: str, tmp_path: Path) -> None:
    """Python puts the folder of a script first on its path, where ``search.py`` would hide the package ``search``."""
    told = subprocess.run(
        [sys.executable, BENCHMARKS / f"{name}.py", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"usage: {name}.py")
