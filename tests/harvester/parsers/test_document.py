"""JSON however badly served."""

import gzip
import json

import msgspec
import pytest

from dcat.findings import Finding
from harvester.parsers import document
from harvester.parsers.document import count_of, items_of, members_of, read_document, value_of
from harvester.parsers.page import UnreadablePage
from tests.harvester.parsers.answers import answer

EAU = {"titre": "Qualité de l’eau", "lignes": [1, 2]}
PLAIN = json.dumps(EAU, ensure_ascii=False).encode()


def read(body: bytes, **headers: str) -> tuple[object, list[str]]:
    found = read_document(answer(body, **headers))
    members = {name: value_of(raw) for name, raw in (found.members or {}).items()}
    return members or [value_of(raw) for raw in found.items or ()], [one.rule for one in found.findings]


@pytest.mark.parametrize(
    ("body", "rules"),
    [
        (PLAIN, []),
        (b" \r\n" + PLAIN + b"\n\x00", []),
        (b"\xef\xbb\xbf" + PLAIN, ["page-bom-removed"]),
        (PLAIN.decode().encode("utf-16"), []),
        (PLAIN.decode().encode("cp1252"), ["page-charset-repaired"]),
        (gzip.compress(PLAIN), []),
        (PLAIN + b"<!-- 12 ms -->", ["page-syntax-repaired"]),
        (PLAIN.replace(b"l", b"l\x0b", 1), ["page-control-character"]),
    ],
    ids=["sound", "white", "mark", "utf-16", "windows", "gzip", "trailing", "control"],
)
def test_what_can_be_mended_is_mended_and_said(body: bytes, rules: list[str]) -> None:
    assert read(body) == (EAU, rules)


def test_a_charset_that_the_header_declares_is_believed_where_the_bytes_are_not_utf8() -> None:
    assert read(PLAIN.decode().encode("cp1252"), content_type="application/json; charset=windows-1252")[0] == EAU


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"n": NaN}', None),
        (b'{"n": -Infinity}', None),
        (b'{"n": "two\nlines"}', "two\nlines"),
        (b'{"n": "\\ud83d half"}', "? half"),
    ],
)
def test_values_that_are_no_json_are_mended(body: bytes, value: object) -> None:
    assert read(body) == ({"n": value}, ["page-syntax-repaired"])


def test_a_number_beyond_measure_is_left_out_and_named() -> None:
    odd: list[Finding] = []
    rows = read_document(answer(b'[{"n": 1e999, "m": 2}]')).items
    assert rows is not None
    assert value_of(rows[0], odd) == {"n": None, "m": 2}
    assert [(found.rule, found.value) for found in odd] == [("value-ill-typed", "1e999")]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (b"", "page-not-parseable"),
        (b"   ", "page-not-parseable"),
        (b"<!DOCTYPE html><title>502 Bad Gateway</title>", "page-not-parseable"),
        (b"Service indisponible", "page-not-parseable"),
        (b'"a text"', "page-not-parseable"),
        (b"null", "page-not-parseable"),
        (PLAIN[:-5], "page-truncated"),
        (PLAIN[:12], "page-truncated"),
        (b"[" * 200_000, "page-truncated"),
        (b"\x1f\x8b not gzip at all", "page-not-parseable"),
    ],
)
def test_what_cannot_be_read_says_why(body: bytes, rule: str) -> None:
    with pytest.raises(UnreadablePage) as refused:
        read_document(answer(body))
    assert refused.value.findings[-1].rule == rule
    assert refused.value.findings[-1].value


def test_a_gzip_body_cut_in_two_is_told_as_cut() -> None:
    noise = json.dumps({"noms": [f"commune {number * 7919 % 35000}" for number in range(5000)]}).encode()
    with pytest.raises(UnreadablePage) as refused:
        read_document(answer(gzip.compress(noise)[:-4000]))
    assert "page-truncated" in [found.rule for found in refused.value.findings]


def test_a_document_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "MAX_BYTES", 10)
    with pytest.raises(UnreadablePage, match="over 10 bytes"):
        read_document(answer(PLAIN))


def test_members_and_items_stay_encoded_until_they_are_asked_for() -> None:
    found = read_document(answer(b'{"result": {"results": [ {"id": "a"}, 2 ]}, "count": "12"}'))
    assert found.members is not None
    inner = members_of(found.members["result"])
    assert inner is not None
    rows = items_of(inner["results"])
    assert rows is not None
    assert [type(row) for row in rows] == [msgspec.Raw, msgspec.Raw]
    assert [value_of(row) for row in rows] == [{"id": "a"}, 2]
    assert items_of(found.members["result"]) is None
    assert members_of(inner["results"]) is None


@pytest.mark.parametrize(
    ("text", "count"),
    [(b"12", 12), (b'"12"', 12), (b"0", 0), (b"-1", None), (b"true", None), (b"null", None), (b"{}", None)],
)
def test_a_total_is_a_whole_number_or_nothing(text: bytes, count: int | None) -> None:
    assert count_of(msgspec.Raw(text)) == count


@pytest.mark.parametrize("depth", [90, 900, 1_900, 50_000])
def test_one_value_that_is_nested_without_end_costs_itself(depth: int) -> None:
    deep = b'{"a": [' * depth + b"]}" * depth
    document = read_document(answer(b'{"results": [{"id": "a", "deep": ' + deep + b', "title": "b"}, {"id": "c"}]}'))
    rows = items_of((document.members or {})["results"])
    assert rows is not None
    first, second = (value_of(row) for row in rows)
    assert (first["id"], first["title"], second) == ("a", "b", {"id": "c"})
