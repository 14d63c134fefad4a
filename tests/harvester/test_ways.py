"""The page of the ways of portals: every test that it names exists, and so does every finding."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from msgspec import Struct

from dcat.findings import rules

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "quirks.md"
SECTIONS = tuple("abcdefghijklm")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
FINDING = re.compile(r"\[([a-z-]+)\]\(rules/\1\.md\)")


class Row(Struct, frozen=True):
    section: str
    way: str
    tests: list[tuple[str, str]]
    finding: str


def page() -> list[Row]:
    rows, section = [], ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            section = line[3]
        elif line.startswith("| ") and section and not line.startswith(("| way", "| ---")):
            way, _, tests, finding = (cell.strip() for cell in line.strip("|").split("|"))
            rows.append(Row(section, way, NAMED.findall(tests), finding))
    return rows


@cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("row", page(), ids=lambda row: f"{row.section}-{row.way[:50]}")
def test_a_way_has_its_tests_and_its_finding(row: Row) -> None:
    assert row.tests
    assert [name for file, name in row.tests if name not in names_in(file)] == []
    if row.finding == "–":
        return
    (code,) = FINDING.findall(row.finding)
    assert code in rules()
    told = [(ROOT / "tests" / file).read_text(encoding="utf-8") for file, _ in row.tests]
    assert any(code in text for text in told), "no test of this way speaks of the finding"


def test_every_part_of_the_page_is_there() -> None:
    assert tuple(dict.fromkeys(row.section for row in page())) == SECTIONS
