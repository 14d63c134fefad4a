"""Whether two titles say the same: in any order, without articles, but for what whoever passes a dataset on adds."""

from collections import Counter
from functools import lru_cache

from dcat.territory import NATIONAL, gazetteer
from dcat.text import fold
from search.dedupe.facts import Facts
from search.dedupe.texts import NOISE, bag_of, has_digit
from search.question.lexicon import LEVEL_WORDS

Bag = frozenset[str]


def same_title(one: Facts, other: Facts, only_one: Bag, only_other: Bag) -> bool:
    """The same words, but for those of the common publisher, or that say nothing (“open data”). ``only_one`` are the
    words of the first title alone."""
    if one.bag == other.bag:
        return bool(one.bag)
    if not only_one and not only_other:
        return _repeats_nothing(one, other)
    return _added(one, other, only_one, only_other) or _names_governing_bodies(one, other, only_one, only_other)


def have_one_place(one: Facts, other: Facts) -> bool:
    """Both are about the same territories, which are not the whole country."""
    return one.coverage == other.coverage not in ((), (NATIONAL,))


def _repeats_nothing(one: Facts, other: Facts) -> bool:
    """What only one says twice makes another thing (games, games on playgrounds), but for what republishers put."""
    counts = Counter(one.bag.split())
    counts.subtract(other.bag.split())
    repeated = {word for word, number in counts.items() if number and not has_digit(word)}
    return repeated <= NOISE.union(one.publisher.split(), other.publisher.split())


def _added(one: Facts, other: Facts, only_one: Bag, only_other: Bag) -> bool:
    """One title is the other's with the whole name of the other record's publisher in front, or with noise."""
    if (only_one and only_other) or not one.bag or not other.bag:
        return False
    longer, shorter = (one, other) if only_one else (other, one)
    added, name = (only_one | only_other) - NOISE, frozenset(bag_of(shorter.publisher).split())
    return added <= name <= frozenset(longer.bag.split()) or not added


def _names_governing_bodies(one: Facts, other: Facts, only_one: Bag, only_other: Bag) -> bool:
    """The titles are the same but for bodies that govern the one place that both are about: who passes a dataset on may
    put its own name in front of those that are there."""
    if not have_one_place(one, other):
        return False
    return all(_are_governing(words - NOISE, one.coverage) for words in (only_one, only_other))


def _are_governing(words: Bag, coverage: tuple[str, ...]) -> bool:
    """Whether these words are whole names of the places or of what holds them, words like "région" aside."""
    if not words:
        return True
    held = Bag().union(*(name for name in _names(coverage) if name <= words))
    return bool(held) and words <= held | LEVEL_WORDS.keys()


@lru_cache(maxsize=4_096)
def _names(coverage: tuple[str, ...]) -> tuple[Bag, ...]:
    """The words of the names of these places and of those that hold them."""
    places = (place for code in coverage for place in gazetteer().chain(code) if place.code != NATIONAL)
    return tuple(Bag(bag_of(fold(place.name)).split()) for place in places)
