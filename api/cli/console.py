"""How commands speak: words on a terminal, one JSON document with ``--json``, nothing decorative into a pipe."""

import os
import sys
from collections.abc import Iterable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table

from api.messages import Language, say

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def language() -> Language:
    """French where the locale is French, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "fr" if locale.lower().startswith("fr") else "en"


def tell(key: str, /, **values: object) -> None:
    """A message of the table, on standard error: standard output is for what was asked."""
    err.print(say(language(), key, **values), markup=False)


def print_json(document: object) -> None:
    """One JSON document on standard output."""
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n")
    sys.stdout.flush()


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns are keys of the message table; a pipe gets tab-separated values with a header."""
    titles = [say(language(), f"col_{column}") for column in columns]
    if not out.is_terminal:
        for row in (titles, *rows):
            sys.stdout.write("\t".join(_plain(cell) for cell in row) + "\n")
        return
    table = Table(*titles, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    out.print(table)


def _plain(cell: object) -> str:
    """One cell, one line: titles come from strangers."""
    return "" if cell is None else " ".join(str(cell).split())
