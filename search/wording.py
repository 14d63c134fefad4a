"""The words of a question as the index is asked for them: fields, other ways to say them, closeness, how many count."""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

from dcat.text import fold
from search.engines.backend import Clause, Term, Terms, Word
from search.fields import TEXT_FIELDS
from search.question.lexicon import ABOUT, ASPECT_WORDS, COUNTRY, GRAIN_OPENERS, GRAINS, INSIDE, STOP_WORDS
from search.text.analysis import analyser
from search.text.expansion import other_ways
from search.text.joined import LONGEST

MOST_WORDS = 30  # a longer question is cut: it is a pasted text
EXPANDED = ("title", "keywords", "description")  # where another way to say it counts
CLOSE = {"title": 1.0, "keywords": 0.5}  # what two neighbours of the question add where they stand together
JOINED = "joined"
NEAR = frozenset(("autour", "proximite", "environs", "alentours"))
ASIDES = STOP_WORDS | ASPECT_WORDS | ABOUT | INSIDE | NEAR | COUNTRY  # add to the score of others, are not counted
WHOLE = 0.9  # what two words written as one are worth
WHOLE_QUESTION = 2.0  # where a place raises, all the words together count so many times again: its own, and about it
MEANT = 0.8  # what the word that was meant is worth beside the one that was typed


def distinct(text: str, language: str) -> list[str]:
    """The words of a question, each once; stop words of its language are left out unless there is nothing else."""
    main = analyser(language)
    everything = list(dict.fromkeys(word.lower() for word, _ in main.words(text)))[:MOST_WORDS]
    return [word for word in everything if main.terms(word)] or everything


def plain_words(text: str, language: str = "fr") -> tuple[Word, ...]:
    """Each word in every field, as that field's language writes it, and no other way to say it."""
    found = (Word(_fields(word)) for word in distinct(text, language))
    return tuple(dict.fromkeys(word for word in found if word.terms))


def asked(
    text: str, language: str, places: Sequence[str] = (), meant: Mapping[str, str] = MappingProxyType({})
) -> Clause | None:
    """The question as one clause, None without any word; names of places raise where they stand. ``meant``: mistyped
    word → what it may stand for.
    """
    words = distinct(text, language)
    ways = other_ways([_term(word, language) for word in words], language)
    for position, word in enumerate(words):
        if fold(word) in meant:
            ways[position][_term(meant[fold(word)], "fr")] = MEANT
    full = {word: _word(word, position, words, ways.get(position, {})) for position, word in enumerate(words)}
    if not full:
        return None
    asides_here = ASIDES | _grains(text)
    counted = [word for word in words if fold(word) not in asides_here] or words
    needed_words = tuple(full[word] for word in counted)
    asides = tuple(full[word] for word in words if word not in counted)
    named = (word for place in places for word in plain_words(place))
    minimum = needed(len(needed_words), placed=bool(places))
    return Clause(needed_words, minimum, (*asides, *named, *_close(words)), WHOLE_QUESTION if places else 0.0)


def needed(number: int, *, placed: bool = False) -> int:
    """How many of the words must match: all of one or two, half of more, since people describe what catalogues name
    otherwise; what matches more words comes first. A place that is named is one of the words, and raises its own.
    """
    if placed:
        return max(1, number // 2)
    return number if number <= 2 else math.ceil(number / 2)


def lighter(term: Term, worth: float) -> Term:
    return Term(term.field, term.text, term.weight * worth)


def _grains(text: str) -> frozenset[str]:
    said = fold(text).split()
    return frozenset(word for opener, word in pairwise(said) if opener in GRAIN_OPENERS and word in GRAINS)


def _word(word: str, position: int, words: Sequence[str], ways: dict[str, float]) -> Word:
    others = [_expression(text, worth) for text, worth in ways.items()]
    if len(word) <= LONGEST:
        others.append((Term(JOINED, fold(word), TEXT_FIELDS[JOINED].weight),))
    for one, other in pairwise(words[max(position - 1, 0) : position + 2]):
        if len(one + other) <= LONGEST:
            others.append(tuple(lighter(term, WHOLE / 2) for term in _fields(one + other)))
    return Word(_fields(word), tuple(others))


def _fields(word: str) -> Terms:
    terms = {language: analyser(language).terms(word) for language in ("fr", "en")}
    return tuple(
        Term(field, found[0], spec.weight) for field, spec in TEXT_FIELDS.items() if (found := terms.get(spec.language))
    )


def _expression(text: str, worth: float) -> Terms:
    return tuple(Term(field, text, TEXT_FIELDS[field].weight * worth) for field in EXPANDED)


def _close(words: Sequence[str]) -> Iterator[Word]:
    """Neighbours that stand together where a dataset says what it is."""
    for one, other in pairwise(analyser("fr").terms(" ".join(words))):
        yield Word(tuple(Term(field, f"{one} {other}", weight) for field, weight in CLOSE.items()))


def _term(word: str, language: str) -> str:
    return next(iter(analyser("en" if language == "en" else "fr").terms(word)), "")
