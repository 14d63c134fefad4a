"""A rebuild on several processors: the same clusters as on one, whatever becomes of the processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import psutil
import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine

from benchmarks.generated import portals, records
from dcat.model import Record
from search.dedupe import judging, total
from search.dedupe.judging import Judge
from search.dedupe.processes import workers
from search.dedupe.processes.task import Describe, Task, Work
from search.dedupe.processes.workers import Workers, processors
from search.dedupe.senses import Senses
from search.dedupe.stages import Stages
from search.dedupe.store import ClusterStore
from search.dedupe.tables import metadata

NUMBER = 90
BOUND = 60.0
NOTHING = Senses(frozenset(), frozenset(), frozenset(), frozenset())


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few records are many tasks."""
    monkeypatch.setattr(total, "RECORDS", 10)
    monkeypatch.setattr(judging.tasks, "__defaults__", (5,))


def opened(path: Path, processes: int) -> ClusterStore:
    known = MappingProxyType(dict(portals()))  # as the registry gives them
    store = ClusterStore(create_engine(f"sqlite:///{path}"), known, processes)
    store.create()
    return store


def kept(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in order."""
    with create_engine(f"sqlite:///{path}").connect() as connection:
        rows = {table.name: connection.execute(sa.select(table)).all() for table in metadata.sorted_tables}
    return {name: sorted(map(tuple, found), key=repr) for name, found in rows.items()}


def rebuilt(path: Path, processes: int) -> dict[str, list[tuple[object, ...]]]:
    opened(path, processes).rebuild(records(NUMBER))
    return kept(path)


def living() -> list[psutil.Process]:
    """Our processes of rebuilds."""
    return [
        child for child in psutil.Process().children(recursive=True) if "search.dedupe" in " ".join(_command(child))
    ]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_two_processes_keep_what_one_keeps(tmp_path: Path) -> None:
    stages = Stages()
    opened(tmp_path / "two.db", 2).rebuild(records(NUMBER), stages)
    assert kept(tmp_path / "two.db") == rebuilt(tmp_path / "one.db", 1)
    assert stages.taken["decode"].cpu > 0, "it was done elsewhere"
    assert living() == []


def test_a_process_that_dies_costs_nothing(tmp_path: Path) -> None:
    def deadly() -> Iterator[Record]:
        yield from records(NUMBER - 20)
        _, second = sorted(living(), key=lambda process: process.pid)
        second.kill()
        yield from records(20, first=NUMBER - 20)

    opened(tmp_path / "two.db", 2).rebuild(deadly())
    assert kept(tmp_path / "two.db") == rebuilt(tmp_path / "one.db", 1)
    assert living() == []


def test_where_no_process_starts_all_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    assert rebuilt(tmp_path / "two.db", 2) == rebuilt(tmp_path / "one.db", 1)


def test_a_rebuild_that_is_interrupted_leaves_the_old_clusters_and_no_process(tmp_path: Path) -> None:
    store = opened(tmp_path / "clusters.db", 2)
    store.rebuild(records(20))
    before = kept(tmp_path / "clusters.db")

    def interrupted() -> Iterator[Record]:
        yield from records(70, first=20)
        assert living()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.rebuild(interrupted())
    assert kept(tmp_path / "clusters.db") == before
    assert living() == []


def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    path = tmp_path / "clusters.db"
    opened(path, 1).rebuild(records(20))
    before = kept(path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, __file__, path], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        orphans = [psutil.Process(int(number)) for number in parent.stdout.readline().split()]
        parent.kill()
    assert parent.returncode == -signal.SIGKILL
    assert len(orphans) == 2
    assert psutil.wait_procs(orphans, BOUND)[1] == []
    assert kept(path) == before


def test_few_tasks_start_nothing() -> None:
    with Workers(2, {}) as made:
        assert len(list(made.answers([Describe(())] * (workers.WORTH - 1), Stages()))) == workers.WORTH - 1
        assert living() == []


@pytest.mark.parametrize("task", [Describe(()), Judge((), (), NOTHING)])
def test_tasks_of_nothing(task: Task) -> None:
    answer = Work({}).done(task, Stages())
    assert (answer.described, answer.judged.kept if answer.judged else []) == ([], [])


def test_as_many_as_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 3, 5}, raising=False)
    assert processors() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert processors() == 1


def _wait_to_be_killed(path: str) -> None:
    """Rebuild until processes are there, tell their numbers, and wait."""

    def endless() -> Iterator[Record]:
        yield from records(70)
        sys.stdout.write(f"{' '.join(str(process.pid) for process in living())}\n")
        sys.stdout.flush()
        time.sleep(BOUND)

    total.RECORDS = 10
    opened(Path(path), 2).rebuild(endless())


if __name__ == "__main__":
    _wait_to_be_killed(sys.argv[1])
