"""What is read back: pages, findings, changes, streams."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from dcat.findings import finding
from dcat.portal import Portal
from harvester.archive import Archive, Checkpoint, Page, ledger, reading
from harvester.parsers.page import ParsedPage, ParsedRecord
from harvester.runs.outcome import Ending
from tests.harvester.sources import (
    RENNES,
    ROUBAIX,
    catalogue,
    harvest,
    make_record,
    page,
    parsed,
    read,
    recorder,
    rejected,
    rows,
    titles,
)


def test_pages_come_back_byte_for_byte(archive: Archive) -> None:
    run = recorder(archive)
    body = "Déchèteries".encode("latin-1") + b"\x00\xff"
    came = Page(0, "https://data.example.fr/", 206, {"etag": '"é"'}, body, "https://data.example.fr#1", cut=True)
    run.record_page(came, read(ParsedPage(catalogue("a"))))
    report = run.finish(Ending.EXHAUSTED)

    assert report.run is not None
    assert list(archive.pages(report.run)) == [replace(came, body_run=report.run)]


def test_an_equal_body_is_stored_once_and_old_pages_go(archive: Archive) -> None:
    for _ in range(5):
        harvest(archive, catalogue("a", "b", "c", "d"))
    assert rows(archive, ["bodies", "pages"]) == {"bodies": 2, "pages": 6}
    assert [len(list(archive.pages(run))) for run in (1, 2, 3, 4, 5)] == [0, 0, 2, 2, 2]


def test_a_body_that_no_run_kept_refers_to_any_more_goes(archive: Archive) -> None:
    for number in range(4):
        run = recorder(archive)
        run.record_page(page(0, body=b"version %d" % number), read(ParsedPage(catalogue("a"))))
        run.finish(Ending.EXHAUSTED)
    assert rows(archive, ["bodies"]) == {"bodies": 3}


def test_findings_are_counted_whole_and_kept_up_to_a_limit(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "KEPT_PER_RULE", 4)
    unknown = finding("licence-unknown", "a", "dct:license", "Licence maison")
    many = [parsed(f"jeu-{number}", "Arbres", unknown) for number in range(9)]
    report = harvest(archive, [*many, parsed("x", "Arbres", finding("title-missing", "x"))])

    assert report.run is not None
    assert [(one.rule, one.severity, one.count) for one in report.findings] == [
        ("licence-unknown", "warning", 9),
        ("title-missing", "warning", 1),
    ]
    assert archive.findings(report.run, "licence-unknown", limit=2).total == 4
    assert archive.findings(report.run, "licence-unknown", limit=2, offset=3).results == (unknown,)
    assert archive.findings(report.run).total == 5


def test_the_same_findings_are_not_stored_again(archive: Archive) -> None:
    source = [parsed("a", "Arbres", finding("title-missing", "a")), *catalogue("b", "c", "d")]
    first, second = harvest(archive, source), harvest(archive, source)
    assert rows(archive, ["findings", "finding_totals"]) == {"findings": 1, "finding_totals": 1}
    assert second.findings == first.findings
    assert second.run is not None
    assert archive.findings(second.run).total == 1

    third = harvest(archive, catalogue("a", "b", "c", "d"))
    assert third.findings == ()
    assert harvest(archive, source).findings == first.findings


def test_strangers_texts_of_every_kind_are_kept(archive: Archive) -> None:
    key = "clé\0 \N{PILE OF POO} '; DROP TABLE runs; --"
    met = finding("date-invalid", key, "dct:modified", "\0\udfff")
    source = [parsed(key, "Arbres\0", met), parsed("half \ud83d", "Arbres \ud83d"), *catalogue("b")]
    report = harvest(archive, source)

    assert (report.counts.accepted, report.counts.rejected) == (2, 1)
    assert archive.record(make_record(key).id) == make_record(key, "Arbres\0")
    assert {found.rule: found.count for found in report.findings} == {"date-invalid": 1, "record-not-parseable": 1}


def test_records_stream_in_batches(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 3)
    keys = [f"jeu-{number}" for number in range(9)]
    harvest(archive, catalogue(*keys))
    harvest(archive, catalogue("a", portal=ROUBAIX), portal=ROUBAIX)
    assert sorted(record.source_key for record in archive.records("rennes")) == keys
    assert len([record.id for record in archive.records()]) == len({record.id for record in archive.records()}) == 10


def test_changes_can_be_followed_in_steps(archive: Archive) -> None:
    harvest(archive, catalogue(*(f"jeu-{number}" for number in range(7))))
    followed, number = [], 0
    while batch := list(archive.changes(number, limit=3)):
        followed += [change.record_id for change in batch]
        number = batch[-1].number
    assert sorted(followed) == [record.id for record in archive.records()]
    assert number == archive.last_change()


def test_whoever_follows_changes_misses_none_while_portals_run_together(archive: Archive) -> None:
    portals = [Portal(f"p{number}", "P", RENNES.level, (), f"https://p{number}.example.fr") for number in range(4)]

    def runs(portal: Portal) -> None:
        for title in ("Arbres", "Bancs", "Ponts"):
            harvest(archive, catalogue(*"abcdefgh", title=title, portal=portal), portal=portal, page_size=4)

    followed: dict[str, str] = {}
    number = 0

    def follow() -> None:
        nonlocal number
        for change in archive.changes(number):
            assert change.number > number
            number = change.number
            if change.record is not None:
                followed[change.record_id] = change.record.dataset.title[0].value

    with ThreadPoolExecutor(len(portals)) as pool:
        working = [pool.submit(runs, portal) for portal in portals]
        while not all(work.done() for work in working):
            follow()
    for work in working:
        work.result()
    follow()
    assert followed == {record.id: "Ponts" for record in archive.records()}
    assert len(followed) == 32


def test_a_page_costs_the_same_few_queries_however_many_records_it_has(archive: Archive) -> None:
    queries: list[str] = []
    event.listen(archive.engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    costs = []
    harvest(archive, [])  # the first run marks the archive as real or sample
    for size in (2, 200):
        run = recorder(archive)
        queries.clear()
        source = catalogue(*(f"jeu-{number}" for number in range(size)))
        run.record_page(page(0, body=b"%d" % size), read(ParsedPage([*source, source[0], rejected("x")])))
        run.commit(Checkpoint())
        costs.append(len(queries))
        run.finish(Ending.EXHAUSTED)
    queries.clear()
    archive.last_runs()
    archive.counts_by_portal()
    assert costs[0] == costs[1] <= 20
    assert len([query for query in queries if query.lstrip().startswith(("SELECT", "WITH"))]) == 2


def test_a_parser_that_breaks_in_the_middle_keeps_what_came_before(archive: Archive) -> None:
    def broken() -> list[ParsedRecord]:
        raise KeyError("title")

    def lazily() -> Iterator[ParsedRecord]:
        yield from catalogue("a", "b")
        yield from broken()

    run = recorder(archive)
    counts = run.record_page(page(0), read(ParsedPage(lazily())))
    report = run.finish(Ending.EXHAUSTED)

    assert counts.received == 2
    assert (report.status, report.failed_pages) == ("partial", 1)
    assert set(titles(archive)) == {"a", "b"}
    assert [found.rule for found in report.findings] == ["page-not-parseable"]
