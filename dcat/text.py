"""One spelling for comparing words: names, labels, questions and aliases meet only after ``fold``."""

import re
import unicodedata
from functools import lru_cache

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
WORD = re.compile(r"[^\W_]+")
REMEMBERED = 0x3000  # code points below are those of alphabets and their marks
SHORT = 200
"""Characters of a text that may come again: the name of a publisher, a label. A longer one is hardly ever met twice."""


def fold(text: str) -> str:
    """Lower case, no accents, ligatures opened, ``st``/``ste`` written out, and single spaces for everything else.

    An elided article stays a word of its own: ``L'Haÿ-les-Roses`` gives ``l hay les roses``. Idempotent; never raises.
    """
    return _folded_before(text) if len(text) <= SHORT else _folded(text)


def _folded(text: str) -> str:
    return " ".join(ABBREVIATIONS.get(word, word) for word in WORD.findall(_plain(text)))


_folded_before = lru_cache(maxsize=8_192)(_folded)


def _plain(text: str) -> str:
    """Lower-case letters without marks."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return decomposed.translate(_PLAIN).casefold()


class _Plain(dict[int, int | str | None]):
    """``LETTERS``, and the other code points of our alphabets once they were met: None for a mark, else itself."""

    def __missing__(self, code: int) -> int | None:
        plain = None if unicodedata.category(chr(code)).startswith("M") else code
        if code < REMEMBERED:
            self[code] = plain
        return plain


_PLAIN = _Plain(LETTERS)
