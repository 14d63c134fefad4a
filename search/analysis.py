"""Text to index terms, done the same way by both engines.

The chain: separators to spaces, words with their apostrophes, elision, lower case, stop words, our own stems, Snowball,
ASCII folding. ``Analyser`` runs it in Python; ``elasticsearch_analysis`` describes the very same chain to
Elasticsearch. Texts pass through ``clean`` before either (Elasticsearch's core has no Unicode normaliser).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

import Stemmer

from search.words import ARTICLES, ENGLISH_STEMS, ENGLISH_STOP_WORDS, FRENCH_STEMS, FRENCH_STOP_WORDS

LONGEST_WORD = 255  # Elasticsearch's standard tokenizer cuts there
SEPARATORS = "_.:,;·/⁄®©"  # the standard tokenizer would keep data.gouv.fr, a_b, 2,5 and ® in one piece
APOSTROPHES = "’‘ʼ′`´"
WORD = re.compile(
    r"[^\W_]+(?:'(?:(?<=[^\W\d_]')(?=[^\W\d_])|(?<=\d')(?=\d))[^\W_]+)*"  # an apostrophe joins letters, or digits
)
ELISION = re.compile(rf"(?:{'|'.join(ARTICLES)})'", re.IGNORECASE)

# Snowball's releases cut -oux and -aise differently; cut so first, they agree (measured on 58,000 words of the
# data.gouv.fr catalogue: the ten that remained are in ``search.words``).
FRENCH_ENDINGS = ((r"^(.{2,})aises?$", "ais"), (r"^(.+)oux$", "ou"))

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"})


def clean(text: str) -> str:
    """One Unicode spelling (``km²`` becomes ``km2``); lone surrogates and control characters become spaces."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFKC", text)
    return composed if composed.isprintable() else "".join(char if char.isprintable() else " " for char in composed)


def _words(text: str) -> list[str]:
    """Words as written: every separator of ours parts them, every apostrophe of ours is the plain one."""
    text = clean(text)
    for apostrophe in APOSTROPHES:
        if apostrophe in text:
            text = text.replace(apostrophe, "'")
    return WORD.findall(text)


def to_ascii(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).translate(_LIGATURES)


class Analyser:
    """One language's chain."""

    def __init__(
        self,
        language: str,
        stop_words: tuple[str, ...],
        stems: Mapping[str, str],
        endings: tuple[tuple[str, str], ...] = (),
        elision: bool = False,
    ) -> None:
        self._stemmer = Stemmer.Stemmer(language)
        self._stop_words = frozenset(stop_words)
        self._stems = stems
        self._endings = tuple((re.compile(pattern), rf"\g<1>{end}") for pattern, end in endings)
        self._elision = elision
        self._term = lru_cache(maxsize=1 << 17)(self._term_of)

    def terms(self, text: str) -> list[str]:
        """The index terms of a text, in order, stop words left out."""
        return [term for word in _words(text) if (term := self._term(word))]

    def words(self, text: str) -> Iterator[tuple[str, str]]:
        """Each word as it was written (after ``clean``) with its term, ``""`` for a stop word."""
        for word in _words(text):
            yield word, self._term(word)

    def _term_of(self, word: str) -> str:
        word = word[:LONGEST_WORD]
        if self._elision and (elided := ELISION.match(word)):
            word = word[elided.end() :]
        word = word.lower()
        if word in self._stop_words:
            return ""
        return to_ascii(self._stems.get(word) or self._stem(word))

    def _stem(self, word: str) -> str:
        for pattern, replacement in self._endings:
            word = pattern.sub(replacement, word)
        stem: str = self._stemmer.stemWord(word)
        return stem


@cache
def analyser(language: str) -> Analyser:
    """The analyser of ``fr`` or ``en``; any other language is read as French is."""
    if language == "en":
        return Analyser("english", ENGLISH_STOP_WORDS, ENGLISH_STEMS)
    return Analyser("french", FRENCH_STOP_WORDS, FRENCH_STEMS, FRENCH_ENDINGS, elision=True)


def elasticsearch_analysis() -> dict[str, Any]:
    """The ``analysis`` part of the index settings: analysers ``text_fr`` and ``text_en``."""
    endings = {
        f"fr_ending_{number}": {"type": "pattern_replace", "pattern": pattern, "replacement": f"$1{end}"}
        for number, (pattern, end) in enumerate(FRENCH_ENDINGS)
    }
    return {
        "char_filter": {"separate": {"type": "mapping", "mappings": _mappings()}},
        "filter": {
            "fr_elision": {"type": "elision", "articles": list(ARTICLES), "articles_case": True},
            **_language("fr", "French", FRENCH_STOP_WORDS, FRENCH_STEMS),
            **_language("en", "English", ENGLISH_STOP_WORDS, ENGLISH_STEMS),
            **endings,
        },
        "analyzer": {
            "text_fr": _chain("fr_elision", "lowercase", "fr_stop", "fr_stems", *endings, "fr_snowball"),
            "text_en": _chain("lowercase", "en_stop", "en_stems", "en_snowball"),
        },
    }


def _chain(*filters: str) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": ["separate"],
        "tokenizer": "standard",
        "filter": [*filters, "asciifolding"],
    }


def _language(code: str, name: str, stop_words: tuple[str, ...], stems: Mapping[str, str]) -> dict[str, Any]:
    return {
        f"{code}_stop": {"type": "stop", "stopwords": list(stop_words)},
        f"{code}_stems": {"type": "stemmer_override", "rules": [f"{form} => {stem}" for form, stem in stems.items()]},
        f"{code}_snowball": {"type": "snowball", "language": name},
    }


def _mappings() -> list[str]:
    return [f"{char} => \\u0020" for char in SEPARATORS] + [f"{char} => '" for char in APOSTROPHES]
