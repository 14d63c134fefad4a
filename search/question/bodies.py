"""Bodies that people know as publishers (``tables/bodies.csv``): those of the whole country, and those of which each
place has its own (*SDIS 35*, *chambre d'agriculture de Bretagne*)."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from dcat.text import fold
from search.question.lexicon import LINKS
from search.question.near import NearIndex

SMALL_WORDS = LINKS | frozenset(("et", "a", "au", "aux", "en", "pour", "and", "for"))
SHORTEST_PLURAL = 4


class Body(Struct, frozen=True):
    """``national``: one for the country; else one for each place, whose name follows."""

    label: str
    national: bool


@cache
def bodies() -> Mapping[str, Body]:
    """Key of each name of a body (``key_of``) → the body."""
    text = files("search.tables").joinpath("bodies.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {
        key_of(fold(name).split()): Body(row["label"], row["kind"] == "national")
        for row in rows
        for name in (row["label"], *filter(None, row["names"].split("|")))
    }


@cache
def first_words() -> frozenset[str]:
    """The words that keys of bodies begin with."""
    return frozenset(key.partition(" ")[0] for key in bodies())


@cache
def near_bodies() -> tuple[NearIndex, Mapping[str, str]]:
    """Names of national bodies without spaces, to find mistyped ones by, and the key that each stands for."""
    compact = {key.replace(" ", ""): key for key, body in bodies().items() if body.national}
    return NearIndex(compact), compact


def key_of(words: Iterable[str]) -> str:
    """One spelling for the names of a body: without small words, nor the mark of a plural."""
    return " ".join(singular(word) for word in words if word not in SMALL_WORDS)


def singular(word: str) -> str:
    """A folded word without the mark of its plural."""
    return word.rstrip("s") if len(word) >= SHORTEST_PLURAL else word


def local_opening(words: Sequence[str]) -> tuple[Body, int] | None:
    """The body of a place that a folded name opens with, and how many of the words name it: the longest."""
    for end in range(len(words) - 1, 0, -1):
        body = bodies().get(key_of(words[:end]))
        if body and not body.national and words[end - 1] not in SMALL_WORDS:
            return body, end
    return None
