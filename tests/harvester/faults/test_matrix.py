"""Every fault × every protocol: each has the outcome that the table states, and costs nothing that was known."""

from pathlib import Path

import pytest

from harvester.sample.bends import BENDS
from harvester.sample.wire import WIRE

from .conftest import SIZE, Matrix
from .table import ONCE, PAGE_FAULTS, PROTOCOLS, TONGUES, came, markdown, outcomes

PAIRS = [  # all that is asked of a fault in one worker, which harvests under it once
    pytest.param(fault, name, id=f"{fault}-{name}", marks=pytest.mark.xdist_group(f"fault {fault}"))
    for fault, name in outcomes()
]
REPAIRED = ("latin-1-as-utf-8", "utf-8-as-latin-1")


def test_the_table_states_an_outcome_for_every_fault_on_every_protocol() -> None:
    stated = set(outcomes())
    paged = {name for name in PROTOCOLS if TONGUES[name].paged}
    assert set(PAGE_FAULTS) == set(BENDS)
    untold = {pair for pair, outcome in outcomes(told=False).items() if outcome.status == "-"}
    assert stated | untold >= {(fault, name) for fault in WIRE for name in PROTOCOLS}
    assert stated | untold >= {(fault, name) for fault in BENDS for name in paged}
    assert {name for _, name in untold} <= {"schema-org", "schema-org-page"}
    assert {fault.removesuffix(ONCE) for fault, _ in stated} == {*WIRE, *BENDS}


@pytest.mark.parametrize(("fault", "name"), PAIRS)
def test_the_outcome_is_the_one_that_the_table_states(matrix: Matrix, fault: str, name: str) -> None:
    wanted = outcomes()[fault, name]
    cell = matrix.cell(fault, name)
    assert (cell.under.report.status.value, cell.under.report.complete) == (wanted.status, wanted.complete)
    assert not wanted.rule or wanted.rule in cell.under.rules
    assert cell.under.came in came(wanted.came, len(cell.before.records), SIZE)


@pytest.mark.parametrize(("fault", "name"), PAIRS)
def test_nothing_that_was_known_is_lost(matrix: Matrix, fault: str, name: str) -> None:
    cell = matrix.cell(fault, name)
    assert len(cell.before.records) > 3 * SIZE
    assert cell.under.records == cell.before.records
    counts = cell.under.report.counts
    assert (counts.deleted, counts.held, counts.added, counts.updated) == (0, 0, 0, 0)
    assert counts.received == counts.accepted + counts.rejected + counts.merged
    assert counts.accepted == counts.added + counts.updated + counts.unchanged
    if fault in REPAIRED:
        assert counts.unchanged == len(cell.before.records)


@pytest.mark.parametrize(("fault", "name"), PAIRS)
def test_a_sound_harvest_afterwards_repairs_everything(matrix: Matrix, fault: str, name: str) -> None:
    cell = matrix.cell(fault, name)
    report = cell.after.report
    assert (report.status.value, report.complete) == ("ok", True)
    assert cell.after.records == cell.before.records
    assert report.counts.unchanged == report.counts.received == len(cell.before.records)


def test_the_documentation_shows_the_table() -> None:
    assert Path("docs/fault-matrix.md").read_text(encoding="utf-8") == markdown()
