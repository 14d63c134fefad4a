"""The words of pages and commands, in French and English, from one table: ``api/messages.csv``."""

import csv
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["fr", "en"]


@cache
def _table() -> dict[str, dict[str, str]]:
    text = files("api").joinpath("messages.csv").read_text(encoding="utf-8")
    return {row["key"]: row for row in csv.DictReader(text.splitlines())}


def say(language: Language, key: str, /, **values: object) -> str:
    """The message ``key`` with its values filled in; ``KeyError`` on a key that the table does not have."""
    return _table()[key][language].format(**values)


def page_language(wished: str | None, accepted: str | None) -> Language:
    """The language of a page: ``?lang=``, else the first of Accept-Language that we speak, else French."""
    for candidate in (wished or "", *(accepted or "").lower().split(",")):
        tag = candidate.strip()[:2]
        if tag == "en":
            return "en"
        if tag == "fr":
            return "fr"
    return "fr"
