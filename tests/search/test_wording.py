"""A question as the index is asked for it."""

import pytest

from search.asking import asked_of
from search.query import SearchRequest, index_query
from search.question import read_question
from search.wording import asked, needed


def test_words_of_any_question_are_not_counted() -> None:
    clause = asked("liste des fichiers cadastre", "fr")
    assert clause is not None
    assert (len(clause.words), clause.minimum) == (1, 1)


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("population par commune 2021", 2),
        ("births per year", 1),
        ("combien de naissances chaque année en France", 1),
        ("communes nouvelles", 2),  # what is asked for, not how finely
        ("films français", 1),
        ("défense nationale", 2),
    ],
)
def test_how_finely_figures_are_cut_and_the_country_are_not_counted(question: str, counted: int) -> None:
    clause = asked(question, "fr")
    assert clause is not None
    assert len(clause.words) == counted


def test_a_question_says_its_years_and_whether_it_is_about_the_country() -> None:
    def read(text: str) -> SearchRequest:
        return asked_of(read_question(text), SearchRequest(q=text), "fr")

    assert read("résultats des élections législatives 2024").national
    assert read("résultats des élections législatives 2024").years == ("2024",)
    assert read("naissances en France entre 2019 et 2021").years == ("2019", "2020", "2021")
    assert not read("budget primitif").national
    assert not read("budget primitif rennes").national
    assert read("budget primitif rennes").years == ()


def test_half_of_a_longer_question_is_enough_and_a_place_is_one_of_its_words() -> None:
    assert [needed(number) for number in range(1, 7)] == [1, 2, 2, 2, 3, 3]
    assert [needed(number, placed=True) for number in range(1, 7)] == [1, 1, 1, 2, 2, 3]


def test_a_place_is_not_asked_for_as_a_word_and_raises_where_it_stands() -> None:
    question = read_question("budget primitif rennes")
    request = asked_of(question, SearchRequest(q=question.original), "fr")
    assert (request.q, request.places, request.focus) == ("budget primitif", ("rennes",), ("commune:35238",))
    query = index_query(request)
    assert len(query.clauses[0].words) == 2
    assert any(boost.field == "title" and boost.whole for boost in query.boosts)


def test_neighbours_raise_where_they_stand_together() -> None:
    clause = asked("budget primitif", "fr")
    assert clause is not None
    assert "budget primit" in {term.text for word in clause.raising for term in word.terms}


def test_nothing_asked_is_no_clause() -> None:
    assert asked(" ,;", "fr") is None
