import string

import pytest

from api.messages import Language, _table, page_language, say


@pytest.mark.parametrize("row", _table().values(), ids=lambda row: row["key"])
def test_every_message_exists_in_both_languages_with_the_same_values(row: dict[str, str]) -> None:
    fields = [{name for _, name, _, _ in string.Formatter().parse(row[language]) if name} for language in ("fr", "en")]
    assert row["fr"]
    assert row["en"]
    assert fields[0] == fields[1]


def test_a_message_is_filled_in() -> None:
    assert say("fr", "result_modified", date="2024-05-02") == "modifié le 2024-05-02"


@pytest.mark.parametrize(
    ("language", "count", "told"),
    [
        ("fr", 0, "0 jeu de données"),
        ("fr", 1, "1 jeu de données"),
        ("fr", 2, "2 jeux de données"),
        ("fr", "1 200", "1 200 jeux de données"),
        ("en", 0, "0 datasets"),
        ("en", 1, "1 dataset"),
        ("en", "21", "21 datasets"),
    ],
)
def test_a_noun_follows_its_number(language: Language, count: object, told: str) -> None:
    assert say(language, "results_count", count=count) == told


@pytest.mark.parametrize(
    ("wished", "accepted", "language"),
    [
        (None, None, "fr"),
        ("en", "fr-FR", "en"),
        (None, "de-DE, en;q=0.8", "en"),
        (None, "fr-FR,fr;q=0.9,en;q=0.8", "fr"),
        ("xx", "", "fr"),
    ],
)
def test_the_language_of_a_page(wished: str | None, accepted: str | None, language: str) -> None:
    assert page_language(wished, accepted) == language
