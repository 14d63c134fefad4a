"""Codes as people read them."""

from dcat.authority import table
from dcat.licence import licences

TABLES = {"theme": "data-theme", "frequency": "frequency", "format": "file-type"}


def code_label(language: str, kind: str, code: str) -> str:
    """The label of a theme, frequency, format or licence code; the code itself where no table has it."""
    if not code:
        return ""
    found = licences().get(code) if kind == "licence" else table(TABLES[kind]).get(code)
    if found is None:
        return code
    return found.label_en if language == "en" else found.label_fr
