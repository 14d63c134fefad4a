"""The table of findings: one source for the program, its reports and docs/rules; nothing in it that nobody meets."""

import ast
import csv
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from dcat.findings import Rule, Severity, finding, rule_of, rules
from dcat.repairs import repairs_of
from harvester.software import search_paths
from scripts.write_rules_docs import FOLDER, pages

ROOT = Path(__file__).parents[2]
KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")
NOTING = frozenset({"finding", "note", "add", "add_all", "_note", "_stop_at"})


def sources() -> Iterator[ast.Module]:
    for package in ("dcat", "harvester"):
        for file in sorted(ROOT.joinpath(package).rglob("*.py")):
            yield ast.parse(file.read_text(encoding="utf-8"))


def named(tree: ast.Module) -> Iterator[str]:
    """The texts of a module, but those that only tell apart findings made elsewhere (sets of codes)."""
    sets = {id(item) for node in ast.walk(tree) if isinstance(node, ast.Set) for item in node.elts}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in sets:
            yield node.value


def noted(tree: ast.Module) -> Iterator[str]:
    """The codes that a module notes by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            code = node.args[0].value
            if name in NOTING and isinstance(code, str) and KEBAB.fullmatch(code):
                yield code


def test_every_rule_is_met_somewhere() -> None:
    assert set(rules()) - {text for tree in sources() for text in named(tree)} == set()


def test_every_code_that_is_noted_is_in_the_table() -> None:
    codes = {code for tree in sources() for code in noted(tree)}
    assert len(codes) > 40
    assert codes - set(rules()) == set()


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_a_rule_speaks_both_languages(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.code)
    for text in (rule.label_fr, rule.label_en, rule.remedy_fr, rule.remedy_en):
        assert text
        assert text == text.strip()
        assert not text.endswith(".")
    assert rule.why_fr.endswith((".", "?"))
    assert rule.why_en.endswith((".", "?"))
    assert rule.why_fr != rule.why_en
    assert rule.label_fr != rule.label_en
    assert rule.remedy_fr != rule.remedy_en


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.code)
def test_a_rule_that_is_repaired_in_a_form_says_where(rule: Rule) -> None:
    assert bool(rule.field) == bool(repairs_of(rule.field)), rule.field


def test_the_repairs_are_of_known_software_and_of_fields_that_rules_name() -> None:
    text = files("dcat").joinpath("tables", "repairs.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert {row["software"].casefold() for row in rows} <= set(search_paths())
    assert {row["field"] for row in rows} == {rule.field for rule in rules().values() if rule.field}
    assert len({(row["field"], row["software"]) for row in rows}) == len(rows)
    assert all(row["fr"] and row["en"] for row in rows)


def test_the_repairs_of_one_software() -> None:
    (repair,) = repairs_of("licence", "opendatasoft")
    assert repair.text("fr").endswith("Licence")
    assert repair.text("en").startswith("Back office")
    assert repairs_of("licence", "Opendatasoft + Data Fair") == (repair,)
    assert repairs_of("licence", "Socrata") == ()


def test_an_unknown_code_is_refused_when_it_is_noted_and_shown_when_it_was_archived() -> None:
    with pytest.raises(KeyError):
        finding("no-such-rule")
    assert (rule_of("no-such-rule").severity, rule_of("no-such-rule").label("fr")) == (Severity.WARNING, "no-such-rule")


def test_the_documentation_says_what_the_table_says() -> None:
    found = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    assert found == pages()
