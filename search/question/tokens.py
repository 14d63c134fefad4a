"""Cutting a question into words that remember where they stood."""

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from dcat.text import fold

MAX_TOKENS = 128
"""Longer questions are read up to here: no real question has as many words, and an answer must stay quick."""

WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")


class Token(Struct, frozen=True):
    """A folded word and its place in the question; ``capital`` where it was typed with a first capital only."""

    word: str
    start: int
    end: int
    capital: bool = False


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of a text, folded one by one; never raises."""
    return tuple(islice(_tokens(text), MAX_TOKENS))


def _tokens(text: str) -> Iterator[Token]:
    for match in WORD.finditer(text):
        raw = match.group()
        for word in fold(raw).split():
            yield Token(word, match.start(), match.end(), raw[:1].isupper() and not raw[1:].isupper())
