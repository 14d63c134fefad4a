"""The words of pages and commands, in French and English, from one table: ``api/messages.csv``.

``{pages:page|pages}`` is a number with its noun, in the singular for one (and in French for none).
"""

import csv
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Literal

Language = Literal["fr", "en"]
SINGULAR: dict[Language, tuple[str, ...]] = {"fr": ("0", "1"), "en": ("1",)}


class _Speaker(Formatter):
    def __init__(self, language: Language) -> None:
        self._singular = SINGULAR[language]

    def format_field(self, value: object, format_spec: str) -> str:
        one, counts, more = format_spec.partition("|")
        if not counts:
            return str(super().format_field(value, format_spec))
        return f"{value} {one if str(value) in self._singular else more}"


@cache
def _table() -> dict[str, dict[str, str]]:
    text = files("api").joinpath("messages.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def say(language: Language, key: str, /, **values: object) -> str:
    """The message ``key`` with its values filled in; ``KeyError`` on a key that the table does not have."""
    return _speaker(language).format(_table()[key][language], **values)


@cache
def _speaker(language: Language) -> _Speaker:
    return _Speaker(language)


def page_language(wished: str | None, accepted: str | None) -> Language:
    """The language of a page: ``?lang=``, else the first of Accept-Language that we speak, else French."""
    for candidate in (wished or "", *(accepted or "").lower().split(",")):
        tag = candidate.strip()[:2]
        if tag == "en":
            return "en"
        if tag == "fr":
            return "fr"
    return "fr"
