"""What the index knows decides between portals that are competent, and never hides the body that was named."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from api.answers.routing import HarvestedCoverage, _places
from api.services import Services
from dcat.competence import competences
from harvester.archive import LastRuns, Run
from harvester.archive.portals_read import PortalsRead
from harvester.registry import Registry
from harvester.runs.outcome import Mode, Status
from harvester.runs.report import Counts

CHAIN = ("commune:35238", "epci:243500139", "departement:35", "region:53", "national")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("territory", "competence", "inside", "places"),
    [
        ("commune:35238", "transports-urbains", False, CHAIN),
        ("commune:35238", "budgets", False, ("commune:35238",)),
        ("epci:243500139", "transports-urbains", True, ("epci:243500139",)),
        ("national", "transports-urbains", False, ()),
    ],
)  # fmt: skip
def test_where_evidence_is_looked_for(territory: str, competence: str, inside: bool, places: Sequence[str]) -> None:
    assert _places(territory, competences()[competence], inside) == tuple(places)


class Archive:
    """An archive in which two portals were harvested."""

    def last_runs(self) -> dict[str, LastRuns]:
        run = Run(1, "", Mode.FULL, Status.OK, True, NOON, NOON, NOON, NOON, Counts())
        return {"grandlyon": LastRuns(run, run), "data-gouv-fr": LastRuns(run, run)}


class Catalogue:
    """An index that holds one dataset of Grand Lyon, on one of its communes."""

    def pertinent(self, _words: object, _themes: object, _places: object, *, inside: bool) -> Mapping[str, int]:
        return {"grandlyon": 1, "data-gouv-fr": 5} if inside else {"data-gouv-fr": 2}


def test_what_lies_inside_counts_for_the_portal_of_the_place_alone() -> None:
    services = SimpleNamespace(archive=Archive(), catalogue=Catalogue(), portals=Registry.load().portals)
    coverage = HarvestedCoverage(cast("Services", services), PortalsRead(Archive().last_runs))
    asked = ("velo-amenagements", "epci:200046977")
    assert coverage.datasets("grandlyon", *asked) == 1
    assert coverage.datasets("data-gouv-fr", *asked) == 2
    assert coverage.datasets("paris", *asked) is None


def test_a_portal_once_read_is_not_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """And one that is missing again, but not for each question."""
    looks: list[float] = []
    now = [100.0]
    monkeypatch.setattr("harvester.archive.portals_read.time.monotonic", lambda: now[0])

    def last_runs() -> dict[str, LastRuns]:
        looks.append(now[0])
        return Archive().last_runs()

    read = PortalsRead(last_runs)
    assert "grandlyon" in read
    assert "paris" not in read
    assert len(looks) == 1
    now[0] += 6
    assert "grandlyon" in read
    assert "paris" not in read
    assert looks == [100.0, 106.0]
