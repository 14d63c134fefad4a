"""French and English words to terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search.text.analysis
from search.text.analysis import analyser


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Qualité de l'eau", ["qualit", "eau"]),
        ("L’ÉTAT d'urgence", ["etat", "urgenc"]),
        ("data.gouv.fr", ["dat", "gouv", "fr"]),
        ("pistes_cyclables", ["pist", "cyclabl"]),
        ("km²", ["km2"]),
        ("le la les des", []),
        ("Œuvres", ["oeuvre"]),
        ("", []),
        ("\x00 \ud800 \u200b", []),
    ],
)
def test_words_become_terms(text: str, terms: list[str]) -> None:
    assert analyser("fr").terms(text) == terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vélo", "vélos"),
        ("déchèterie", "déchetteries"),
        ("decheterie", "déchèteries"),
        ("école", "ecoles"),
        ("œuvre", "oeuvres"),
        ("arrêté", "arretes"),
        ("données", "donnee"),
        ("lyonnais", "lyonnaises"),
        ("inondable", "inondables"),
    ],
)
def test_words_that_belong_together_share_a_term(one: str, other: str) -> None:
    assert analyser("fr").terms(one) == analyser("fr").terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("publicité", "public"), ("PACA", "PACS"), ("publicités", "publique")),
        *(("stationnement", "stations"), ("garer", "gare"), ("trame", "tram"), ("air", "aires")),
        *(("arrêts", "arrêtés"), ("arrets", "arretes"), ("taxis", "taxes"), ("vent", "ventes"), ("dons", "données")),
        *(("ports", "portes"), ("commun", "communes"), ("habitants", "habitations"), ("central", "centrales")),
        ("travaux", "travail"),  # roadworks and work
    ],
)
def test_words_that_snowball_mixes_up_stay_apart(one: str, other: str) -> None:
    assert analyser("fr").terms(one) != analyser("fr").terms(other)


def test_english_has_its_own_chain() -> None:
    assert analyser("en").terms("The schools of the cities") == ["school", "citi"]


@given(st.text(max_size=200))
def test_any_text_has_terms(text: str) -> None:
    for language in ("fr", "en"):
        assert all(analyser(language).terms(text))


@given(st.text(max_size=200))
def test_the_terms_of_a_text_are_those_of_its_words(text: str) -> None:
    for language in ("fr", "en"):
        assert analyser(language).terms(text) == [term for _, term in analyser(language).words(text) if term]


def test_texts_that_were_met_are_kept_up_to_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search.text.analysis, "MOST_KNOWN", 2)
    made: list[str] = []

    def upper(text: str) -> str:
        made.append(text)
        return text.upper()

    known = search.text.analysis._Known(upper)
    assert [known[text] for text in ("a", "b", "c", "a", "c", "x" * 41)] == ["A", "B", "C", "A", "C", "X" * 41]
    assert made == ["a", "b", "c", "c", "x" * 41]
