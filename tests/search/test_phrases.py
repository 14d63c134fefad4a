"""Other names of what is asked find datasets too, below those that hold the reader's own words."""

from search.query import PHRASE_WEIGHT, SearchRequest, index_query


def test_another_name_is_an_alternative_worth_less_and_must_be_whole() -> None:
    typed, other = index_query(SearchRequest(q="trees", phrases=("arbres d'alignement",))).clauses
    assert (len(typed.words), typed.minimum) == (1, 1)
    assert (len(other.words), other.minimum) == (2, 2)
    title = next(term for term in other.words[0].terms if term.field == "title")
    typed_title = next(term for term in typed.words[0].terms if term.field == "title")
    assert title.weight == typed_title.weight * PHRASE_WEIGHT


def test_without_words_typed_nothing_is_looked_for_by_another_name() -> None:
    assert index_query(SearchRequest(theme=("ENVI",), phrases=("arbres",))).clauses == ()
