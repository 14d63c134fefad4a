"""The table of clues: each a small function of two records, its weight and its words in ``search/tables/clues.csv``.

A function gives how far its clue holds, 0 (not at all) to 1, or −1 to 0 where it can speak against; the weight times
that is what it adds to the score. Licence, formats and the number of files are no clues: republishers change them.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

from msgspec import Struct

from dcat.territory import gazetteer
from dcat.text import fold
from search.dedupe.keys import PAGE, kind_of
from search.dedupe.pair import BEGUN, Pair
from search.dedupe.texts import may_be_places
from search.dedupe.verdict import Weighed

SHARED_DOWNLOADS = 0.5  # more than this part of the larger record's addresses: less is an extract or an aggregate
FEW_WORDS = 5  # a description of fewer different words says little
HALF = 0.55  # what a text that was cut counts as
DATED = 0.5  # descriptions with this part of their words in common are one text for two dates
WITHIN = 0.7  # part of the shorter description's words that the longer one has: it says some of the same
UNLIKE = 0.3  # descriptions with a smaller part of their words in common are other texts


class ClueRow(Struct, frozen=True):
    """One row of the table; ``part`` is proof, for, against or veto."""

    clue: str
    part: str
    weight: float
    compares: Mapping[str, str]
    text: Mapping[str, str]


@cache
def table() -> Mapping[str, ClueRow]:
    """By name."""
    text = files("search.tables").joinpath("clues.csv").read_text(encoding="utf-8")
    return {row["clue"]: _row(row) for row in csv.DictReader(text.splitlines())}


def _row(row: dict[str, str]) -> ClueRow:
    compares = {"fr": row["compares_fr"], "en": row["compares_en"]}
    return ClueRow(row["clue"], row["part"], float(row["weight"]), compares, {"fr": row["fr"], "en": row["en"]})


Clue = Callable[[Pair], float]


def pointer(pair: Pair) -> float:
    """One names the other, and nobody else bears that name."""
    one, other = pair.one, pair.other
    if not one.origin and not other.origin:
        return 0.0
    pointed = {*one.origin} & {*other.own} | {*other.origin} & {*one.own}
    return float(any(kind_of(key) != PAGE and pair.meaning.has_one_owner(key) for key in pointed))


def identifier(pair: Pair) -> float:
    return float(bool(pair.shared))


def page(pair: Pair) -> float:
    one, other = pair.sets
    shared = one.pages & other.pages
    return float(bool(shared and pair.meaning.usable(shared) - pair.meaning.repeated))


def download(pair: Pair) -> float:
    """More than half of the larger record's addresses; a portal's other records do not give them too."""
    one, other = pair.one, pair.other
    if not one.downloads or not other.downloads:
        return 0.0
    shared = len(pair.meaning.usable(frozenset(one.downloads).intersection(other.downloads)) - pair.meaning.repeated)
    most = max(len(one.downloads), len(other.downloads))
    return float(shared > SHARED_DOWNLOADS * most and one.numbers == other.numbers and not version(pair))


def mention(pair: Pair) -> float:
    one, other = pair.one, pair.other
    if not one.mentions and not other.mentions:
        return 0.0
    return float(not frozenset(one.mentions).isdisjoint(other.own) or not frozenset(other.mentions).isdisjoint(one.own))


def title(pair: Pair) -> float:
    return float(pair.same_title)


def description(pair: Pair) -> float:
    """−1 for another text, 1 for the same; one that was cut or shortened counts as half the same, and one that is
    mostly in the other says nothing against it."""
    if not pair.one.text or not pair.other.text:
        return 0.0
    jaccard, part = pair.texts
    if pair.was_cut or pair.was_shortened:
        jaccard = max(jaccard, HALF)
    if jaccard < UNLIKE:
        return 0.0 if part >= WITHIN and pair.shortest >= BEGUN else -1.0
    brief = pair.shortest < FEW_WORDS
    return (0.5 if brief else 1.0) * (jaccard - UNLIKE) / (1 - UNLIKE)


def publisher(pair: Pair) -> float:
    return float(pair.same_publisher)


def other_publisher(pair: Pair) -> float:
    named = bool(pair.one.publisher and pair.other.publisher)
    return float(named and not pair.same_publisher and not pair.same_seat)


def territory(pair: Pair) -> float:
    one, other = pair.one, pair.other
    if one.seat and one.seat == other.seat:
        return 1.0
    return 0.5 if one.coverage and one.coverage == other.coverage else 0.0


def keywords(pair: Pair) -> float:
    if not pair.one.keywords or not pair.other.keywords:
        return 0.0
    one, other = pair.one.keywords, pair.other.keywords
    if one == other:
        return 1.0
    return len(frozenset(one).intersection(other)) / min(len(one), len(other))


def modified(pair: Pair) -> float:
    return float(bool(pair.one.modified) and pair.one.modified == pair.other.modified)


def generic_title(pair: Pair) -> float:
    """But where one place is meant: both publishers govern it, one passes on what is about it, the title names it."""
    one, other = pair.one, pair.other
    if pair.same_publisher or one.bag != other.bag or not pair.meaning.is_generic(one):
        return 0.0
    named = any(_names(one.title, code) for code in (*one.coverage, *other.coverage))
    return float(not (pair.same_seat or pair.is_retold or named))


# -- hard differences


def year(pair: Pair) -> float:
    return float(_differ(pair.one.years, pair.other.years))


def version(pair: Pair) -> float:
    one, other = pair.one, pair.other
    return float(_differ(one.versions, other.versions) or _differ(one.version, other.version))


def number(pair: Pair) -> float:
    return float(pair.one.numbers != pair.other.numbers)


def dated_text(pair: Pair) -> float:
    """The descriptions are alike, or the same but for their numbers, and each names a year that the other does not: two
    editions, or one that was copied before its date was moved on. Only an identifier tells these apart."""
    first, second = frozenset(pair.one.text_years), frozenset(pair.other.text_years)
    if not first - second or not second - first:
        return 0.0
    but_for_numbers = pair.one.undated != 0 and pair.one.undated == pair.other.undated
    return float(but_for_numbers or pair.texts[0] >= DATED)


def place(pair: Pair) -> float:
    """The titles are the same but for the names of places."""
    first, second = pair.only_one, pair.only_other
    if not first or not second or not may_be_places(first) or not may_be_places(second):
        return 0.0
    one, other = pair.sets
    return float(first <= one.places and second <= other.places)


def disjoint_territory(pair: Pair) -> float:
    one, other = pair.one.coverage, pair.other.coverage
    if not one or not other or one == other:
        return 0.0
    if not _apart(one, other):
        return 0.0
    if pair.same_title and any(_names(pair.one.title, code) for code in (*one, *other)):
        return 0.0  # the title says where: one of the two was read wrongly
    return float(not (pair.same_title and _one_is_the_publishers_own(pair)))


def _one_is_the_publishers_own(pair: Pair) -> bool:
    """The publisher of both governs a place, and has nothing to say of another one: that was read wrongly."""
    return pair.same_publisher and pair.same_seat and (pair.one.seat,) in (pair.one.coverage, pair.other.coverage)


def homonym(pair: Pair) -> float:
    """One title, bodies that govern different places, or texts that have nothing in common."""
    if pair.same_publisher or not pair.same_title:
        return 0.0
    seats = pair.one.seat, pair.other.seat
    apart = (
        bool(all(seats)) and not gazetteer().related(*seats) and not any(_names(pair.one.title, seat) for seat in seats)
    )
    unlike = bool(pair.one.text and pair.other.text) and description(pair) < 0
    return float(apart or unlike)


@lru_cache(maxsize=4_096)
def _names(title: str, seat: str) -> bool:
    """A title that names the place of one of the publishers is no generic one."""
    found = gazetteer().get(seat)
    return found is not None and f" {fold(found.name)} " in f" {title} "


@lru_cache(maxsize=4_096)
def _apart(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """None of these territories holds one of those, or the other way round."""
    return not any(gazetteer().related(first, second) for first in one for second in other)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


CLUES: Mapping[str, Clue] = {
    "pointer": pointer,
    "identifier": identifier,
    "page": page,
    "download": download,
    "mention": mention,
    "title": title,
    "description": description,
    "publisher": publisher,
    "territory": territory,
    "keywords": keywords,
    "modified": modified,
    "generic title": generic_title,
    "other publisher": other_publisher,
    "year": year,
    "version": version,
    "number": number,
    "dated text": dated_text,
    "place": place,
    "disjoint territory": disjoint_territory,
    "homonym": homonym,
}
PROOFS = ("pointer", "identifier", "page", "download")
WORDS = (
    *("mention", "title", "description", "publisher", "territory", "keywords", "modified"),
    *("generic title", "other publisher"),
)


def proof(pair: Pair) -> tuple[Weighed, ...]:
    """The strongest that holds, if any."""
    return tuple(islice(_weighed(pair, _proofs()), 1))


def words(pair: Pair) -> tuple[Weighed, ...]:
    """What each clue of the words that says something adds to the score."""
    return tuple(_weighed(pair, _words()))


Weighing = tuple[tuple[str, Clue, float], ...]


def _weighed(pair: Pair, weighing: Weighing) -> Iterator[Weighed]:
    for name, clue, weight in weighing:
        if held := clue(pair):
            yield Weighed(name, round(held * weight, 2))


@cache
def _proofs() -> Weighing:
    return tuple((name, CLUES[name], table()[name].weight) for name in PROOFS)


@cache
def _words() -> Weighing:
    return tuple((name, CLUES[name], table()[name].weight) for name in WORDS)
