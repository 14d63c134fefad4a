"""One spelling for comparing words: names, labels, questions and aliases meet only after ``fold``."""

import re
import unicodedata

LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})
ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, ligatures opened, ``st``/``ste`` written out, and single spaces for everything else.

    An elided article stays a word of its own: ``L'Haÿ-les-Roses`` gives ``l hay les roses``. Idempotent; never raises.
    """
    return " ".join(ABBREVIATIONS.get(word, word) for word in WORD.findall(_plain(text)))


def _plain(text: str) -> str:
    """Lower-case letters without marks."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    marks_gone = "".join(char for char in decomposed if not unicodedata.category(char).startswith("M"))
    return marks_gone.translate(LETTERS).casefold()
