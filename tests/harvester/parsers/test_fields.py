"""Values of every type, right and wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.model import Text
from harvester.parsers.fields import MOST_NOTES, Fields, Notes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def fields(**values: Any) -> tuple[Fields, Notes]:
    notes = Notes()
    return Fields(values, notes), notes


def ill_typed(notes: Notes) -> list[str]:
    return [found.place for found in notes.found("k") if found.rule == "value-ill-typed"]


@pytest.mark.parametrize("value", [None, "", "  ", [], {}])
def test_nothing_is_nothing_without_a_finding(value: object) -> None:
    read, notes = fields(x=value)
    assert (read.text("x"), read.texts("x"), read.words("x"), read.integer("x")) == ("", (), (), None)
    assert (read.boolean("x"), bool(read.member("x")), read.members("x")) == (None, False, ())
    assert notes.found("k") == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [(12, "12"), (1.5, "1.5"), (True, "true"), (["a", "b"], "a"), ({"fr": "Eau", "en": "Water"}, "Eau"), ([["a"]], "")],
)
def test_a_text_of_another_type_is_read_as_well_as_can_be(value: object, text: str) -> None:
    read, notes = fields(x=value)
    assert read.text("x") == text
    assert ill_typed(notes) == ["x"]


def test_the_first_name_that_holds_something_is_read() -> None:
    read, notes = fields(a=None, b=" ", c="Eau", d="Air", e="Terre")
    assert read.text("a", "b", "c", "d") == "Eau"
    assert list(notes.unread()) == [("e", "Terre")]
    assert notes.found("k") == ()


def test_what_nobody_asked_for_is_told_by_its_place_whichever_item_holds_it() -> None:
    read, notes = fields(files=[{"url": "u", "size": 1}, {"url": "v", "hash": "h"}], empty=[], other={"a": 0})
    for file in read.members("files"):
        file.text("url")
    read.ignore("ignored")
    assert list(notes.unread()) == [("other", {"a": 0}), ("files[].size", 1), ("files[].hash", "h")]


def test_a_list_of_texts_may_be_one_text_but_not_an_object() -> None:
    read, notes = fields(one="eau", many=["eau", "air", "eau", None], odd=[1, {"fr": "sol"}])
    assert read.texts("one") == ("eau",)
    assert read.texts("many") == ("eau", "air")
    assert read.texts("odd") == ("1", "sol")
    assert ill_typed(notes) == ["many", "odd"]
    assert read.listed("one") == ("eau",)


def test_a_text_may_hold_a_list() -> None:
    assert fields(x="en, es;ca,")[0].listed("x") == ("en", "es", "ca")


def test_words_by_language() -> None:
    read, notes = fields(title={"fr": "Eau", "pt_BR": "Água", "en": None, "type": "x"})
    assert read.words("title") == (Text("Eau", "fr"), Text("Água", "pt-br"))
    assert fields(title="Eau")[0].words("title", language="fr") == (Text("Eau", "fr"),)
    assert notes.found("k") == ()


@pytest.mark.parametrize(
    ("value", "number", "noted"),
    [
        (12, 12, False),
        (0, 0, False),
        ("12", 12, True),
        (12.0, 12, True),
        ("42 octets", None, True),
        (-1, None, True),
        (1.5, None, True),
        (True, None, True),
        (10**30, None, True),
        ("1" * 5000, None, True),
        (9007199254740993, None, True),
        (9007199254740, 9007199254740, False),
    ],
)
def test_whole_numbers(value: object, number: int | None, noted: bool) -> None:
    read, notes = fields(x=value)
    assert read.integer("x") == number
    assert bool(ill_typed(notes)) is noted


@pytest.mark.parametrize(("value", "truth"), [(True, True), (False, False), ("True", True), (0, False), ("?", None)])
def test_truth(value: object, truth: bool | None) -> None:
    assert fields(x=value)[0].boolean("x") is truth


def test_members_name_their_place_in_findings() -> None:
    read, notes = fields(resources=[{"size": "x"}, "no object", None], one={"size": []})
    resources = read.members("resources")
    assert [resource.integer("size") for resource in resources] == [None]
    assert ill_typed(notes) == ["resources[1]", "resources[0].size"]
    assert len(read.members("one")) == 1


def test_findings_name_the_record_and_stop_somewhere() -> None:
    read, notes = fields(**{f"n{number}": {} if number % 2 else [[]] for number in range(200)})
    for number in range(200):
        read.text(f"n{number}")
    assert {found.record for found in notes.found("clé")} == {"clé"}
    assert len(notes.found("clé")) == MOST_NOTES


@given(JSON)
def test_no_value_breaks_a_getter(value: object) -> None:
    read, notes = fields(x=value)
    read.text("x"), read.texts("x"), read.listed("x"), read.words("x"), read.integer("x"), read.number("x")
    read.boolean("x"), read.member("x"), read.members("x"), read.holds_objects("x"), read.over({"x": "y"}).text("x")
    assert "x" not in dict(notes.unread())
    notes.found("k")
