"""Every route says why, in French and in English, in steps that programs can read."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.answer import Route
from search.explain import LANGUAGES, Voice, as_typed, say, templates
from search.question import read_question
from search.route import Router
from tests.search.registry import portals

STEPS = ["place", "competence", "level", "portal", "evidence"]
FIELD = re.compile(r"\{(\w+)\}")


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(portals())


def route(router: Router, text: str, language: str = "fr", portal: str = "") -> Route:
    routes = router.route(read_question(text), language=language).routes
    return next(found for found in routes if portal in {"", found.portal})


def test_every_template_speaks_both_languages_of_the_same_things() -> None:
    for code, texts in templates().items():
        assert all(texts[language].strip() for language in LANGUAGES), code
        assert len({frozenset(FIELD.findall(text)) for text in texts.values()}) == 1, code


def test_another_language_is_answered_in_french() -> None:
    assert say("place-none", "de") == say("place-none", "fr")


def test_steps_in_french(router: Router) -> None:
    reasons = route(router, "eau potable roubaix").reasons

    assert [reason.step for reason in reasons] == STEPS
    place, competence, level, portal, evidence = reasons
    assert (place.matched, place.territory, place.level) == ("roubaix", "commune:59512", "commune")
    assert (competence.competence, competence.matched) == ("eau-potable", "eau potable")
    assert "L2224-7" in competence.legal_basis
    assert competence.legal_basis in competence.text
    assert (level.code, level.territory) == ("level-authority", "epci:200093201")
    assert portal.portal == "mel"
    assert (evidence.code, evidence.datasets) == ("evidence-unknown", None)
    assert place.text == "« roubaix » désigne Roubaix (commune)."


@pytest.mark.parametrize(
    ("question", "told", "typed"),
    [
        ("Combien coûte l'eau à Rennes ?", "coute eau", "coûte l'eau"),
        ("collèges publics, Isère", "colleges", "collèges"),
        ("l'eau des piscines que la ville coûte", "eau, coute", "eau, coûte"),
        ("eau de la ville et tout ce que coûte le reste", "eau coute", "eau coute"),
        ("eau", "coute eau", "coute eau"),
        ("", "", ""),
    ],
)
def test_what_was_read_is_quoted_as_it_was_typed(question: str, told: str, typed: str) -> None:
    assert as_typed(question, told) == typed


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("horaires bus twisto", "« twisto » est un service dont CU Caen la Mer (intercommunalité) est responsable."),
        ("parking les menuires", "« les menuires » est un lieu du territoire « Les Belleville » (commune)."),
        (
            "lycées picardie",
            "« picardie » est un ancien nom ou une ancienne collectivité : aujourd'hui Hauts-de-France (région).",
        ),
        ("crèches lyon 6", "« lyon 6 » désigne Lyon 6e Arrondissement (arrondissement)."),
        ("ecoles toulouze", "« toulouze » a été lu comme Toulouse (commune)."),
    ],
)
def test_a_place_is_told_as_what_it_is(router: Router, question: str, text: str) -> None:
    assert route(router, question).reasons[0].text == text


def test_a_brand_beside_a_place_is_quoted(router: Router) -> None:
    assert route(router, "vélib places disponibles à Montreuil").reasons[1].matched == "vélib"


def test_a_competence_quotes_the_words_that_told_it(router: Router) -> None:
    competence = route(router, "where are the electric car chargers near Saint-Malo", "en").reasons[1]
    assert competence.matched
    assert {"where", "near"}.isdisjoint(competence.matched.replace(",", "").split())


def test_nothing_known_is_said_in_words(router: Router) -> None:
    mel = portals()["mel"]
    voice = Voice(read_question("eau potable lille"), "fr")
    assert voice.evidence(mel, 0).text == "Aucun jeu de données pertinent n'y est connu."
    assert voice.evidence(mel, 1).text == "1 jeu de données pertinent y est connu."
    assert voice.evidence(mel, 2).text == "2 jeux de données pertinents y sont connus."


def test_without_a_competence_nothing_is_called_pertinent() -> None:
    mel = portals()["mel"]
    french, english = (Voice(read_question("licornes lille"), language) for language in ("fr", "en"))
    assert french.evidence(mel, 0).text == "Aucun jeu de données n'y est connu pour ce territoire."
    assert french.evidence(mel, 1).text == "1 jeu de données y est connu pour ce territoire."
    assert english.evidence(mel, 13).text == "13 datasets are known there for this territory."


def test_steps_in_english(router: Router) -> None:
    reasons = route(router, "trees in Lille", "en").reasons

    assert reasons[0].text == "“Lille” names Lille (commune)."
    assert reasons[1].text.startswith("The question is about the competence “Urban trees” (from “trees”)")
    assert reasons[1].text.endswith("code env.")
    assert not reasons[1].text.endswith("..")


@pytest.mark.parametrize(
    ("text", "step", "code"),
    [
        ("bus villeurbane", "place", "place-typing-error"),
        ("bus france", "place", "place-national"),
        ("défibrillateurs", "place", "place-none"),
        ("valence budget", "place", "place-ambiguous"),
        ("rennes", "competence", "competence-none"),
        ("écoles villeurbanne", "level", "level-inherited"),
        ("budget angers", "level", "level-own-account"),
        ("avignon stationnement", "level", "level-none"),
        ("covoiturage bretagne", "level", "level-shared"),
        ("défibrillateurs", "level", "level-national-base"),
        ("menus cantine", "level", "level-ask-place"),
        ("rennes", "level", "level-any"),
    ],
)
def test_codes(router: Router, text: str, step: str, code: str) -> None:
    assert code in [reason.code for reason in route(router, text).reasons if reason.step == step]


@pytest.mark.parametrize(
    ("text", "portal", "skipped"),
    [
        ("eau potable roubaix", "mel", ("roubaix", "skipped-lesser-holder", "commune:59512")),
        ("collèges roubaix", "nord", ("roubaix", "skipped-not-holder", "commune:59512")),
        ("avignon stationnement", "datasud", ("", "skipped-no-portal", "commune:84007")),
        ("subventions sicoval", "haute-garonne", ("", "skipped-no-own-portal", "epci:243100633")),
        ("lycées normandie", "data-gouv-fr", ("", "skipped-no-portal", "region:28")),
    ],
)
def test_what_was_skipped_says_why(router: Router, text: str, portal: str, skipped: tuple[str, str, str]) -> None:
    found = route(router, text, portal=portal).skipped

    assert skipped in [(item.portal, item.code, item.territory) for item in found]
    assert all(item.reason for item in found)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["bus", "écoles", "budget", "dvf", "", "menus cantine"]), st.sampled_from(LANGUAGES), st.data())
def test_the_why_is_complete_on_every_route(words: str, language: str, data: st.DataObject) -> None:
    place = data.draw(
        st.sampled_from(["rennes", "saint-denis", "93", "bretagne", "france", "lille et nantes", "", "toulouze"])
    )

    for found in Router(portals()).route(read_question(f"{words} {place}"), language=language).routes:
        assert [reason.step for reason in found.reasons] == STEPS
        assert all(reason.text and "{" not in reason.text for reason in found.reasons)


@pytest.mark.parametrize(
    ("known", "text"), [(1, "1 pertinent dataset is known there."), (3, "3 pertinent datasets are known there.")]
)
def test_one_dataset_is_told_in_the_singular(known: int, text: str) -> None:
    portal = next(iter(portals().values()))

    assert Voice(read_question("bus"), "en").evidence(portal, known).text == text
