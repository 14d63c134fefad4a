"""What is highlighted, and which part of a description is shown."""

import re

from hypothesis import given
from hypothesis import strategies as st

from search.text.analysis import analyser
from search.text.marks import excerpt, spans


def marked(text: str, question: str, language: str = "fr") -> list[str]:
    terms = frozenset(analyser(language).terms(question))
    return [text[start:end] for start, end in spans(text, terms, language)]


def test_words_are_marked_in_all_their_forms_without_their_articles() -> None:
    text = "Qualité de l’eau : eaux de baignade, d'autres EAUX"
    assert marked(text, "qualite des eaux") == ["Qualité", "eau", "eaux", "EAUX"]


def test_english_words_are_marked_by_english_rules() -> None:
    assert marked("Schools of the cities", "city school", "en") == ["Schools", "cities"]


def test_an_excerpt_begins_near_the_first_word_found() -> None:
    text = f"{'avant ' * 100}le cadastre {'après ' * 100}"
    shown, marks = excerpt(text, spans(text, frozenset(["cadastr"]), "fr"))
    assert [shown[start:end] for start, end in marks] == ["cadastre"]
    assert shown.startswith("… avant")
    assert shown.endswith("après …")
    assert len(shown) < 260


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("Le cadastre", ((3, 11),)) == ("Le cadastre", ((3, 11),))


@given(st.text(max_size=600), st.text(max_size=20))
def test_marks_always_lie_in_the_text(text: str, question: str) -> None:
    found = spans(text, frozenset(analyser("fr").terms(question)), "fr")
    shown, marks = excerpt(text, found)
    for start, end in marks:
        assert 0 <= start < end <= len(shown)


@given(st.lists(st.sampled_from(["l'eau", "eau", "bureau", "eau,", "(eau)", "air-eau", "\n", " "]), max_size=9))
def test_every_word_asked_for_is_marked_wherever_it_stands(pieces: list[str]) -> None:
    text = " ".join(pieces)
    starts = [found.start() for found in re.finditer(r"\beau\b", text)]
    assert spans(text, frozenset(["eau"]), "fr") == tuple((start, start + 3) for start in starts)
