"""Reading a page: parts, what breaks, the day, and that the result can travel."""

from collections.abc import Iterator
from datetime import date

import msgspec
import pytest
from msgspec import structs

from dcat.findings import Finding, finding
from dcat.model import ContactPoint, Record
from dcat.portal import Portal
from harvester.archive import Archive, Fate
from harvester.parsers import dcat
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from harvester.reading.page import BATCH, judge, read_page
from harvester.reading.staged import KEPT_PER_RULE, PageHeader, PagePart
from harvester.runs.outcome import Ending
from tests.harvester.sources import (
    NOON,
    RENNES,
    as_it_came,
    catalogue,
    page,
    parsed,
    read,
    recorder,
    rejected,
    sound,
)

TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<> a hydra:PartialCollectionView ; hydra:next <?page=2> ; hydra:totalItems 40 .
<https://data.example.fr/1> a dcat:Dataset ; dct:title "Arbres"@fr ; dct:modified "2030-01-01" .
<https://data.example.fr/2> a dcat:Dataset ; dct:title "Bancs <b>publics</b>"@fr ; dct:description "De la ville"@fr .
"""


def of_turtle(today: date) -> tuple[PageHeader, list[PagePart]]:
    page = Fetched("https://data.example.fr/a.ttl", TURTLE.encode(), headers={"content-type": "text/turtle"})
    reading = read_page(page, RENNES, dcat.parse, today)
    return reading.header, list(reading.parts)


def sizes(parts: list[PagePart]) -> list[tuple[int, bool]]:
    return [(part.received, part.last) for part in parts]


def breaking(error: Exception, *keys: str) -> Iterator[ParsedRecord]:
    yield from catalogue(*keys)
    raise error


def test_a_real_page_is_read_whole() -> None:
    header, (part,) = of_turtle(date(2026, 3, 1))
    assert (header.declared, header.next) == (40, "https://data.example.fr/a.ttl?page=2")
    assert [(one.source_key, one.fate) for one in part.records] == [
        ("https://data.example.fr/1", Fate.KEPT),
        ("https://data.example.fr/2", Fate.KEPT),
    ]
    assert [one.repaired for one in part.records] == [False, True]
    assert (part.received, part.unidentified, part.broken, part.last) == (2, 0, False, True)


def test_the_day_is_the_one_that_is_given() -> None:
    _, (before,) = of_turtle(date(2026, 3, 1))
    _, (after,) = of_turtle(date(2030, 3, 1))
    assert "date-in-future" in {found.rule for found in before.findings}
    assert "date-in-future" not in {found.rule for found in after.findings}
    same = [one.digest == other.digest for one, other in zip(before.records, after.records, strict=True)]
    assert same == [False, True]


def test_what_is_read_can_be_sent_to_another_process() -> None:
    header, parts = of_turtle(date(2026, 3, 1))
    sent = msgspec.msgpack.encode((header, parts))
    assert msgspec.msgpack.decode(sent, type=tuple[PageHeader, list[PagePart]]) == (header, parts)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, [(0, True)]),
        (BATCH - 1, [(BATCH - 1, True)]),
        (BATCH, [(BATCH, False), (0, True)]),
        (BATCH + 1, [(BATCH, False), (1, True)]),
    ],
)
def test_a_large_page_comes_in_parts(count: int, expected: list[tuple[int, bool]]) -> None:
    page = ParsedPage(parsed(f"jeu-{number}") for number in range(count))
    assert sizes(list(read(page).parts)) == expected


def test_no_more_is_read_than_is_wanted() -> None:
    came = iter(catalogue("a", "b", "c", "d"))
    assert sizes(list(read(ParsedPage(came), most=3).parts)) == [(3, True)]
    assert [item.source_key for item in came] == ["d"]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (UnreadablePage(finding("page-truncated", value="tag")), Finding("page-truncated", value="tag")),
        (
            ZeroDivisionError("a surprise"),
            Finding("page-not-parseable", "", "https://data.example.fr/page/0", "ZeroDivisionError: a surprise"),
        ),
    ],
)
def test_a_page_that_breaks_keeps_what_came(error: Exception, told: Finding) -> None:
    (part,) = read(ParsedPage(breaking(error, "a", "b"))).parts
    assert ([one.source_key for one in part.records], part.findings) == (["a", "b"], (told,))
    assert (part.broken, part.last) == (True, True)


@pytest.mark.parametrize("cut", [False, True])
def test_a_page_that_cannot_be_read_says_all_that_is_known(cut: bool) -> None:
    page = Fetched("https://data.example.fr/a.ttl", b"<html>", cut=cut)
    with pytest.raises(UnreadablePage) as told:
        read_page(page, RENNES, dcat.parse, NOON.date())
    rules = [found.rule for found in told.value.findings]
    assert ("page-truncated" in rules) is cut
    assert "page-not-parseable" in rules


def test_that_a_page_is_cut_is_told_once() -> None:
    """The connection was, and the parser notices it in the document and behind the last whole record."""
    noticed = finding("page-truncated", value="the root element is not closed")
    page = Fetched("https://data.example.fr/a.ttl", b"12345", cut=True)
    came = ParsedPage(breaking(UnreadablePage(noticed), "a", "b"), findings=(noticed,))
    reading = read_page(page, RENNES, lambda *_: came, NOON.date(), normalise=as_it_came, validate=sound)
    (part,) = reading.parts
    assert [found.value for found in reading.header.findings] == ["5 bytes came"]
    assert (len(part.records), part.findings, part.broken) == (2, (), True)


def test_findings_without_end_are_all_counted_and_the_first_kept(archive: Archive) -> None:
    """Two parts of a page, each record with more findings of one rule than are kept, and one of another."""
    many = (finding("date-invalid", "a", "dct:issued", "hier"),) * (KEPT_PER_RULE + 1)
    source = [parsed(str(n), "Arbres", *many[: 1 + 500 * (n < 4)], finding("title-missing")) for n in range(BATCH + 1)]
    reading = read(ParsedPage(source, findings=many))
    parts = list(reading.parts)
    assert (len(reading.header.findings), reading.header.more) == (KEPT_PER_RULE, {"date-invalid": 1})
    assert [(len(part.findings), part.more) for part in parts] == [
        (2 * KEPT_PER_RULE, {"date-invalid": 4 * 501 + BATCH - 4 - KEPT_PER_RULE}),
        (2, {}),
    ]
    for dry_run in (True, False):
        run = recorder(archive, dry_run=dry_run)
        run.record_page(page(1), read(ParsedPage(source, findings=many)))
        counts = {found.rule: found.count for found in run.finish(Ending.EXHAUSTED).findings}
        assert counts == {"date-invalid": KEPT_PER_RULE + 1 + 2000 + BATCH + 1, "title-missing": BATCH + 1}


def test_a_parser_that_breaks_costs_its_page() -> None:
    def broken(fetched: Fetched, portal: Portal) -> ParsedPage:
        raise ZeroDivisionError("a surprise")

    with pytest.raises(UnreadablePage, match="page-not-parseable: ZeroDivisionError"):
        read_page(Fetched("https://data.example.fr/a.ttl", b""), RENNES, broken, NOON.date())


def test_a_cut_page_that_can_be_read_is_truncated() -> None:
    page = Fetched("https://data.example.fr/a.ttl", b"12345", cut=True)
    reading = read_page(page, RENNES, lambda *_: ParsedPage(catalogue("a")), NOON.date())
    assert reading.header.truncated
    assert reading.header.findings[0].value == "5 bytes came"


def test_records_without_a_key_are_counted_alone() -> None:
    (part,) = read(ParsedPage([*catalogue("a"), rejected(), rejected("b")])).parts
    assert (part.received, part.unidentified, [one.fate for one in part.records]) == (3, 1, [Fate.KEPT, Fate.REJECTED])


def test_normalising_is_told_the_day() -> None:
    told: list[date | None] = []

    def noting(record: Record, portal: Portal, *, today: date | None = None) -> tuple[Record, tuple[Finding, ...]]:
        told.append(today)
        return record, ()

    list(read(ParsedPage(catalogue("a")), normalise=noting).parts)
    assert told == [NOON.date()]


def test_a_record_is_told_what_it_lacks() -> None:
    """A title alone: DCAT-AP makes the description mandatory, and the feed does not go without."""
    (part,) = read(ParsedPage(catalogue("a")), validate=judge).parts
    found = {one.rule: one for one in part.findings}
    assert found["description-missing"] == Finding("description-missing", "a", "dct:description")
    assert found["dataset-withheld"] == Finding("dataset-withheld", "a", "dcat:dataset", "dct:description")
    assert [one.fate for one in part.records] == [Fate.KEPT]


def test_a_contact_that_was_left_out_was_given() -> None:
    def without(record: Record, portal: Portal, *, today: date | None = None) -> tuple[Record, tuple[Finding, ...]]:
        return structs.replace(record, dataset=structs.replace(record.dataset, contact_points=())), ()

    (came,) = catalogue("a")
    assert came.record is not None
    said = structs.replace(came.record.dataset, contact_points=(ContactPoint(email="a@example.fr"),))
    given = structs.replace(came, record=structs.replace(came.record, dataset=said))
    for item, missing in ((came, True), (given, False)):
        (part,) = read(ParsedPage([item]), normalise=without, validate=judge).parts
        assert ("contact-point-missing" in {one.rule for one in part.findings}) is missing


def test_a_validator_that_breaks_costs_its_record_alone() -> None:
    def fragile(record: Record) -> tuple[Finding, ...]:
        if record.source_key == "b":
            raise ZeroDivisionError("a surprise")
        return ()

    (part,) = read(ParsedPage(catalogue("a", "b", "c")), validate=fragile).parts
    assert [one.fate for one in part.records] == [Fate.KEPT, Fate.REJECTED, Fate.KEPT]
