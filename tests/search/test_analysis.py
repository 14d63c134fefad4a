"""French and English words to terms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyser


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
        ("travaux", "travail"),
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
        *(("stationnement", "stations"), ("garer", "gare"), ("trame", "tram")),
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
