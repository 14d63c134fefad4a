"""Writes docs/settings.md from the descriptions in api/settings.py."""

from pathlib import Path

from api.settings import Settings

HEAD = """# Which settings are there?

Environment variables, also read from a file `.env` in the working folder; an empty value means the default.
This page is written by `python scripts/write_settings_docs.py` from `api/settings.py`.

| variable | default | meaning |
| --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_row(name) for name in Settings.model_fields)


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = "" if field.default in (None, "") else f"`{field.default}`"
    return f"| `AIGUILLAGE_{name.upper()}` | {default} | {field.description} |\n"


if __name__ == "__main__":
    Path(__file__).parents[1].joinpath("docs", "settings.md").write_text(page(), encoding="utf-8")
