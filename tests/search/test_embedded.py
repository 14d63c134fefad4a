"""What only the embedded engine has: files, a lock, readers in other processes."""

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from msgspec.structs import replace

import search.engines.embedded
from search.engines.backend import Boost, IndexUnavailable
from search.engines.embedded import EmbeddedBackend
from search.fields import entry_of
from search.query import SearchRequest, index_query
from tests.search.examples import document

WRITE = """
import sys
from pathlib import Path
from search.engines.embedded import EmbeddedBackend
from search.fields import entry_of
from tests.search.examples import document
backend = EmbeddedBackend(Path(sys.argv[1]))
if sys.argv[2] == "update":
    backend.update([entry_of(document(2))])
else:
    version = backend.create_version()
    backend.write(version, [entry_of(document(3))])
    backend.publish(version)
"""
QUERY = index_query(SearchRequest(q="bus"))


def published(folder: Path) -> EmbeddedBackend:
    backend = EmbeddedBackend(folder)
    version = backend.create_version()
    backend.write(version, [entry_of(document(1))])
    backend.publish(version)
    return backend


def another_process(folder: Path, action: str) -> None:
    root = Path(search.engines.embedded.__file__).parents[2]
    subprocess.run([sys.executable, "-c", WRITE, str(folder), action], check=True, cwd=root)


def found(backend: EmbeddedBackend) -> list[str]:
    return sorted(hit.id.lstrip("0") for hit in backend.search(QUERY).hits)


def test_readers_follow_another_process_at_once(tmp_path: Path) -> None:
    reader = published(tmp_path)
    assert found(reader) == ["1"]
    another_process(tmp_path, "update")
    assert found(reader) == ["1", "2"]
    another_process(tmp_path, "publish")
    assert found(reader) == ["3"]


def test_a_second_writer_waits_then_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = published(tmp_path)
    monkeypatch.setattr(search.engines.embedded, "LOCK_PATIENCE", 0.01)
    with FileLock(tmp_path / "writer.lock"), pytest.raises(IndexUnavailable, match="Another process"):
        backend.update([entry_of(document(2))])
    assert found(backend) == ["1"]


def test_an_index_of_another_schema_asks_to_be_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    backend = published(tmp_path)
    monkeypatch.setattr(search.engines.embedded, "SCHEMA", 999)
    with pytest.raises(IndexUnavailable, match="index --rebuild"):
        backend.search(QUERY)
    health = backend.health()
    assert not health.ok
    assert "autre version du programme" in health.detail_fr


@pytest.mark.parametrize("damage", ["version", "meta"])
def test_a_damaged_index_says_what_to_do(tmp_path: Path, damage: str) -> None:
    backend = published(tmp_path)
    version = tmp_path / backend.live()
    if damage == "version":
        (tmp_path / "live").write_text("1-000099")
    else:
        (version / "meta.json").write_text("{")
    with pytest.raises(IndexUnavailable, match="index --rebuild"):
        EmbeddedBackend(tmp_path).search(QUERY)
    assert not EmbeddedBackend(tmp_path).health().ok


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where a folder should be")
    with pytest.raises(IndexUnavailable, match="permissions"):
        EmbeddedBackend(tmp_path / "index").create_version()


def test_a_failed_batch_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    backend = published(tmp_path)

    def broken() -> object:
        yield entry_of(document(2))
        raise RuntimeError("the source stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        backend.update(broken(), ["0000000000000001"])  # type: ignore[arg-type]
    assert found(backend) == ["1"]
    backend.update([entry_of(document(4))])
    assert found(backend) == ["1", "4"]


@pytest.mark.parametrize("offset", [0, 2, 9])
def test_many_boosts_raise_as_few_that_weigh_the_same(tmp_path: Path, offset: int) -> None:
    backend = published(tmp_path)
    backend.update([entry_of(document(number)) for number in range(2, 7)])
    boost = Boost("title", ("bus",), 4.0)
    few = replace(QUERY, boosts=(boost,), offset=offset, limit=3)
    many = replace(few, boosts=(replace(boost, weight=1.0),) * 4)
    once, often = backend.search(few), backend.search(many)
    assert (once.total, [hit.id for hit in once.hits]) == (often.total, [hit.id for hit in often.hits])
    assert [hit.score for hit in often.hits] == pytest.approx([hit.score for hit in once.hits], rel=1e-5)
    assert often.total == 6


@pytest.mark.parametrize("last", [1, 3, 40])
def test_what_is_raised_from_far_behind_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: int) -> None:
    backend = published(tmp_path)
    titles = ["Bus", "Bus de nuit", "Bus de nuit et de jour, toutes les lignes", "Horaires des bus et des cars de nuit"]
    backend.update([entry_of(document(number, titles[number % 4], views=number)) for number in range(2, 40)])
    boosts = tuple(Boost("title", (word,), weight) for word, weight in (("nuit", 3.0), ("lign", 5.0), ("car", 0.5)))
    query = replace(QUERY, boosts=boosts, limit=last)
    every = backend.search(replace(query, limit=100)).hits
    monkeypatch.setattr(search.engines.embedded, "CANDIDATES", 0)
    assert backend.search(query).hits == every[:last]


def test_counts_need_no_hit(tmp_path: Path) -> None:
    backend = published(tmp_path)
    backend.update([entry_of(document(2)), entry_of(document(3, "Arrêts de bus", portal="bretagne"))])
    query = replace(QUERY, facets=("portal", "level"), filters={"portal": ("bretagne",)})
    shown, counted = backend.search(query), backend.search(replace(query, limit=0))
    assert (counted.total, counted.hits, counted.facets) == (1, (), shown.facets)
    assert counted.facets == {"portal": (("rennes-metropole", 2), ("bretagne", 1)), "level": (("commune", 1),)}
