"""JSON in a file, too large to be held: read as what is held, and repaired value by value."""

import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat.portal import Protocol
from harvester.parsers import PARSERS, document
from harvester.parsers.document import items_of, members_of, read_document, value_of
from harvester.parsers.page import Fetched, ParsedPage, ParsedRecord, UnreadablePage
from tests.harvester.parsers.answers import PORTAL, URL

A = {"identifier": "a", "title": 'Arbres [de] {la} "ville", Ménimur \\'}
B = {"identifier": "b", "title": "Écoles", "keyword": ["école", "élève"], "distribution": [{"format": "CSV"}]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "body"


def in_file(path: Path, body: bytes, **headers: str) -> Fetched:
    path.write_bytes(body)
    return Fetched(URL, b"", headers={name.replace("_", "-"): value for name, value in headers.items()}, file=str(path))


def parsed(path: Path, body: bytes, protocol: Protocol = Protocol.DATA_JSON) -> tuple[ParsedPage, list[ParsedRecord]]:
    page = PARSERS[protocol](in_file(path, body), PORTAL)
    return page, list(page.records)


def keys(records: list[ParsedRecord]) -> list[str]:
    return [one.source_key for one in records if one.record is not None]


def rules(page: ParsedPage) -> list[str]:
    return [found.rule for found in page.findings]


def dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=30,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.dictionaries(st.text(), VALUES, max_size=6), st.sampled_from([None, 1]))
def test_an_object_is_read_as_json_reads_it(path: Path, value: dict[str, Any], indent: int | None) -> None:
    found = read_document(in_file(path, json.dumps(value, indent=indent).encode()))
    assert {name: value_of(member) for name, member in (found.members or {}).items()} == value
    assert found.findings == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(VALUES, max_size=6), st.booleans())
def test_an_array_inside_is_read_as_json_reads_it(path: Path, value: list[Any], escaped: bool) -> None:
    found = read_document(
        in_file(path, json.dumps({"a": {"b": value}}, ensure_ascii=escaped).encode("utf-8", "replace"))
    )
    inner = members_of((found.members or {})["a"]) or {}
    expected = json.loads(json.dumps(value, ensure_ascii=escaped).encode("utf-8", "replace"))
    assert [value_of(item) for item in items_of(inner["b"]) or ()] == expected


@pytest.mark.parametrize(
    ("protocol", "body"),
    [
        (Protocol.DATA_JSON, {"dataset": [A, B]}),
        (Protocol.DATA_JSON, [A, B]),
        (Protocol.DATA_JSON, [{"dataset": [A, B], "title": "Catalogue"}]),
        (Protocol.CKAN, {"success": True, "result": {"count": 2, "results": [{"id": "a"}, {"id": "b"}]}}),
        (Protocol.CKAN, {"success": True, "result": [{"id": "a"}, {"id": "b"}]}),
        (Protocol.UDATA, {"data": [{"id": "a"}, {"id": "b"}], "total": 2}),
        (Protocol.ODS, [{"dataset_id": "a"}, {"dataset_id": "b"}]),
        (Protocol.ODS, {"total_count": 2, "results": [{"dataset_id": "a"}, {"dataset_id": "b"}]}),
        (Protocol.OGC_RECORDS, {"features": [{"id": "a"}, {"id": "b"}], "numberMatched": 2}),
        (Protocol.GEONETWORK, {"hits": {"total": 2, "hits": [{"_source": {"uuid": "a"}}, {"_source": {"uuid": "b"}}]}}),
    ],
)
def test_every_protocol_reads_a_file_as_it_reads_what_is_held(path: Path, protocol: Protocol, body: Any) -> None:
    held = PARSERS[protocol](Fetched(URL, dump(body)), PORTAL)
    page, records = parsed(path, dump(body), protocol)
    assert (records, page.declared, page.findings) == (list(held.records), held.declared, held.findings)
    assert keys(records) == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"\xef\xbb\xbf" + dump([A, B]), ["page-bom-removed"]),
        (dump([A, B]).decode().encode("utf-16"), []),
        (dump([A, B]).decode().encode("cp1252"), ["page-charset-repaired"]),
        (gzip.compress(dump([A, B])), []),
        (b"\n\n" + dump([A, B]) + b"\x00\n", []),
        (dump([A, B]) + b"<!-- 12 ms -->", ["page-syntax-repaired"]),
        (dump([A, B])[:-1] + b",]", ["page-syntax-repaired"]),
        (dump([A, B])[:-2] + b",\n\n", ["page-truncated", "page-syntax-repaired"]),
        (dump([A, B])[:-2], ["page-truncated"]),
    ],
    ids=["mark", "utf-16", "windows", "gzip", "white", "trailing", "comma", "cut behind a comma", "cut"],
)
def test_what_is_wrong_with_the_whole_is_repaired_and_said(path: Path, body: bytes, found: list[str]) -> None:
    page, records = parsed(path, body)
    assert rules(page) == found
    titles = [one.record.dataset.title[0].value for one in records if one.record]
    assert titles == [A["title"], B["title"]]


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        (b'{"identifier": "x", "title": "l\x0bu"}', "page-control-character"),
        (b'{"identifier": "x", "title": "deux\nlignes"}', "page-syntax-repaired"),
        (b'{"identifier": "x", "title": "y", "n": NaN}', "page-syntax-repaired"),
        (b'{"identifier": "x", "title": "y", "keyword": ["k",],}', "page-syntax-repaired"),
        (b'{"identifier": "x", "title": "y", "size": 1e999}', "value-ill-typed"),
        (b'{"identifier": "x", "title": "y", "deep": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "value-truncated"),
    ],
    ids=["control", "line", "nan", "commas", "measure", "deep"],
)
def test_a_fault_in_a_record_is_repaired_in_it_alone(path: Path, record: bytes, rule: str) -> None:
    page, records = parsed(path, b'{"dataset": [' + b", ".join((dump(A), record, dump(B))) + b"]}")
    assert keys(records) == ["a", "x", "b"]
    assert rule in {found.rule for found in records[1].findings}
    others = [found.rule for one in (records[0], records[2]) for found in one.findings]
    assert (rule in others, page.findings) == (False, ())


def test_a_record_that_nothing_repairs_costs_itself_alone(path: Path) -> None:
    _, records = parsed(path, b"[" + b",".join((dump(A), b'{"identifier" "x"}', b"null", dump(B))) + b"]")
    assert keys(records) == ["a", "b"]
    assert [{found.rule for found in one.findings} for one in records[1:3]] == [{"record-not-parseable"}] * 2


def test_of_a_cut_document_the_records_that_came_whole_are_kept(path: Path) -> None:
    page, records = parsed(path, dump({"dataset": [A, B, {"identifier": "c", "title": "Coupé"}]})[:-25])
    assert rules(page) == ["page-truncated"]
    assert keys(records) == ["a", "b"]


def test_a_record_too_large_to_be_held_costs_itself_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_VALUE", 1_000)
    _, records = parsed(path, dump([A, {"identifier": "x", "title": "y" * 1_000}, B]))
    assert keys(records) == ["a", "b"]
    assert records[1].findings[0].rule == "record-not-parseable"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n\x00",
        b"<html>502</html>",
        b"Service indisponible",
        b"[1, 2]",
        b'{"error": "no"}',
        b"[" * 200_000,
        b'{"',
    ],
)
def test_what_cannot_be_read_says_why(path: Path, body: bytes) -> None:
    with pytest.raises(UnreadablePage) as refused:
        parsed(path, body)
    assert "page-not-parseable" in {found.rule for found in refused.value.findings}


def test_little_of_a_large_file_stays_in_memory(path: Path) -> None:
    """What was read is told by the kernel: the resident part of the file's mapping."""
    record = json.dumps({"identifier": "a", "title": "x", "description": "y" * 5_000})
    with path.open("w") as file:
        file.write('{"dataset": [' + f"{record}, " * 10_000 + record + "]}")
    page = PARSERS[Protocol.DATA_JSON](Fetched(URL, b"", file=str(path)), PORTAL)
    assert 0 < max(resident(path) for _ in islice(page.records, 0, None, 500)) < 16 * 1024


def resident(path: Path) -> int:
    """KiB of a file that this process has mapped and loaded."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    return sum(map(_kib, (line for line in lines if line.endswith(str(path)) for line in _size_of(lines))))


def _size_of(lines: Iterator[str]) -> Iterator[str]:
    yield next(line for line in lines if line.startswith("Rss:"))


def _kib(line: str) -> int:
    return int(line.split()[1])
