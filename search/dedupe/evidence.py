"""The table of clues: each a small function of two records, its weight and its words in ``search/tables/clues.csv``.

A function gives how far its clue holds, 0 (not at all) to 1, or −1 to 0 where it can speak against; the weight times
that is what it adds to the score. Licence, formats and the number of files are no clues: republishers change them.
"""

import csv
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from importlib.resources import files

from msgspec import Struct

from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.dedupe.facts import Facts
from search.dedupe.keys import PAGE, kind_of
from search.dedupe.once import once
from search.dedupe.senses import Meaning, Proofs
from search.dedupe.texts import NOISE, bag_of, likeness, only_in, place_words, title_likeness
from search.dedupe.verdict import Weighed

SHARED_DOWNLOADS = 0.5  # more than this part of the larger record's addresses: less is an extract or an aggregate
FEW_WORDS = 5  # a description of fewer different words says little
SEVERAL_WORDS = 20  # and one that was cut to fewer, not enough
BEGUN = 8  # different words that a text has at least where it was cut
HALF = 0.55  # what a text that was cut counts as
UNLIKE = 0.3  # descriptions with a smaller part of their words in common are other texts
NO_KEYS: frozenset[int] = frozenset()
CUT = 0.9  # part of the shorter description's words that the longer one has where it was only cut


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


class Pair:
    """Two records to be compared, and what several clues need of both, worked out once."""

    def __init__(self, one: Facts, other: Facts, meaning: Meaning) -> None:
        self.one, self.other, self.meaning = one, other, meaning
        self.same_portal = one.portal == other.portal
        self.same_publisher = bool(one.publisher) and one.publisher == other.publisher

    @once
    def proofs(self) -> tuple[Proofs, Proofs]:
        return self.meaning.proofs(self.one), self.meaning.proofs(self.other)

    @once
    def unproven(self) -> bool:
        """Nothing that could prove anything is common: nearly always, and told at once."""
        one, other = self.proofs
        return one.all.isdisjoint(other.all)

    @once
    def same_title(self) -> bool:
        """The same words, but for those of the common publisher, or that say nothing (“open data”)."""
        if self.one.bag == self.other.bag:
            return bool(self.one.bag)
        return not self.only_one | self.only_other or self._added(self.only_one, self.only_other)

    def _added(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """One title is the other's with the whole name of the other record's publisher in front, or with noise."""
        if (first and second) or not self.one.bag or not self.other.bag:
            return False
        longer, shorter = (self.one, self.other) if first else (self.other, self.one)
        added, name = (first | second) - NOISE, frozenset(bag_of(shorter.publisher).split())
        return added <= name <= frozenset(longer.bag.split()) or not added

    @once
    def only_one(self) -> frozenset[str]:
        return only_in(self.one.bag, self.other.bag)

    @once
    def only_other(self) -> frozenset[str]:
        return only_in(self.other.bag, self.one.bag)

    @once
    def titles(self) -> float:
        """Part of the words of both titles, small words too, that both have."""
        return 1.0 if self.one.title == self.other.title else title_likeness(self.one.title, self.other.title)

    @once
    def texts(self) -> tuple[float, float]:
        """Jaccard of the descriptions' words, and the part of the shorter one's that the longer one has."""
        if self.one.text and self.one.text == self.other.text:
            return 1.0, 1.0
        return likeness(self.one.sketch, self.other.sketch, (self.one.length, self.other.length))

    @property
    def shortest(self) -> int:
        return min(self.one.length, self.other.length)

    @once
    def was_cut(self) -> bool:
        """The shorter description is the longer one up to where it was cut."""
        one, other = self.one, self.other
        shorter, longer = (one, other) if one.length <= other.length else (other, one)
        if not shorter.cut or longer.text in (0, shorter.text) or shorter.length < BEGUN:
            return False
        return self.texts[1] >= CUT

    @once
    def shared(self) -> frozenset[int]:
        """Strong keys that tell something: within one portal those that are unique in the world, across portals those
        that no portal gives to several records of other titles.
        """
        if self.unproven:
            return NO_KEYS
        one, other = self.proofs
        if self.same_portal:
            return self.meaning.usable(one.unique & other.unique)
        found = self.meaning.usable(one.strong & other.strong)
        return found if not found or self.same_title else found - self.meaning.repeated

    @property
    def same_seat(self) -> bool:
        """The publishers govern one local territory, whatever they are called."""
        return self.one.seat == self.other.seat not in ("", NATIONAL)


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
    one, other = pair.proofs
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
    """−1 for another text, 1 for the same; one that was cut counts as half the same: by its own
    publisher, or with dots at its end."""
    if not pair.one.text or not pair.other.text:
        return 0.0
    jaccard, part = pair.texts
    if pair.was_cut or (part >= CUT and pair.same_publisher and pair.shortest >= SEVERAL_WORDS):
        jaccard = max(jaccard, HALF)
    if jaccard < UNLIKE:
        return -1.0
    brief = pair.shortest < FEW_WORDS
    return (0.5 if brief else 1.0) * (jaccard - UNLIKE) / (1 - UNLIKE)


def publisher(pair: Pair) -> float:
    return float(pair.same_publisher)


def other_publisher(pair: Pair) -> float:
    return float(bool(pair.one.publisher and pair.other.publisher) and not pair.same_publisher)


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
    return float(not pair.same_publisher and pair.one.bag == pair.other.bag and pair.meaning.is_generic(pair.one))


# -- hard differences


def year(pair: Pair) -> float:
    return float(_differ(pair.one.years, pair.other.years))


def version(pair: Pair) -> float:
    one, other = pair.one, pair.other
    return float(_differ(one.versions, other.versions) or _differ(one.version, other.version))


def number(pair: Pair) -> float:
    return float(pair.one.numbers != pair.other.numbers)


def place(pair: Pair) -> float:
    """The titles are the same but for the names of places."""
    first, second = pair.only_one, pair.only_other
    if not first or not second:
        return 0.0
    return float(first <= place_words(pair.one.title) and second <= place_words(pair.other.title))


def disjoint_territory(pair: Pair) -> float:
    one, other = pair.one.coverage, pair.other.coverage
    if not one or not other or one == other:
        return 0.0
    if pair.same_title and any(_names(pair.one.title, code) for code in (*one, *other)):
        return 0.0  # the title says where: one of the two was read wrongly
    return float(_apart(one, other))


def homonym(pair: Pair) -> float:
    """One title, bodies that govern different places, or texts that have nothing in common."""
    if pair.same_publisher or not pair.same_title:
        return 0.0
    seats = pair.one.seat, pair.other.seat
    apart = bool(all(seats)) and not _related(*seats) and not any(_names(pair.one.title, seat) for seat in seats)
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
    return not any(_related(first, second) for first in one for second in other)


def _differ(one: object, other: object) -> bool:
    return bool(one) and bool(other) and one != other


def _related(one: str, other: str) -> bool:
    return one == other or gazetteer().covers(one, other) or gazetteer().covers(other, one)


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
    "place": place,
    "disjoint territory": disjoint_territory,
    "homonym": homonym,
}
PROOFS = ("pointer", "identifier", "page", "download")
WORDS = (
    *("mention", "title", "description", "publisher", "territory", "keywords", "modified"),
    *("generic title", "other publisher"),
)


def weigh(pair: Pair, name: str) -> Weighed | None:
    """What a clue adds to the score; None where it says nothing."""
    clue, weight = _weighted()[name]
    held = clue(pair)
    return Weighed(name, round(held * weight, 2)) if held else None


@cache
def _weighted() -> Mapping[str, tuple[Clue, float]]:
    return {name: (clue, table()[name].weight) for name, clue in CLUES.items()}
