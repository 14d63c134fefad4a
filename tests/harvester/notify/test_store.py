"""What was last told is remembered, on each database."""

from harvester.archive import Archive
from harvester.notify.standing import Standing, Told
from harvester.notify.store import last_accepted, last_told, remember
from harvester.runs.outcome import Ending
from tests.harvester.sources import ROUBAIX, catalogue, harvest

TEN = [f"jeu-{number}" for number in range(10)]


def test_the_last_word_counts(archive: Archive) -> None:
    harvest(archive, catalogue("a"))
    harvest(archive, catalogue("a"))
    assert last_told(archive, "rennes") is None
    remember(archive, "rennes", Told(Standing.FALL, 1, 100))
    assert last_told(archive, "rennes") == Told(Standing.FALL, 1, 100)
    remember(archive, "rennes", Told(Standing.WELL, 2))
    assert last_told(archive, "rennes") == Told(Standing.WELL, 2)
    assert last_told(archive, "roubaix") is None


def test_numbers_are_measured_by_the_last_successful_run_before(archive: Archive) -> None:
    harvest(archive, catalogue(*TEN))
    harvest(archive, catalogue("autre", portal=ROUBAIX), portal=ROUBAIX)
    harvest(archive, catalogue(*TEN[:3]), ending=Ending.FAILED)
    last = harvest(archive, catalogue(*TEN[:9]))
    assert last.run is not None
    assert last_accepted(archive, "rennes", last.run) == 10
    assert last_accepted(archive, "rennes", last.run + 1) == 9
    assert last_accepted(archive, "rennes", 1) is None
