"""The publishers that the index holds, by every name that they go by."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from dcat.normalise.bodies import level_of, territory_of_name
from dcat.portal import Level
from dcat.territory import NATIONAL, NamedPlace, gazetteer
from dcat.text import fold
from search.question.bodies import bodies, key_of, local_opening
from search.question.lexicon import BODY_WORDS, LEVEL_WORDS, STOP_WORDS, common_words
from search.question.near import NearIndex
from search.question.subjects import vocabulary

PARENTHESIS = re.compile(r"\(([^()]*)\)")
HEAD = re.compile(r"\s+[-–—:|]\s+")
INITIALS = range(3, 9)  # letters
SHORTEST_UNUSUAL, SHORTEST_ALONE = 3, 4
ONE_WORD_FLOOR = 10
"""Datasets from which a name of one word is known: below, it may be any word (*Mobility*, *Sites*)."""
ONE_WORD_NAMES = 2
"""Names that may have the word: what more have is a word of their trade."""
LOCAL_LEVELS = (Level.DEPARTEMENT, Level.REGION, Level.EPCI, Level.COMMUNE)


class PublisherNames:
    """``counts``: name as the index has it → its datasets. Nothing is looked through when a question is read."""

    def __init__(self, counts: Mapping[str, int] | None = None) -> None:
        counts = counts or {}
        self._counts = {name: counts[name] for name in sorted(counts, key=lambda name: (-counts[name], name))}
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self._of_body: dict[str, list[str]] = defaultdict(list)
        for name in self._counts:
            keys, labels = _known_as(name)
            for key in keys:
                self._by_key[key].append(name)
            for label in labels:
                self._of_body[label].append(name)

    def begin_with(self, word: str) -> bool:
        """Whether any key begins with a word, without the mark of a plural."""
        return word in self._first_words

    def named(self, key: str) -> Sequence[str]:
        """The names with a key, the one with the most datasets first."""
        return self._by_key.get(key, ())

    def of_body(self, label: str, place: str = "") -> Sequence[str]:
        """The names of a body of ``tables/bodies.csv``; of one that each place has, the closest to the place."""
        if not place:
            return self._of_body.get(label, ())
        chain = (f"{label} {wider.code}" for wider in gazetteer().chain(place))
        return next((self._of_body[key] for key in chain if key in self._of_body), ())

    def of_place(self, code: str) -> Sequence[str]:
        """The names of the body that governs a territory."""
        territory = gazetteer().get(code)
        if territory is None:
            return ()
        last = fold(territory.name).split()[-1]
        return [name for name in self._by_word.get(last, ()) if territory_of_name(name).code == code]

    def near(self, compact: str) -> Sequence[str]:
        """The names within one typing error of one written without spaces."""
        index, keys = self._near
        return [name for near in sorted(index.near(compact)) for name in self.named(keys[near])]

    def is_telling(self, name: str) -> bool:
        """Whether a name can be nobody's else and no words for what is asked, wherever it stands in a question."""
        folded = fold(PARENTHESIS.sub(" ", name))
        words = [word for word in folded.split() if word not in STOP_WORDS]
        if not words or folded in vocabulary().keyword_texts or is_government(name):
            return False
        if len(words) == 1:
            known = self._counts[name] >= ONE_WORD_FLOOR and len(self._by_word.get(words[0], ())) <= ONE_WORD_NAMES
            return known and len(words[0]) >= SHORTEST_ALONE and is_unusual(words[0])
        return words[0] in BODY_WORDS or any(map(is_unusual, words))

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(key.partition(" ")[0] for key in self._by_key)

    @cached_property
    def _by_word(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._counts:
            for word in set(fold(name).split()):
                found[word].append(name)
        return found

    @cached_property
    def _near(self) -> tuple[NearIndex, Mapping[str, str]]:
        keys = {key.replace(" ", ""): key for key in self._by_key}
        return NearIndex(keys), keys


def is_unusual(word: str) -> bool:
    """A folded word that is neither common, nor one of a competence, nor a place."""
    usual = word in common_words() or word in vocabulary().words or word in STOP_WORDS
    return not usual and len(word) >= SHORTEST_UNUSUAL and not word.isdigit() and not gazetteer().by_name(word)


@lru_cache(maxsize=4_096)
def is_government(name: str) -> bool:
    """Whether the body of this name governs a place: then it is the place that the question names."""
    return territory_of_name(name).code not in ("", NATIONAL) or level_of(fold(name)) is not None


@lru_cache(maxsize=65_536)
def _known_as(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of a name, and the bodies that it is one of; kept, since most names are those of the index before."""
    return tuple(dict.fromkeys(_keys(name))), tuple(dict.fromkeys(_labels(name)))


def _keys(name: str) -> Iterator[str]:
    """The whole name, what stands before or around a parenthesis, and the initials in it."""
    yield key_of(fold(name).split())
    bare = PARENTHESIS.sub(" ", name)
    yield key_of(fold(bare).split())
    for inside in PARENTHESIS.findall(name):
        if _are_initials(inside.strip(), bare):
            yield key_of(fold(inside).split())


def _are_initials(text: str, name: str) -> bool:
    """*Insee*, *IFREMER*: letters of the name in their order, the first one first."""
    word, letters = fold(text), iter("".join(fold(name).split()))
    return len(word) in INITIALS and word.isalpha() and all(letter in letters for letter in word)


def _labels(name: str) -> Iterator[str]:
    """The bodies of the table that a name of the index is one of: by any of its keys, what stands before a dash, or a
    longer form of a name of several words (*Ministère de la Culture et de la Communication*)."""
    for key in (*_keys(name), key_of(fold(HEAD.split(name)[0]).split())):
        words = key.split()
        beginnings = (" ".join(words[:end]) for end in range(len(words) - 1, 1, -1))
        for form in (key, *beginnings):
            body = bodies().get(form)
            if body and body.national:
                yield body.label
                break
    yield from _local_labels(fold(PARENTHESIS.sub(" ", name)).split())


def _local_labels(words: list[str]) -> Iterator[str]:
    opened = local_opening(words)
    if opened:
        body, end = opened
        for code in _place_of(words[end:])[:1]:
            yield f"{body.label} {code}"


def _place_of(words: list[str]) -> list[str]:
    """The codes that the end of a name may mean: *d'Ille-et-Vilaine*, *35*, *de région Bretagne*, *du Mans*."""
    for start, word in enumerate(words):
        rest = words[start:]
        numbered = gazetteer().get(f"departement:{word.upper()}") if len(rest) == 1 else None
        if found := [numbered.code] if numbered else _by_level(named.code for named in _places(rest)):
            return found
        if word not in LEVEL_WORDS and word not in STOP_WORDS:
            break
    return []


def _places(words: list[str]) -> Iterator[NamedPlace]:
    """Places called so, with the article that a name may have lost to *de*: *du Mans*."""
    name = " ".join(words)
    for form in (name, f"le {name}", f"la {name}", f"les {name}"):
        yield from gazetteer().by_name(form)


def _by_level(codes: Iterable[str]) -> list[str]:
    order = {str(level): rank for rank, level in enumerate(LOCAL_LEVELS)}
    return sorted(codes, key=lambda code: order.get(code.partition(":")[0], len(order)))


NONE_KNOWN = PublisherNames()
