"""Other ways to say what is asked: abbreviations, synonyms, names of national bases, English words.

``tables/synonyms.csv`` holds facts of public action, a row a concept: ``asked`` and ``written`` are expressions split
by ``|``. Abbreviations and synonyms go both ways; ``everyday`` (what people say of a narrower or broader thing than
catalogues write), ``base`` (what they call a well-known national dataset) and ``english`` only from what is asked to
what catalogues write.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from search.text.analysis import analyser

# kind → what an expression is worth beside the word that was typed
WORTH: Mapping[str, float] = {"abbreviation": 0.9, "synonym": 0.6, "everyday": 0.8, "base": 0.8, "english": 0.9}
ONE_WAY = ("everyday", "base", "english")
LONGEST = 6  # words of an expression


class Saying(Struct, frozen=True):
    """An expression that may be asked for (its terms), and another one that says the same, worth so much."""

    asked: tuple[str, ...]
    written: str
    worth: float


def other_ways(terms: Sequence[str], language: str) -> dict[int, dict[str, float]]:
    """Position of a term → the expressions (terms between spaces) that may stand for it → what each is worth. The
    words of a longer expression share its worth.
    """
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for start, end, saying in _spoken(terms, _sayings("en" if language == "en" else "fr")):
        for position in range(start, end):
            ways, worth = found[position], saying.worth / (end - start)
            ways[saying.written] = max(worth, ways.get(saying.written, 0.0))
    return found


def _spoken(terms: Sequence[str], known: Mapping[str, Sequence[Saying]]) -> Iterator[tuple[int, int, Saying]]:
    for start, term in enumerate(terms):
        for saying in known.get(term, ()):
            end = start + len(saying.asked)
            if tuple(terms[start:end]) == saying.asked:
                yield start, end, saying


@cache
def _sayings(language: str) -> Mapping[str, tuple[Saying, ...]]:
    """First term → the sayings that begin with it."""
    by_first: dict[str, list[Saying]] = defaultdict(list)
    for saying in dict.fromkeys(_read(language)):
        by_first[saying.asked[0]].append(saying)
    return {term: tuple(found) for term, found in by_first.items()}


def _read(language: str) -> Iterator[Saying]:
    text = files("search.tables").joinpath("synonyms.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        if (row["kind"] == "english") != (language == "en"):
            continue
        asked, written = row["asked"].split("|"), row["written"].split("|")
        yield from _pairs(asked, written, language, WORTH[row["kind"]])
        if row["kind"] not in ONE_WAY:
            yield from _pairs(written, asked, language, WORTH[row["kind"]])


def _pairs(asked: Iterable[str], written: Iterable[str], language: str, worth: float) -> Iterator[Saying]:
    ways = [" ".join(analyser("fr").terms(expression)) for expression in written]
    for expression in asked:
        terms = tuple(analyser(language).terms(expression))[:LONGEST]
        for way in ways:
            if terms and way and way != " ".join(terms):
                yield Saying(terms, way, worth)
