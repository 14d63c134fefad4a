"""Initials and run-together words: ``bpe`` for *Base permanente des équipements*, ``bdtopo`` for *BD Topo*."""

from collections.abc import Sequence
from itertools import pairwise

from dcat.text import fold
from search.question.lexicon import FRENCH_STOP_WORDS

INITIALS = range(3, 7)  # words
MOST_WORDS = 16  # of a title
SHORTEST, LONGEST = 2, 24  # letters of a run-together word


def joined_terms(title: str) -> list[str]:
    """What a title may be called in one word: the initials of 3 to 6 words in a row, and neighbours joined."""
    said = fold(title).split()[:MOST_WORDS]
    initials = "".join(word[0] for word in said if word not in FRENCH_STOP_WORDS)
    in_a_row = [initials[start : start + size] for size in INITIALS for start in range(len(initials) - size + 1)]
    return in_a_row + joined(said)


def joined(words: Sequence[str]) -> list[str]:
    """Each two neighbours as one word."""
    return [one + other for one, other in pairwise(words) if SHORTEST <= len(one) + len(other) <= LONGEST]
