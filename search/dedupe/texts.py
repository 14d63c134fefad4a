"""What titles and descriptions say, small enough to be kept by the million: bags of words, sketches, bands.

A title's *bag* is its words in order of the alphabet, without articles and prepositions. A description's *sketch* is
the smallest hashes of its words: exact for a text of up to ``SKETCH`` different words, a fair sample of a longer one.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from html import unescape
from string import ascii_lowercase, digits
from typing import NamedTuple
from zlib import crc32

from rensa import RMinHash

from dcat.territory import gazetteer
from dcat.text import fold
from search.question.lexicon import FRENCH_FUNCTION_WORDS, LEVEL_WORDS

SMALL_WORDS = FRENCH_FUNCTION_WORDS | {
    "leurs",
    "n",
    "ou",
    "qu",
    "s",
    "sa",
    "se",
    "ses",
    "son",
    "sous",
    "y",
    "of",
    "the",
}
NOISE = frozenset(fold(word) for word in ("données", "ouvertes", "open", "data", "copie"))
"""What a republisher may add to a title without meaning another dataset."""

MONTHS = frozenset(
    (
        *(b"janvier", b"fevrier", b"mars", b"avril", b"mai", b"juin"),
        *(b"juillet", b"aout", b"septembre", b"octobre", b"novembre", b"decembre"),
    )
)
GATEWAY = "Organisations partenaires"
APPENDIX = re.compile(rf"^_*(?:Origine|{GATEWAY}|Liens annexes)_*\s*$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s)\]>\"']+")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
YEAR_ALONE = re.compile(rb"(?:19|20)\d\d")
VERSION = re.compile(r"\b(?:v|version )(\d+(?: \d+)*)\b")
NUMBER = re.compile(r"\d+")
BETWEEN = bytes(code if chr(code) in ascii_lowercase + digits else ord(" ") for code in range(256))
"""What is no letter nor digit parts words."""
SKETCH = 128
PERMUTATIONS, BAND, SEED = 16, 4, 1
NEAR, NEAR_BAND = 8, 2  # the same of a title's words
SHORT = 3  # characters of a word whose last letter is no plural
LONGEST_PLACE = 5  # words


def bag_of(folded: str) -> str:
    """Of a folded title; the words themselves where nothing else is left."""
    words = folded.split()
    return " ".join(sorted(word for word in words if word not in SMALL_WORDS) or sorted(words))


def called(bag: str, publisher: str = "") -> str:
    """The different words of a title's bag that mean something, with those of the publisher that a republisher puts in
    front."""
    return " ".join(sorted({*bag.split(), *bag_of(publisher).split()} - NOISE))


def years_of(folded: str) -> tuple[str, ...]:
    return _distinct(YEAR.findall(folded))


def versions_of(folded: str) -> tuple[str, ...]:
    return _distinct(VERSION.findall(folded))


def numbers_of(folded: str) -> tuple[str, ...]:
    """Every number in order, leading zeros aside."""
    return _distinct(number.lstrip("0") for number in NUMBER.findall(folded))


def without_numbers(bag: str) -> str:
    """What the titles of one series have in common."""
    return " ".join(word for word in bag.split() if word.isalpha() or not has_digit(word))


def has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


Words = frozenset[bytes]
"""Those of a text, each once, in UTF-8: they are only ever hashed."""


def words_of(text: str) -> Words:
    """The different words of a description, its addresses and entities aside. As ``fold`` has them, but in a tenth of
    the time; texts in other letters than ours are folded.
    """
    plain = ADDRESS.sub(" ", text).lower()
    plain = (unescape(plain) if "&" in plain else plain).replace("œ", "oe").replace("’", " ")
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").translate(BETWEEN)
    return frozenset(letters.split() or fold(text).encode("utf-8", "replace").split())


def without_appendix(text: str) -> str:
    """A description without what data.gouv.fr's gateway to INSPIRE catalogues, closed in 2024, put behind it: lineage,
    partners and links under fixed headings. It is often another layer's; a tenth of the national catalogue has one."""
    found = APPENDIX.search(text) if GATEWAY in text else None
    return text[: found.start()] if found else text


def sketch_of(words: Iterable[bytes]) -> bytes:
    """Packed 32-bit numbers, ascending."""
    return array("I", sorted(set(map(crc32, words)))[:SKETCH]).tobytes()


def digest_of(sketch: bytes, length: int) -> int:
    """The same for texts of the same words; 0 for none."""
    if not length:
        return 0
    return int.from_bytes(blake2b(sketch + length.to_bytes(4, "big"), digest_size=8).digest(), "big")


def dated_of(words: Words) -> tuple[int, tuple[str, ...]]:
    """What is the same for descriptions that differ by numbers and months alone (0 where they say nothing else), and
    the years that one names."""
    numbers = [word for word in words if not word.isalpha()]
    dating = sum(map(crc32, numbers)) + sum(map(crc32, words & MONTHS))
    years = (word.decode() for word in numbers if len(word) == 4 and YEAR_ALONE.fullmatch(word))
    return sum(map(crc32, words)) - dating, _distinct(years)


def bands_of(texts: Sequence[Words]) -> list[tuple[str, ...]]:
    """For each text what it is looked up by: MinHash bands; two that share one are probably alike."""
    digests = RMinHash.digests_from_token_sets([list(words) for words in texts], PERMUTATIONS, SEED)
    return [_bands(digest) if words else () for words, digest in zip(texts, digests, strict=True)]


def near_of(bags: Sequence[str]) -> list[tuple[str, ...]]:
    """For each title's bag what titles that are nearly the same share: MinHash bands of its words without plurals."""
    words = [[_singular(word) for word in bag.split()] for bag in bags]
    digests = RMinHash.digests_from_token_sets(words, NEAR, SEED)
    bands = [_pieces(digest, NEAR, NEAR_BAND) if said else () for said, digest in zip(words, digests, strict=True)]
    return [tuple(f"near:{start}:{band}" for start, band in enumerate(found)) for found in bands]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > SHORT and word[-1] in "sx" else word


def _pieces(digest: Sequence[int], length: int, piece: int) -> list[str]:
    """So many numbers each, in hexadecimal."""
    form = "-".join(["%x"] * piece)
    return [form % tuple(digest[at : at + piece]) for at in range(0, length, piece)]  # twice as fast as by number


def _bands(digest: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"band:{start * BAND}:{band}" for start, band in enumerate(_pieces(digest, PERMUTATIONS, BAND)))


class Sketch(NamedTuple):
    """The numbers of a sketch, as a set and ascending."""

    numbers: frozenset[int]
    ordered: tuple[int, ...]


def unpacked(sketch: bytes) -> Sketch:
    ordered = tuple(memoryview(sketch).cast("I"))
    return Sketch(frozenset(ordered), ordered)


def likeness(one: Sketch, other: Sketch, lengths: tuple[int, int]) -> tuple[float, float]:
    """How much two sketched texts of so many different words have in common: of both together (Jaccard), and of the
    shorter one.
    """
    both, (first, second) = one.numbers & other.numbers, lengths
    shortest = min(second, first)
    if not both or not shortest:
        return 0.0, 0.0
    if len(one.ordered) < SKETCH and len(other.ordered) < SKETCH:
        shared = float(len(both))
        union = len(one.ordered) + len(other.ordered) - shared
    else:
        share = _sampled(one.ordered, other.ordered, both)
        union = (first + second) / (1 + share)
        shared = share * union
    return shared / union, min(1.0, shared / shortest)


def _sampled(one: tuple[int, ...], other: tuple[int, ...], both: frozenset[int]) -> float:
    """The part of the smallest numbers of either, a sample of both texts, that is in ``both``."""
    merged, common = sorted(one + other), sorted(both)  # two runs merge fast
    place = SKETCH - 1  # of the sample's last number, were there none twice
    while place != (further := SKETCH - 1 + bisect_left(common, merged[place])):
        place = further
    last = merged[place + (merged[place] == merged[place - 1])]
    return bisect_right(common, last) / SKETCH


@lru_cache(maxsize=20_000)
def place_words(folded: str) -> frozenset[str]:
    """The words of a folded title that belong to the name of a place of France."""
    words, found, names = folded.split(), set[str](), _place_names()
    for start in range(len(words)):
        if words[start] not in _first_words():
            continue
        for end in range(min(len(words), start + LONGEST_PLACE), start, -1):
            if " ".join(words[start:end]) in names:
                found.update(words[start:end])
                break
    return frozenset(found)


def may_be_places(words: frozenset[str]) -> bool:
    """Whether each belongs to some name of a place: told at once, and mostly no."""
    return words <= _place_vocabulary()


@cache
def _place_vocabulary() -> frozenset[str]:
    return frozenset(word for name in _place_names() for word in name.split())


@cache
def _place_names() -> frozenset[str]:
    """A title that says "ville" does not mean the commune of Ville."""
    return frozenset(place.name_folded for place in gazetteer().names()) - LEVEL_WORDS.keys()


@cache
def _first_words() -> frozenset[str]:
    """Most words of titles begin no name of a place."""
    return frozenset(name.split()[0] for name in _place_names() if name)


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))
