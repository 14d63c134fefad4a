"""The language of titles and descriptions."""

import pytest

from dcat.language import detect, language_of, vote

FRENCH = "Liste des équipements de la ville et des horaires pour le public"
ENGLISH = "This is the list of the stops which are in the city and on the map"


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (FRENCH, "fr", "fr"),
        (FRENCH, "fr-FR", "fr"),
        (FRENCH, "", "fr"),
        (ENGLISH, "", "en"),
        (ENGLISH, "fr", "en"),  # the words and langdetect agree against the portal
        ("Budget primitif 2024", "fr", "fr"),
        ("Parcs relais", "fr", "fr"),
        ("12345", "fr", "fr"),
        ("12345", "", ""),
        ("", "", ""),
    ],
)
def test_what_is_declared_stands_unless_the_words_say_otherwise(text: str, declared: str, expected: str) -> None:
    assert language_of(text, declared) == expected


def test_langdetect_always_answers_the_same() -> None:
    answers = set()
    for _ in range(5):
        detect.cache_clear()
        answers.add(detect("parcs relais de la métropole"))
    assert len(answers) == 1


def test_a_vote_needs_three_words_and_a_clear_lead() -> None:
    assert vote("le budget") == ""
    assert vote(ENGLISH.lower()) == "en"
