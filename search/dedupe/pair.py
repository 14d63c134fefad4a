"""Two records to be compared."""

from collections import Counter
from functools import lru_cache

from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.dedupe.facts import Facts
from search.dedupe.once import once
from search.dedupe.senses import Meaning
from search.dedupe.texts import NOISE, bag_of, has_digit, likeness
from search.question.lexicon import LEVEL_WORDS

BEGUN = 8  # different words that a text has at least where it was cut
NO_KEYS: frozenset[int] = frozenset()
CUT = 0.9  # part of the shorter description's words that the longer one has where it was only cut…
BEGINNING = 0.75  # …and where it ends in dots: the portal's own name may have come in front


class Pair:
    """Two records to be compared, and what several clues need of both, worked out once."""

    def __init__(self, one: Facts, other: Facts, meaning: Meaning) -> None:
        self.one, self.other, self.meaning = one, other, meaning
        self.sets = first, second = meaning.sets(one), meaning.sets(other)
        self.same_portal = one.portal == other.portal
        self.same_publisher = bool(one.publisher) and one.publisher == other.publisher
        self.unproven = first.proving.isdisjoint(second.proving)
        """Nothing that could prove anything is common: nearly always, and told at once."""
        self.only_one, self.only_other = first.bag - second.bag, second.bag - first.bag

    @once
    def same_title(self) -> bool:
        """The same words, but for those of the common publisher, or that say nothing (“open data”)."""
        if self.one.bag == self.other.bag:
            return bool(self.one.bag)
        if not self.only_one and not self.only_other:
            return self._repeats_nothing()
        return self._added(self.only_one, self.only_other) or self._names_wider_bodies()

    def _repeats_nothing(self) -> bool:
        """What only one says twice makes another thing (games, games on playgrounds), but for what republishers put."""
        counts = Counter(self.one.bag.split())
        counts.subtract(self.other.bag.split())
        repeated = {word for word, number in counts.items() if number and not has_digit(word)}
        return repeated <= NOISE.union(self.one.publisher.split(), self.other.publisher.split())

    def _added(self, first: frozenset[str], second: frozenset[str]) -> bool:
        """One title is the other's with the whole name of the other record's publisher in front, or with noise."""
        if (first and second) or not self.one.bag or not self.other.bag:
            return False
        longer, shorter = (self.one, self.other) if first else (self.other, self.one)
        added, name = (first | second) - NOISE, frozenset(bag_of(shorter.publisher).split())
        return added <= name <= frozenset(longer.bag.split()) or not added

    def _names_wider_bodies(self) -> bool:
        """The titles are the same but for bodies that govern more than the one place that both are about: who passes a
        dataset on may put its own name in front of those that are there."""
        if not self.same_place:
            return False
        return all(_are_wider(words - NOISE, self.one.coverage) for words in (self.only_one, self.only_other))

    @once
    def titles(self) -> float:
        """Part of the words of both titles, small words too, that both have."""
        if self.one.title == self.other.title:
            return 1.0
        one, other = self.sets
        both = len(one.title & other.title)
        return both / (len(one.title) + len(other.title) - both or 1)

    @once
    def texts(self) -> tuple[float, float]:
        """Jaccard of the descriptions' words, and the part of the shorter one's that the longer one has."""
        if self.one.text and self.one.text == self.other.text:
            return 1.0, 1.0
        one, other = self.sets
        return likeness(one.sketch, other.sketch, (self.one.length, self.other.length))

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
        return self.texts[1] >= BEGINNING

    @once
    def shared(self) -> frozenset[int]:
        """Strong keys that tell something: within one portal those that are unique in the world, across portals those
        that no portal gives to several records of other titles.
        """
        if self.unproven:
            return NO_KEYS
        one, other = self.sets
        if self.same_portal:
            return self.meaning.usable(one.unique & other.unique)
        found = self.meaning.usable(one.strong & other.strong)
        return found if not found or self.same_title else found - self.meaning.repeated

    @property
    def same_place(self) -> bool:
        """The data are about one place, which is not the whole country."""
        return self.one.coverage == self.other.coverage not in ((), (NATIONAL,))

    @once
    def is_retold(self) -> bool:
        """Both are about one place, and the publisher of one governs more than that: it tells what another has."""
        return self.same_place and any(_governs_more(fact.seat, fact.coverage) for fact in (self.one, self.other))

    @property
    def same_seat(self) -> bool:
        """The publishers govern one local territory, whatever they are called."""
        return self.one.seat == self.other.seat not in ("", NATIONAL)


def _are_wider(words: frozenset[str], coverage: tuple[str, ...]) -> bool:
    """Whether these words are whole names of what holds one of the places, words like "région" aside."""
    if not words:
        return True
    held = frozenset[str]().union(*(name for name in _wider_names(coverage) if name <= words))
    return bool(held) and words <= held | LEVEL_WORDS.keys()


@lru_cache(maxsize=4_096)
def _wider_names(coverage: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """The words of their names."""
    wider = (place for code in coverage for place in gazetteer().chain(code) if place.code != NATIONAL)
    return tuple(frozenset(bag_of(fold(place.name)).split()) for place in wider)


@lru_cache(maxsize=4_096)
def _governs_more(seat: str, coverage: tuple[str, ...]) -> bool:
    return bool(seat) and all(seat != code and gazetteer().covers(seat, code) for code in coverage)
