"""Other ways to say what is asked."""

import csv
from importlib.resources import files

import pytest

from search.text.analysis import analyser
from search.text.expansion import WORTH, other_ways
from search.text.joined import joined_terms


def ways(question: str, language: str = "fr") -> dict[int, set[str]]:
    found = other_ways(analyser(language).terms(question), language)
    return {position: set(others) for position, others in found.items()}


def term(text: str) -> str:
    return " ".join(analyser("fr").terms(text))


def test_an_abbreviation_and_its_words_stand_for_each_other() -> None:
    assert term("plan local d'urbanisme") in ways("plu")[0]
    assert all("plu" in ways("plan local d'urbanisme")[position] for position in range(3))


def test_the_words_of_a_longer_expression_share_its_worth() -> None:
    (short,) = (other_ways(["bp"], "fr")[0][term("budget primitif")],)
    long = other_ways(analyser("fr").terms("budget primitif"), "fr")
    assert short == WORTH["abbreviation"]
    assert sum(long[position]["bp"] for position in (0, 1)) == short


def test_words_must_stand_together_to_be_an_expression() -> None:
    assert not any("plu" in others for others in ways("plan vélo local urbanisme").values())


def test_english_words_lead_to_french_ones_and_not_back() -> None:
    assert term("école") in ways("schools", "en")[0]
    assert "school" not in ways("école").get(0, set())


def test_an_everyday_word_leads_to_what_catalogues_write_and_not_back() -> None:
    assert term("logement") in ways("appartement")[0]
    assert not {term("maison"), term("appartement")} & ways("logement").get(0, set())
    assert term("ensoleillement") in ways("soleil")[0]
    assert term("trimestriel") in ways("tous les trois mois")[0]


def test_french_words_are_not_read_as_english() -> None:
    assert term("tribunal") not in ways("court").get(0, set())


ROWS = list(csv.DictReader(files("search.tables").joinpath("synonyms.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("kind", WORTH)
def test_every_row_says_something(kind: str) -> None:
    rows = [row for row in ROWS if row["kind"] == kind]
    assert rows
    for row in rows:
        language = "en" if kind == "english" else "fr"
        assert all(analyser(language).terms(word) for word in row["asked"].split("|")), row
        assert all(analyser("fr").terms(word) for word in row["written"].split("|")), row


def test_every_row_has_a_known_kind() -> None:
    assert {row["kind"] for row in ROWS} == set(WORTH)


def test_titles_are_found_by_initials_and_in_one_word() -> None:
    assert "bpe" in joined_terms("Base permanente des équipements")
    assert "bdtopo" in joined_terms("BD TOPO® 2024")
    assert not list(joined_terms("Cadastre"))


def test_no_expression_is_one_word_once_its_small_words_are_gone() -> None:
    """*où est mon bus* would make every question about buses one about real time."""
    text = files("search.tables").joinpath("synonyms.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        asked = "en" if row["kind"] == "english" else "fr"
        for language, column in ((asked, "asked"), ("fr", "written")):
            for expression in row[column].split("|"):
                several = len(expression.replace("-", " ").split()) > 1
                assert not several or len(analyser(language).terms(expression)) > 1, expression
