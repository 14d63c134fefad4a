"""Searches that name a publisher, on each engine."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar

import pytest
from sqlalchemy import create_engine

from search import publishers
from search.asking import asked_of
from search.catalogue import Catalogue
from search.engines.backend import SearchBackend
from search.query import SearchRequest
from search.question import read_question
from search.results import SearchPage
from tests.search.examples import PORTALS, record

INSEE = "Institut national de la statistique et des études économiques (Insee)"
MOBILITIES = "Île-de-France Mobilités"
HELD = {
    "Population légale des communes": INSEE,
    "Mariages par mois": INSEE,
    "Population des chiens": "Ville de Rennes",
    "Population des communes de Bretagne": "Région Bretagne",
    "Arrêts de bus": MOBILITIES,
    "Arrêts de car": "Région Bretagne",
}


@pytest.fixture
def catalogue(backend: SearchBackend) -> Catalogue:
    made = Catalogue(create_engine("sqlite://"), backend, PORTALS)
    made.create()
    records = [record("data-gouv-fr", title, title, publisher=publisher) for title, publisher in HELD.items()]
    made.apply([(one.id, one) for one in records])
    return made


def search(catalogue: Catalogue, text: str, **more: tuple[str, ...]) -> SearchPage:
    question = read_question(text, publishers=catalogue.publishers())
    return catalogue.search(asked_of(question, SearchRequest(q=text, **more), "fr"))  # type: ignore[arg-type]


def titles(page: SearchPage) -> list[str]:
    return [result.title for result in page.results]


def test_a_publisher_beside_other_words_comes_first_and_hides_nothing(catalogue: Catalogue) -> None:
    page = search(catalogue, "population communes insee")

    assert titles(page)[0] == "Population légale des communes"
    assert "Population des communes de Bretagne" in titles(page)


def test_its_results_say_who_published_them(catalogue: Catalogue) -> None:
    first, *others = search(catalogue, "population communes insee").results

    assert f"Publié par {INSEE}, que la question nomme" in [why.text for why in first.why]
    assert all("published" not in {why.step for why in result.why} for result in others)


@pytest.mark.parametrize("text", ["jeux de données de l'INSEE", "insee", "donnees insee", "open data Insee"])
def test_a_publisher_alone_is_all_that_is_asked(catalogue: Catalogue, text: str) -> None:
    assert sorted(titles(search(catalogue, text))) == ["Mariages par mois", "Population légale des communes"]


def test_an_announced_publisher_is_the_only_one(catalogue: Catalogue) -> None:
    assert titles(search(catalogue, "population publiée par l'Insee")) == ["Population légale des communes"]
    assert titles(search(catalogue, "arrêts publiés par Île-de-France Mobilités")) == ["Arrêts de bus"]
    assert titles(search(catalogue, "population publiée par la ville de Rennes")) == ["Population des chiens"]


def test_where_the_announced_publisher_has_nothing_the_others_answer(catalogue: Catalogue) -> None:
    page = search(catalogue, "arrêts de car publiés par l'Insee")

    assert page.others
    assert "Arrêts de car" in titles(page)
    assert not search(catalogue, "population publiée par l'Insee").others


def test_a_place_that_publishes_nothing_is_no_word(catalogue: Catalogue) -> None:
    question = read_question("arrêts de car publiés par la ville de Lille", publishers=catalogue.publishers())
    request = asked_of(question, SearchRequest(q=question.original), "fr")

    assert (request.q, request.focus, request.only_published) == ("arrêts de car", ("commune:59350",), False)


def test_a_filter_goes_before_what_is_read(catalogue: Catalogue) -> None:
    page = search(catalogue, "population publiée par l'insee", publisher=("Ville de Rennes",))
    assert titles(page) == ["Population des chiens"]


def test_publishers_that_the_index_does_not_hold_are_words(catalogue: Catalogue) -> None:
    catalogue.apply([(one.id, one) for one in (record("data-gouv-fr", "x", "Stations de Météo-France"),)])
    assert titles(search(catalogue, "stations météo france"))[0] == "Stations de Météo-France"


class Beside:
    """A thread that begins when it is told."""

    waiting: ClassVar[list[Callable[[], None]]] = []

    def __init__(self, target: Callable[..., None], args: tuple[object, ...], *, daemon: bool) -> None:
        assert daemon
        self.start = partial(self.waiting.append, partial(target, *args))


def test_no_question_waits_for_the_publishers_of_another_index(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishers, "Thread", Beside)
    monkeypatch.setattr(Beside, "waiting", [])

    def onf() -> tuple[str, ...]:
        return read_question("forêts onf", publishers=catalogue.publishers()).publishers[0].names

    assert onf() == ()
    added = record("data-gouv-fr", "forests", "Forêts publiques", publisher="Office national des forêts")
    catalogue.apply([(added.id, added)])
    assert (onf(), onf()) == ((), ())
    (read_again,) = Beside.waiting
    read_again()
    assert onf() == ("Office national des forêts",)


def test_an_empty_index_knows_no_publisher(backend: SearchBackend) -> None:
    made = Catalogue(create_engine("sqlite://"), backend, PORTALS)
    made.create()
    assert made.publishers().named("ville rennes") == ()
