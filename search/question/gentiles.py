"""Adjectives of places by those who live there: *breton*, *toulousaine*, *martiniquais* (``tables/gentiles.csv``)."""

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from dcat.text import fold


@cache
def gentiles() -> Mapping[str, str]:
    """Folded adjective, in each gender and number → code of the territory."""
    text = files("search.tables").joinpath("gentiles.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {form: row["territory"] for row in rows for form in _forms(row["masculine"], row["feminine"])}


def _forms(masculine: str, feminine: str) -> Iterator[str]:
    for word in (masculine, feminine):
        yield fold(word)
        yield fold(_plural(word))


def _plural(word: str) -> str:
    """*Breton* → *bretons*, *provençal* → *provençaux*, *manceau* → *manceaux*, *nantais* as it is."""
    if word.endswith("al"):
        return f"{word[:-1]}ux"
    return word if word.endswith(("s", "x")) else f"{word}{'x' if word.endswith('eau') else 's'}"
