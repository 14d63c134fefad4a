"""Questions that are being typed, and words that nobody writes; on each engine."""

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, create_engine

from dcat.model import Record, Text
from search.asking import asked_of
from search.catalogue import Catalogue
from search.engines.backend import SearchBackend
from search.query import SearchRequest
from search.question import read_question
from search.suggest import suggest_names
from search.vocabulary import Vocabulary
from tests.search.examples import PORTALS, record

TITLES = (
    *("Bibliothèques municipales", "Bibliothèques de quartier", "Parcelles du cadastre", "Cadastre des arbres"),
    *("Arrêts de bus", "Arrêtés municipaux"),
)


@pytest.fixture
def catalogue(backend: SearchBackend) -> Catalogue:
    engine: Engine = create_engine("sqlite://")
    made = Catalogue(engine, backend, PORTALS)
    made.create()
    made.apply(written(*TITLES))
    return made


def written(*titles: str) -> list[tuple[str, Record | None]]:
    records = [record("rennes-metropole", title, title, publisher="Ville de Rennes") for title in titles]
    return [(one.id, one) for one in records]


def titles(catalogue: Catalogue, beginning: str) -> set[str]:
    return {one.title for one in catalogue.suggest(beginning).datasets}


def test_the_last_word_may_become_longer(catalogue: Catalogue) -> None:
    assert titles(catalogue, "biblio") == {"Bibliothèques municipales", "Bibliothèques de quartier"}
    assert titles(catalogue, "cadastre par") == {"Parcelles du cadastre"}
    assert titles(catalogue, "parcelle arb") == set()


def test_a_word_that_is_over_stays_as_it_is(catalogue: Catalogue) -> None:
    assert titles(catalogue, "biblio ") == set()


def test_a_word_that_is_small_in_one_language_alone_is_looked_for_in_the_other(catalogue: Catalogue) -> None:
    french = record("rennes-metropole", "pas")
    english = replace(french, dataset=replace(french.dataset, title=(Text("Pas de Calais", "en"),)))
    catalogue.apply([(english.id, english)])
    assert titles(catalogue, "pas ") == {"Pas de Calais"}


def test_publishers_places_and_themes_are_suggested(catalogue: Catalogue) -> None:
    found = catalogue.suggest("ville de ren")
    assert [(one.name, one.count) for one in found.publishers] == [("Ville de Rennes", len(TITLES))]
    assert "commune:35238" in {place.code for place in catalogue.suggest("piscines renn").territories}
    assert [theme.code for theme in catalogue.suggest("transp").themes] == ["TRAN"]
    assert [theme.label for theme in catalogue.suggest("transp", "en").themes] == ["Transport"]


@pytest.mark.parametrize(
    ("typed", "questions"),
    [
        ("arrêts de bus renn", ["arrêts de bus Rennes Métropole", "arrêts de bus Rennes"]),
        ("budget de l'isè", ["budget de l'Isère", "budget de l'Isenay"]),
        ("piscine saint-denis", ["piscine Saint-Denis (La Réunion)", "piscine Saint-Denis (Seine-Saint-Denis)"]),
        ("mel", ["Métropole Européenne de Lille", "Melun"]),  # an acronym is a name, and others begin so
        ("paris", ["Paris", "Île-de-France"]),  # commune and département: one question
        ("transports", []),  # networks are called so, but no place is
        ("arrêts de b", []),  # one letter says nothing
    ],
)
def test_a_place_completes_the_question(typed: str, questions: list[str]) -> None:
    assert [place.question for place in suggest_names(typed, "fr").territories][:2] == questions


def test_a_theme_leaves_what_was_typed_before_it() -> None:
    (theme,) = suggest_names("rennes, transp", "fr").themes
    assert (theme.code, theme.question) == ("TRAN", "rennes,")


@pytest.mark.parametrize("beginning", ["", " ", "a", "\x00", "'", "x" * 5_000, "(((", "💧", "™", "№ №"])
def test_any_beginning_is_answered(catalogue: Catalogue, beginning: str) -> None:
    assert catalogue.suggest(beginning).datasets == ()


def test_what_is_added_is_suggested_at_once(catalogue: Catalogue) -> None:
    catalogue.apply(written("Fontaines publiques"))
    assert titles(catalogue, "fontai") == {"Fontaines publiques"}


def test_a_word_that_nobody_writes_stands_for_its_neighbour_and_says_so(catalogue: Catalogue) -> None:
    page = catalogue.search(SearchRequest(q="Cadatre 2024"))
    assert page.suggestion == "cadastre 2024"
    assert {result.title for result in page.results} == {"Parcelles du cadastre", "Cadastre des arbres"}
    assert catalogue.search(SearchRequest(q="cadastre")).suggestion is None


def test_the_suggested_question_keeps_its_place(catalogue: Catalogue) -> None:
    question = read_question("cadatre rennes")
    page = catalogue.search(asked_of(question, SearchRequest(q=question.original), "fr"))
    assert page.suggestion == "cadastre rennes"


def test_a_word_of_one_dataset_alone_corrects_nothing() -> None:
    assert Vocabulary({"fontaines": 1}).meant("fontanes") == ""
    assert Vocabulary({"fontaines": 2}).meant("fontanes") == "fontaines"


def test_common_words_and_numbers_are_never_corrected() -> None:
    assert Vocabulary({"fontaines": 9}).meant("fontaine") == ""
    assert Vocabulary({"h2024ab": 9}).meant("h2024a") == ""


def test_places_called_so_come_before_longer_names_and_large_ones_before_small_ones() -> None:
    names = [place.label for place in suggest_names("lille", "fr").territories]
    assert names[0] == "Lille"
    assert len(names) > 1
