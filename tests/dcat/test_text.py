"""Folding: what is equal for a reader is equal for the program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dcat.text import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Rennes", "rennes"),
        ("L'Haÿ-les-Roses", "l hay les roses"),
        ("L’Haÿ les Roses", "l hay les roses"),
        ("St-Denis", "saint denis"),
        ("STE. Geneviève", "sainte genevieve"),
        ("Stes-Maries-de-la-Mer", "saintes maries de la mer"),
        ("Bœrsch", "boersch"),
        ("Œuilly", "oeuilly"),
        ("Lætitia", "laetitia"),
        ("Vélo'v", "velo v"),
        ("Provence-Alpes-Côte d'Azur", "provence alpes cote d azur"),
        ("  CC  Faucigny - Glières ", "cc faucigny glieres"),
        ("Paris 1ᵉʳ", "paris 1er"),
        ("snake_case/n°2", "snake case n 2"),
        ("stade", "stade"),
        ("", ""),
        ("—…!", ""),
    ],
)
def test_examples(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_decomposed_and_composed_letters_are_equal() -> None:
    assert fold("Ile\u0301") == fold("Il\u00e9") == "ile"


@given(st.text(st.characters()))
def test_folding_twice_changes_nothing_and_nothing_raises(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters()))
def test_only_single_inner_spaces(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ -'éèêàçœÉÈ"))
def test_case_never_matters(text: str) -> None:
    assert fold(text.lower()) == fold(text.upper())
