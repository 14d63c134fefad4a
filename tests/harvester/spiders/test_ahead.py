"""Pages read by other processes while the next ones come: the archive is the same, page by page."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from dcat.portal import Level, Politeness, Portal, Protocol
from harvester.archive import Archive, RecordVersion
from harvester.crawling.fleet import Fleet, readers_of
from harvester.reading.readers import WORTH_STARTING
from harvester.runs.job import Job
from tests.harvester.spiders.catalogues import PREFIXES
from tests.harvester.spiders.source import Answer, Source, serving

PAGES, A_PAGE = 16, 40
PORTAL = Portal("p", "P", Level.EPCI, ("epci:243500139",), "", Protocol.DCAT, politeness=Politeness(delay=0.0))
LONG = "Les arbres de la ville, relevés rue par rue. " * 200


def feed(number: int) -> bytes:
    following = f"; hydra:next <p{number + 1}.ttl> " if number < PAGES else ""
    datasets = "".join(
        f'<https://data.example.fr/{number}/{n}> a dcat:Dataset ; dct:title "Jeu {n}" ; dct:description "{LONG}{n}" .\n'
        for n in range(A_PAGE)
    )
    total = f"<> a hydra:PartialCollectionView {following}; hydra:totalItems {PAGES * A_PAGE} .\n"
    return f"{PREFIXES}{total}{datasets}".encode()


@pytest.fixture
def source() -> Iterator[Source]:
    with serving() as made:
        for number in range(1, PAGES + 1):
            made.serve(f"/p{number}.ttl", feed(number))
        yield made


Left = tuple[list[tuple[int, str, bytes]], dict[str, tuple[RecordVersion, ...]]]


def harvested(source: Source, folder: Path, readers: int, status: str = "ok", timeout: float = 30) -> Left:
    """The pages that a run left, and what it left of each record. ``timeout``: how long it waits for the archive."""
    url = f"sqlite:///{folder / f'{readers}.db'}?timeout={timeout}"
    portal = replace(PORTAL, url=source.url, endpoint=f"{source.url}/p1.ttl")
    with Fleet(1, 1, readers) as fleet:
        (event,) = fleet.harvest([Job(portal, url, "Aiguillage-tests", allowed_hosts=(source.host,), first_wait=0.01)])
    assert event.report is not None, event
    assert event.report["status"] == status
    archive = Archive(url)
    try:
        history = {record.id: archive.history(record.id) for record in archive.records("p")}
        pages = archive.pages(event.report["run"])
        return [(page.number, page.url.rpartition("/")[2], page.body) for page in pages], history
    finally:
        archive.close()


def test_the_archive_is_the_same_with_other_processes_and_without(source: Source, tmp_path: Path) -> None:
    assert sum(len(feed(number)) for number in range(1, PAGES + 1)) > 2 * WORTH_STARTING
    pages, records = harvested(source, tmp_path, readers=2)
    assert pages == [(number, f"p{number}.ttl", feed(number)) for number in range(1, PAGES + 1)]
    assert len(records) == PAGES * A_PAGE
    assert harvested(source, tmp_path, readers=0) == (pages, records)


def test_what_follows_a_page_that_is_lost_meanwhile_comes_after_it(source: Source, tmp_path: Path) -> None:
    source.serve("/p12.ttl", Answer(status=404))
    pages, records = harvested(source, tmp_path, readers=2, status="partial")
    assert len(pages) == 11
    assert len(records) == 11 * A_PAGE


def test_the_next_page_is_on_its_way_while_one_is_written(source: Source, tmp_path: Path) -> None:
    """The archive cannot be written to from the first page's request on, until the second one is asked for."""
    source.keeps_connections = True
    url = f"sqlite:///{tmp_path / '0.db'}"
    Archive(url).create()
    writer = sqlite3.connect(tmp_path / "0.db", isolation_level=None, check_same_thread=False)

    def hold(_: dict[str, str]) -> bytes:
        writer.execute("BEGIN IMMEDIATE")
        return feed(1)

    def let_go(_: dict[str, str]) -> bytes:
        writer.execute("ROLLBACK")
        return feed(PAGES)

    source.serve("/p1.ttl", hold)
    source.serve("/p2.ttl", let_go)
    pages, records = harvested(source, tmp_path, readers=0, status="partial", timeout=5)
    writer.close()
    assert [name for _, name, _ in pages] == ["p1.ttl", "p2.ttl"]
    assert len(records) == 2 * A_PAGE


@pytest.mark.parametrize(
    ("processors", "children", "readers"), [(1, 1, 0), (1, 2, 0), (2, 1, 2), (2, 2, 1), (4, 2, 2), (16, 2, 3)]
)
def test_processes_that_read_share_the_processors(processors: int, children: int, readers: int) -> None:
    assert readers_of(processors, children) == readers
