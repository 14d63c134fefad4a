"""The keeper outlives a store that is away."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.errors import Unavailable
from api.keeper import keeper as keepers
from api.keeper.indexing import Followed
from api.keeper.keeper import Keeper
from api.services import Services
from api.settings import read_settings
from harvester.errors import ArchiveUnavailable
from search.engines.backend import IndexUnavailable

AWAY = [
    IndexUnavailable("Elasticsearch ne répond pas", "Elasticsearch does not answer"),
    Unavailable("indisponible", "away"),
    ArchiveUnavailable("archive-locked", where="archive.sqlite", detail="database is locked"),
]


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    made = Services(read_settings(data_dir=tmp_path, contact_email="opendata@example.org"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepers, "TAKEOVER_SECONDS", 0.0)
    monkeypatch.setattr(keepers, "FOLLOW_SECONDS", 0.0)


def failing_first(error: Exception, then: Callable[[], None], calls: list[str]) -> Callable[..., Followed]:
    def step(*_: object) -> Followed:
        calls.append("asked")
        if len(calls) == 1:
            raise error
        then()
        return Followed(0, 0)

    return step


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_what_could_not_be_followed_is_followed_at_the_next_turn(
    services: Services, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    calls: list[str] = []
    keeper = Keeper(services)
    monkeypatch.setattr(keepers, "follow", failing_first(error, keeper.stop, calls))
    keeper.run()
    assert calls == ["asked", "asked"]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_schedule_that_cannot_look_looks_again(services: Services, error: Exception) -> None:
    calls: list[str] = []

    def look() -> None:
        calls.append("asked")
        if len(calls) == 1:
            raise error
        keeper.stop()

    keeper = Keeper(services, on_turn=look)
    keeper.run()
    assert calls == ["asked", "asked"]


def test_a_mistake_of_ours_is_not_hidden(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keepers, "follow", failing_first(ZeroDivisionError(), lambda: None, []))
    with pytest.raises(ZeroDivisionError):
        Keeper(services).run()
