"""Two records to be compared."""

from functools import lru_cache

from dcat.territory import NATIONAL, gazetteer
from search.dedupe.facts import Facts
from search.dedupe.once import once
from search.dedupe.senses import Meaning
from search.dedupe.texts import likeness
from search.dedupe.titles import have_one_place, same_title

NO_KEYS: frozenset[int] = frozenset()
BEGUN = 8  # different words that a text has at least where it was cut or shortened
LONG = 20  # the same where its own publisher shortened it
TELLING = 4  # words of a title that says much
CUT = 0.9  # part of the shorter description's words that the longer one has where its own publisher shortened it
BEGINNING = 0.75  # …where it ends in dots: the portal's own name may have come in front
WHOLE, KEPT = 0.95, 0.2  # …where anybody shortened it; then also of the words of both together


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
        """The same words, but for what republishers put in front or behind."""
        return same_title(self.one, self.other, self.only_one, self.only_other)

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
        whole = likeness(one.sketch, other.sketch, (self.one.length, self.other.length))
        if not self.same_publisher or not self.has_appendix:
            return whole
        return max(whole[0], self.proper_texts[0]), max(whole[1], self.proper_texts[1])

    @property
    def has_appendix(self) -> bool:
        """A gateway put something behind one of the texts."""
        return bool(self.one.proper_length or self.other.proper_length)

    @once
    def proper_texts(self) -> tuple[float, float]:
        """The same of what stands before an appendix. Under one publisher it may be all that is common; under another
        name what a gateway put behind is all that tells whose text this is."""
        one, other = self.sets
        return likeness(one.proper, other.proper, self._proper_lengths)

    @property
    def _proper_lengths(self) -> tuple[int, int]:
        one, other = self.one, self.other
        return one.proper_length or one.length, other.proper_length or other.length

    @property
    def shortest(self) -> int:
        return min(self._proper_lengths if self.same_publisher else (self.one.length, self.other.length))

    @once
    def was_cut(self) -> bool:
        """The shorter description is the longer one up to where it was cut."""
        one, other = self.one, self.other
        shorter, longer = (one, other) if one.length <= other.length else (other, one)
        if not shorter.cut or longer.text in (0, shorter.text) or shorter.length < BEGUN:
            return False
        return self.texts[1] >= BEGINNING

    @once
    def was_shortened(self) -> bool:
        """The same without dots: by its own publisher, or under one title of several words, where the longer text says
        all that the shorter one does, and not so much more that it could be about anything else."""
        if not self.one.text or not self.other.text or self.shortest < BEGUN:
            return False
        common, part = self.texts
        if self.same_publisher and self.shortest >= LONG and part >= CUT:
            return True
        if self.has_appendix and not self.same_publisher:
            return False
        telling = self.one.title == self.other.title and len(self.sets[0].bag) >= TELLING
        return telling and part >= WHOLE and common >= KEPT

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
        return have_one_place(self.one, self.other)

    @once
    def is_retold(self) -> bool:
        """Both are about one place, and the publisher of one governs more than that: it tells what another has."""
        return self.same_place and any(_governs_more(fact.seat, fact.coverage) for fact in (self.one, self.other))

    @property
    def same_seat(self) -> bool:
        """The publishers govern one local territory, whatever they are called."""
        return self.one.seat == self.other.seat not in ("", NATIONAL)


@lru_cache(maxsize=4_096)
def _governs_more(seat: str, coverage: tuple[str, ...]) -> bool:
    return bool(seat) and all(seat != code and gazetteer().covers(seat, code) for code in coverage)
