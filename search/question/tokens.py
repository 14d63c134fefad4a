"""Cutting a question into words that remember where they stood."""

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from dcat.text import fold

MAX_TOKENS = 128
"""Longer questions are read up to here: no real question has as many words, and an answer must stay quick."""

HYPHENS = ("-", "\u2010", "\u2011", "\u2013")
WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")


class Token(Struct, frozen=True):
    """A folded word and its place in the question; ``capital`` where it was typed with a first capital only,
    ``hyphened`` where a hyphen joins it to the next.
    """

    word: str
    start: int
    end: int
    capital: bool = False
    hyphened: bool = False


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text, folded one by one; never raises."""
    return tuple(islice(_tokens(text), MAX_TOKENS))


def _tokens(text: str) -> Iterator[Token]:
    for match in WORD.finditer(text):
        raw = match.group()
        capital, hyphened = raw[:1].isupper() and not raw[1:].isupper(), text.startswith(HYPHENS, match.end())
        for word in fold(raw).split():
            yield Token(word, match.start(), match.end(), capital, hyphened)
