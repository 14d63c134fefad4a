"""Text to index terms: once, here, so that a word never means two things to two engines.

The chain: separators to spaces, words with their apostrophes, elision, lower case, stop words, our own stems, Snowball,
ASCII folding.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

import Stemmer

from dcat.text import REMEMBERED
from search.text.words import ARTICLES, ENGLISH_STEMS, ENGLISH_STOP_WORDS, FRENCH_STEMS, FRENCH_STOP_WORDS

LONGEST_WORD = 255  # Elasticsearch's tokenizers cut there
MOST_KNOWN, LONGEST_KNOWN = 1 << 17, 40  # pieces of text whose terms are kept (some 20 MB), and their characters
APOSTROPHES = "’‘ʼ′`´"
WHITE = "\n\r\t\xa0"  # what texts hold most: replaced in one go
WORD = re.compile(
    r"[^\W_]+(?:'(?:(?<=[^\W\d_]')(?=[^\W\d_])|(?<=\d')(?=\d))[^\W_]+)*"  # an apostrophe joins letters, or digits
)
ELISION = re.compile(rf"(?:{'|'.join(ARTICLES)})'", re.IGNORECASE)


class Ending(NamedTuple):
    """What a word of so many letters or more may end in, and what then stands there."""

    ending: str
    length: int
    instead: str


# Snowball's releases cut -oux and -aise differently; cut so first, they agree (measured on 58,000 words of the
# data.gouv.fr catalogue: the ten that remained are in ``search.text.words``).
FRENCH_ENDINGS = (Ending("aises", 7, "ais"), Ending("aise", 6, "ais"), Ending("oux", 4, "ou"))

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})


def clean(text: str) -> str:
    """One Unicode spelling (``km²`` becomes ``km2``); lone surrogates and control characters become spaces."""
    if text.isascii() and text.isprintable():
        return text
    for char in WHITE:
        text = text.replace(char, " ")
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return composed if composed.isprintable() else "".join(char if char.isprintable() else " " for char in composed)


def _words(text: str) -> list[str]:
    """Words as written: every separator of ours parts them, every apostrophe of ours is the plain one."""
    return WORD.findall(plain_apostrophes(clean(text)))


def plain_apostrophes(text: str) -> str:
    """As long as the text was. Looking for each is fifty times quicker than translating every character."""
    for apostrophe in APOSTROPHES:
        if apostrophe in text:
            text = text.replace(apostrophe, "'")
    return text


class _Plain(dict[int, str]):
    """Each character as it is written without accents; those of our alphabets are kept once they were met."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFKD", chr(code))
        plain = "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_LIGATURES)
        if code < REMEMBERED:
            self[code] = plain
        return plain


_plain = _Plain()


def to_ascii(word: str) -> str:
    return word if word.isascii() else word.translate(_plain)


class _Known(dict[str, str]):
    """What was made of the short texts that were met first: words repeat a lot, and looking one up is the inner loop of
    an index (twice as quick here as in ``lru_cache``).
    """

    def __init__(self, made_of: Callable[[str], str]) -> None:
        super().__init__()
        self._made_of = made_of

    def __missing__(self, text: str) -> str:
        made = self._made_of(text)
        if len(self) < MOST_KNOWN and len(text) <= LONGEST_KNOWN:
            self[text] = made
        return made


class Analyser:
    """One language's chain."""

    def __init__(
        self,
        language: str,
        stop_words: tuple[str, ...],
        stems: Mapping[str, str],
        endings: tuple[Ending, ...] = (),
        elision: bool = False,
    ) -> None:
        self._stemmer = Stemmer.Stemmer(language, 0)  # without its own memory: ours holds what was met
        self._stop_words = frozenset(stop_words)
        self._stems = stems
        self._endings = endings
        self._elision = elision
        self._term = _Known(self._term_of).__getitem__
        self._terms = _Known(self._terms_of).__getitem__

    def terms(self, text: str) -> list[str]:
        """The index terms of a text, in order, stop words left out."""
        return self.joined(text).split()

    def joined(self, text: str) -> str:
        """The same between spaces. No word goes over white space, so that each piece can be looked up whole."""
        return " ".join(filter(None, map(self._terms, text.split())))

    def pieces(self, text: str) -> Iterator[tuple[str, str]]:
        """What stands between white space, each with its terms between spaces."""
        pieces = text.split()
        return zip(pieces, map(self._terms, pieces), strict=True)

    def term(self, word: str) -> str:
        """The term of one word as it stands in a clean text, ``""`` for a stop word."""
        return self._term(word)

    def words(self, text: str) -> Iterator[tuple[str, str]]:
        """Each word as it was written (after ``clean``) with its term, ``""`` for a stop word."""
        for word in _words(text):
            yield word, self._term(word)

    def _terms_of(self, text: str) -> str:
        if text.isascii() and text.isalnum():  # one word, as most are
            return self._term(text)
        return " ".join(filter(None, map(self._term, _words(text))))

    def _term_of(self, word: str) -> str:
        word = word[:LONGEST_WORD]
        if self._elision and "'" in word and (elided := ELISION.match(word)):
            word = word[elided.end() :]
        word = word.lower()
        if word in self._stop_words:
            return ""
        return to_ascii(self._stems.get(word) or self._stem(word))

    def _stem(self, word: str) -> str:
        for ending, length, instead in self._endings:
            if word.endswith(ending) and len(word) >= length:
                word = word.removesuffix(ending) + instead
        stem: str = self._stemmer.stemWord(word)
        return stem


@cache
def analyser(language: str) -> Analyser:
    """The analyser of ``fr`` or ``en``; any other language is read as French is."""
    if language == "en":
        return Analyser("english", ENGLISH_STOP_WORDS, ENGLISH_STEMS)
    return Analyser("french", FRENCH_STOP_WORDS, FRENCH_STEMS, FRENCH_ENDINGS, elision=True)
