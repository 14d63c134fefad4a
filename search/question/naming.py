"""Finding publishers in a question. Most words that are somebody's name are none here: a name must be known to the
table of bodies or to the index, and be unlike any word for a subject or a place, unless the question announces it."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from dcat.text import fold
from search.question.bodies import SMALL_WORDS, Body, bodies, first_words, near_bodies, singular
from search.question.candidates import Candidate
from search.question.lexicon import (
    BY,
    CATALOGUE_WORDS,
    DATA_WORDS,
    LEVEL_WORDS,
    LINKS,
    PROVIDING_WORDS,
    PUBLISHER_NOUNS,
    PUBLISHING_VERBS,
    PUBLISHING_WORDS,
    PUT_WORDS,
    STOP_WORDS,
    TRAILING_LEVEL_WORDS,
    common_words,
)
from search.question.model import ReadPublisher
from search.question.publishers import PublisherNames, is_government, is_unusual
from search.question.tokens import Token

LONGEST_NAME = 16
"""Words of the longest name: the Cerema's, small ones too."""
LONGEST_WRONG_NAME = 6
PLACE_WORDS = SMALL_WORDS | LEVEL_WORDS.keys() | TRAILING_LEVEL_WORDS
CODES = ("code", "codes", "numero", "numeros", "n", "identifiant", "identifiants")
WHAT = (["que"], ["qu"])
LONG_OPENING = 5
"""Words before *par* that may say data: *données mises à disposition par*."""


class Found(Struct, frozen=True):
    """The words ``start`` to ``end`` (excluded) name a publisher, announced from ``opened`` on."""

    start: int
    end: int
    label: str
    names: tuple[str, ...] = ()
    opened: int = -1
    national: bool = False

    @property
    def positions(self) -> range:
        """Positions of its words."""
        return range(self.start, self.end)


class PublisherReader:
    """The publishers of one question."""

    def __init__(self, text: str, tokens: Sequence[Token], names: PublisherNames) -> None:
        self._text = text
        self._tokens = tokens
        self._words = [token.word for token in tokens]
        self._singular = [singular(token.word) for token in tokens]
        self._names = names
        self._openings = dict(self._announced())

    def national(self) -> list[Found]:
        """The bodies of the country, which no place can be a part of: read before the places."""
        return self._apart(found for start in self._starts() if (found := self._national_at(start)))

    def read(self, national: Sequence[Found], picked: Sequence[Candidate]) -> list[Found]:
        """All the publishers, given the places that were read."""
        taken = {position for found in national for position in found.positions}
        others = (
            found
            for start in self._starts()
            if start not in taken
            if (found := self._local_at(start, picked) or self._indexed_at(start, picked) or self._meant_at(start))
        )
        return sorted(self._apart((*national, *others)), key=lambda found: found.start)

    def holds(self, found: Sequence[Found], place: Candidate) -> bool:
        """Whether a place's name is part of a publisher's: *Agence de l'eau Loire-Bretagne*, *Météo-France*."""
        inside = {position for one in found for position in one.positions}
        telling = {position for position in place.positions if self._words[position] not in SMALL_WORDS}
        return bool(telling) and inside.issuperset(telling)

    def shown(self, found: Found) -> ReadPublisher:
        """A publisher with its stretches of the question."""
        span = self._tokens[found.start].start, self._tokens[found.end - 1].end
        announced = found.opened >= 0
        opened = found.opened if announced else self._led(found.start)
        return ReadPublisher(
            label=found.label,
            matched=self._text[slice(*span)],
            span=span,
            cut=(self._tokens[opened].start, span[1]),
            names=found.names,
            announced=announced,
            national=found.national,
        )

    def announced_positions(self, found: Sequence[Found]) -> frozenset[int]:
        """Positions of announced publishers and of what announces them: they say nothing of the subject."""
        return frozenset(position for one in found if one.opened >= 0 for position in range(one.opened, one.end))

    @cached_property
    def _unusual(self) -> frozenset[int]:
        """Positions of words that are neither common nor known for anything else."""
        return frozenset(position for position, word in enumerate(self._words) if is_unusual(word))

    def _starts(self) -> Iterator[int]:
        """Where a name may start: not after *code*, which is no body's (*code Insee*)."""
        before = ("", *self._words)
        words = enumerate(self._words)
        return (position for position, word in words if word not in SMALL_WORDS and before[position] not in CODES)

    def _apart(self, found: Iterator[Found] | Sequence[Found]) -> list[Found]:
        """Those that share no word with an earlier one."""
        taken: set[int] = set()
        kept = []
        for one in found:
            if taken.isdisjoint(one.positions):
                kept.append(one)
                taken.update(one.positions)
        return kept

    def _ends(self, start: int, longest: int = LONGEST_NAME) -> Iterator[int]:
        """Where a name that starts here may end, the longest first."""
        for end in range(min(len(self._words), start + longest), start, -1):
            if self._words[end - 1] not in SMALL_WORDS:
                yield end

    def _key(self, start: int, end: int) -> str:
        return " ".join(self._singular[at] for at in range(start, end) if self._words[at] not in SMALL_WORDS)

    def _national_at(self, start: int) -> Found | None:
        ends = self._ends(start) if self._singular[start] in first_words() else ()
        for end in ends:
            key = self._key(start, end)
            body = bodies().get(key)
            if body and body.national and self._is_meant(start, key):
                return self._of_body(start, end, body)
        return self._mistyped_at(start)

    def _of_body(self, start: int, end: int, body: Body) -> Found:
        opened = self._openings.get(start, -1)
        if start and fold(body.label).split()[0] == self._words[start - 1]:
            start -= 1  # the article is part of the name: *La Poste*
        names = tuple(self._names.of_body(body.label))
        return Found(start, end, body.label, names, opened, national=True)

    def _is_meant(self, start: int, key: str) -> bool:
        """A body called by one common word (*La Poste*, *HAS*) is meant where it is announced, or in capitals."""
        word = self._words[start]
        if " " in key or not (word in common_words() or word in STOP_WORDS):
            return True
        typed = self._text[self._tokens[start].start : self._tokens[start].end]
        return start in self._openings or self._after_catalogue(start) or (typed.isupper() and not self._text.isupper())

    def _after_catalogue(self, start: int) -> bool:
        before = self._led(start) - 1
        return before >= 0 and self._words[before] in CATALOGUE_WORDS

    def _led(self, start: int) -> int:
        """Where the small words that lead to a name begin."""
        while start and self._words[start - 1] in LINKS:
            start -= 1
        return start

    def _mistyped_at(self, start: int) -> Found | None:
        """A body within one typing error, where one of the words is unknown."""
        index, keys = near_bodies()
        for end in self._ends(start, LONGEST_WRONG_NAME):
            if not self._unusual.isdisjoint(range(start, end)):
                for near in sorted(index.near(self._key(start, end).replace(" ", ""))):
                    return self._of_body(start, end, bodies()[keys[near]])
        return None

    def _local_at(self, start: int, picked: Sequence[Candidate]) -> Found | None:
        """A body of which each place has one, and the place."""
        ends = self._ends(start) if self._singular[start] in first_words() else ()
        for end in ends:
            body = bodies().get(self._key(start, end))
            place = self._place_after(end, picked) if body and not body.national else None
            if body and place and self._is_meant(start, self._key(start, end)):
                label = f"{body.label}{self._text[self._tokens[end - 1].end : self._tokens[place.end - 1].end]}"
                names = tuple(self._names.of_body(body.label, place.places[0].territory.code))
                return Found(start, place.end, label, names, self._openings.get(start, -1))
        return None

    def _place_after(self, position: int, picked: Sequence[Candidate]) -> Candidate | None:
        """The place that is named here, after small words and those for a level."""
        while position < len(self._words):
            if found := next((place for place in picked if position in place.positions), None):
                return found
            if self._words[position] not in LEVEL_WORDS.keys() | LINKS:
                break
            position += 1
        return None

    def _indexed_at(self, start: int, picked: Sequence[Candidate]) -> Found | None:
        opened = self._openings.get(start, -1)
        if opened >= 0:
            return self._announced_at(start, opened, self._place_after(start, picked))
        for end in self._ends(start) if self._names.begin_with(self._singular[start]) else ():
            names = self._telling(start, end, self._names.named(self._key(start, end)), picked)
            if names:
                return Found(start, end, names[0], names)
        return None

    def _announced_at(self, start: int, opened: int, place: Candidate | None) -> Found | None:
        """Any name that the index has; of the body that governs a place (*publié par la ville de Rennes*), all those
        that it has, if any."""
        found = ((end, names) for end in self._ends(start) if (names := self._names.named(self._key(start, end))))
        end, names = next(found, (0, ()))
        if place and not place.places[0].service and (end <= place.end or is_government(names[0])):
            governing = self._names.of_place(place.places[0].territory.code)
            names = (*(names if end >= place.end else ()), *governing)
            end = max(end, place.end)
        if place and not names:
            end, names = place.end, ()
        typed = self._text[self._tokens[start].start : self._tokens[max(start, end - 1)].end]
        known = tuple(dict.fromkeys(names))
        return Found(start, end, next(iter(known), typed), known, opened) if known or place else None

    def _telling(self, start: int, end: int, names: Sequence[str], picked: Sequence[Candidate]) -> tuple[str, ...]:
        """What is a publisher though nothing says so: a name that can be nobody else's, and is no place's."""
        placed = {position for place in picked for position in place.positions}
        own = (word for word in range(start, end) if word not in placed and self._words[word] not in PLACE_WORDS)
        if next(own, None) is None:
            return ()
        return tuple(name for name in names if self._names.is_telling(name))

    def _meant_at(self, start: int) -> Found | None:
        """An announced name with a typing error."""
        if start not in self._openings:
            return None
        for end in self._ends(start, LONGEST_WRONG_NAME):
            if names := tuple(self._names.near(self._key(start, end).replace(" ", ""))):
                return Found(start, end, names[0], names, self._openings[start])
        return None

    def _published_before(self, position: int) -> int:
        """Where *publié*, *mis en ligne* begins before *par*; what is made or provided (*déchets produits par*) may be
        anything but data, unless the words say data, or nothing before."""
        start = position - 1
        if start < 0 or self._words[start] not in PUBLISHING_WORDS | PROVIDING_WORDS:
            return -1
        said = self._words[start]
        while start and self._words[start - 1] in PUT_WORDS:
            start -= 1
        data = not start or not DATA_WORDS.isdisjoint(self._words[max(0, position - LONG_OPENING) : position])
        return start if data or said in PUBLISHING_WORDS else -1

    def _announced(self) -> Iterator[tuple[int, int]]:
        """Where an announced name starts → where the words that announce it begin."""
        for position, word in enumerate(self._words[:-1]):
            opened = self._opening(position, word)
            if opened >= 0:
                start = position + 1
                while start < len(self._words) - 1 and self._words[start] in LINKS:
                    start += 1
                yield start, opened

    def _opening(self, position: int, word: str) -> int:
        """Where an announcement that ends with this word begins, -1 where it is none."""
        if word in BY:
            return self._published_before(position)
        if word in PUBLISHING_VERBS and self._words[position - 1 : position] in WHAT:
            return position - 1
        colon = self._text[self._tokens[position].end :].lstrip().startswith(":")
        return position if word in PUBLISHER_NOUNS and colon else -1
