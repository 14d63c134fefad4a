"""Reading what a question is about: keywords of the competence table, longest first, then labels and notes.

French and English vocabularies are always both tried: "parking", "port" or "agenda" do not tell their language.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property

import Stemmer
from msgspec import Struct
from msgspec.structs import replace

from dcat.competence import Competence, competences
from dcat.text import fold
from search.question.lexicon import (
    ASKING_WORDS,
    ASPECT_WORDS,
    ENGLISH_STOP_WORDS,
    FRENCH_STOP_WORDS,
    GRAIN_OPENERS,
    GRAINS,
    STOP_WORDS,
    common_words,
)
from search.question.near import NearIndex
from search.question.services import services
from search.question.sound import SoundIndex
from search.text.words import FRENCH_STEMS

ABOUT_THE_CATALOGUE = "catalogue-donnees"
"""Its words (open data, catalogue) stand in questions about anything, so another competence goes before it."""

SERVICE_WEIGHT = 4.0
"""Of a brand, which says what kind of service is asked about, unless other words say it better."""

ASIDE_WEIGHT = 0.25
OTHER_FORM_WEIGHT = 0.75
"""Of a keyword found by its stem alone: *dépensées* is less sure to be *dépenses* than *dépenses* is."""
GAP_WEIGHT = 0.8
"""Of a keyword whose words stand in another order or with one word between."""
FAR_WEIGHT = 0.55
"""Of a keyword whose words stand anywhere."""
LENGTH_BONUS = 0.35
OPENING_BONUS = 1.15
"""French questions name their subject first."""
TEXT_WEIGHT = 0.45
NOTES_WEIGHT = 0.4
LOOSE_WEIGHT = 0.4
COSTS, PRICE = frozenset(("coute", "coutent", "couter", "cout", "couts")), "prix"
ROADS = (
    (re.compile(r"a\d{1,3}"), "autoroute"),
    (re.compile(r"n\d{2,4}|rn\d{1,4}"), "rn"),
    (re.compile(r"d\d{2,4}|rd\d{1,4}"), "rd"),
)
"""Numbers of roads, and the words of the table for roads of that sort: *travaux sur l'A7*."""
ELIDED = ("l", "d")
VOWELS = ("a", "e", "i", "o", "u", "y", "h")
SHORTEST_STEM = 3
TELLING_STEM = 5
SHARPNESS = 1.1
NOTHING = 1.2
"""Score of "about none of these"."""
FITS_LEVEL = 0.6


class Phrase(Struct, frozen=True):
    """A keyword: its stems in order, and the competences that have it, each with its words as the table writes them."""

    stems: tuple[str, ...]
    language: str
    text: str
    competences: Mapping[str, frozenset[str]]


class Match(Struct, frozen=True):
    """A keyword found: the positions of its words, ``closeness`` 1 where they stand together and in order."""

    phrase: Phrase
    positions: tuple[int, ...]
    closeness: float
    weight: float


class Subject(Struct, frozen=True):
    """A competence with its score and the keywords found."""

    competence: str
    score: float
    matched: str


class Vocabulary:
    """The words of the competence table, stemmed and weighed."""

    def __init__(self, table: Mapping[str, Competence]) -> None:
        self.table = table
        self._stemmers = {"fr": Stemmer.Stemmer("french"), "en": Stemmer.Stemmer("english")}
        self.phrases = tuple(self._phrases())
        self._texts = {competence.id: self._text(competence) for competence in table.values()}
        frequency = Counter(stem for weights in self._texts.values() for stem in weights)
        self._idf = {stem: math.log(1 + len(table) / count) for stem, count in frequency.items()}
        self._by_stem: dict[tuple[str, str], list[Phrase]] = defaultdict(list)
        for phrase in self.phrases:
            self._by_stem[phrase.language, max(phrase.stems, key=self.idf)].append(phrase)

    def idf(self, stem: str) -> float:
        """How telling a stem is, by the number of competences that use it."""
        return self._idf.get(stem, 0.0)

    def stem(self, word: str, language: str) -> str:
        """The Snowball stem of a folded word, plurals in -os, -is and -us cut too; initials are left alone, and the
        stems that we write ourselves are the index's own."""
        if language == "fr" and word in FRENCH_STEMS:
            return FRENCH_STEMS[word]
        if len(word) <= SHORTEST_STEM:
            return word
        return str(self._stemmers[language].stemWord(word.removesuffix("s")))

    @cached_property
    def words(self) -> frozenset[str]:
        """Every folded word of a keyword."""
        return frozenset(word for phrase in self.phrases for word in phrase.text.split())

    @cached_property
    def lone_words(self) -> frozenset[str]:
        """Every folded word that is a keyword by itself."""
        return frozenset(phrase.text for phrase in self.phrases if len(phrase.stems) == 1)

    @cached_property
    def keyword_texts(self) -> frozenset[str]:
        """Every folded keyword."""
        return frozenset(phrase.text for phrase in self.phrases)

    @cached_property
    def _near(self) -> NearIndex:
        return NearIndex(self.words | ASKING_WORDS)

    @cached_property
    def _sounds(self) -> SoundIndex:
        return SoundIndex(self.words)

    def corrected(self, word: str) -> str:
        """The keyword's word within one typing error or a lost apostrophe of an unknown word, or read alike."""
        if word in self.words or word in common_words():
            return word
        if word[:1] in ELIDED and word[1:] in self.words and word[1:2] in VOWELS:
            return word[1:]
        return min(self._near.near(word) or self._sounds.alike(word), default=word)

    def matches(self, words: Sequence[str]) -> list[Match]:
        """Every keyword found in the words; an empty word is a place that is read already."""
        found: list[Match] = []
        for language in self._stemmers:
            stems = [self.stem(word, language) if word else "" for word in words]
            where: dict[str, list[int]] = defaultdict(list)
            for position, stem in enumerate(stems):
                where[stem].append(position)
            for stem in dict.fromkeys(filter(None, stems)):
                for phrase in self._by_stem.get((language, stem), ()):
                    match = self._match(phrase, where, words)
                    if match:
                        found.append(match)
        return found

    def _match(self, phrase: Phrase, where: Mapping[str, list[int]], words: Sequence[str]) -> Match | None:
        positions: list[int] = []
        for stem in phrase.stems:
            free = [position for position in where.get(stem, ()) if position not in positions]
            if not free:
                return None
            after = [position for position in free if not positions or position > positions[-1]]
            positions.append((after or free)[0])
        closeness = _closeness(positions, words)
        telling = sum(map(self.idf, phrase.stems)) * (1 + LENGTH_BONUS * (len(phrase.stems) - 1))
        return Match(phrase, tuple(positions), closeness, telling * closeness)

    def told_by(self, competence: str, words: Iterable[str]) -> tuple[str, ...]:
        """Those of the words that its label, keywords or notes have."""
        weights = self._texts[competence]
        return tuple(word for word in words if any(self.stem(word, language) in weights for language in self._stemmers))

    def text_scores(self, words: Iterable[str]) -> dict[str, float]:
        """Competence → how much of the question its label, keywords and notes speak of."""
        stems = {self.stem(word, language) for word in words if word not in STOP_WORDS for language in self._stemmers}
        scores: dict[str, float] = {}
        for competence, weights in self._texts.items():
            score = sum(weights[stem] * self.idf(stem) for stem in stems if stem in weights)
            if score:
                scores[competence] = score
        return scores

    def _phrases(self) -> Iterator[Phrase]:
        owners: dict[tuple[str, tuple[str, ...]], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for competence in self.table.values():
            for language, keyword in _keywords(competence):
                folded = fold(keyword)
                stems = self._content(folded.split(), language)
                if stems:
                    owners[language, stems][competence.id].append(folded)
        for (language, stems), texts in owners.items():
            first = next(iter(texts.values()))[0]
            written = {
                competence: frozenset(map(_singular, " ".join(said).split())) for competence, said in texts.items()
            }
            yield Phrase(stems, language, first, written)

    def _content(self, words: list[str], language: str) -> tuple[str, ...]:
        """Stems without stop words, unless little would be left (*dans ma rue*)."""
        stop_words = FRENCH_STOP_WORDS if language == "fr" else ENGLISH_STOP_WORDS
        content = [word for word in words if word not in stop_words]
        kept = content if 2 * len(content) >= len(words) else words
        return tuple(self.stem(word, language) for word in kept)

    def _text(self, competence: Competence) -> dict[str, float]:
        """Stem → weight of the field where it stands."""
        named = [(word, 1.0) for _, keyword in _keywords(competence) for word in fold(keyword).split()]
        notes = f"{competence.notes} {competence.national_operator} {competence.national_base} {competence.scdl_schema}"
        described = [(word, NOTES_WEIGHT) for word in fold(notes).split()]
        weights: dict[str, float] = {}
        for word, weight in (*named, *described):
            if word not in STOP_WORDS and len(word) > 1:
                for language in self._stemmers:
                    stem = self.stem(word, language)
                    weights[stem] = max(weight, weights.get(stem, 0.0))
        return weights


def read_subjects(
    words: Sequence[str], fits: Callable[[str], bool] = lambda _: False, brands: Mapping[int, str] | None = None
) -> list[tuple[Subject, float]]:
    """Competences with probabilities, best first. ``words``: the question's, empty where a place was read.

    ``fits`` says whether the places asked about hold a competence themselves, which decides between close readings;
    ``brands`` are the sorts of service (``network``…) named by their brand, by position: there the everyday word is
    read in the brand's place, beside other words only.
    """
    brands = brands or {}
    words = [services()[brands[position]].word if position in brands else word for position, word in enumerate(words)]
    lexicon = vocabulary()
    written = [_written(word) for word in words]
    corrected = [lexicon.corrected(word) if word else "" for word in written]
    scores: dict[str, float] = defaultdict(float)
    matched: dict[str, list[str]] = defaultdict(list)
    found = [match for match in lexicon.matches(corrected) if not brands.keys() >= set(match.positions)]
    for (competence, positions), weight in _weights(chosen(found), corrected, written).items():
        scores[competence] += weight
        matched[competence].append(" ".join(words[position] for position in positions if position not in brands))
    said = [
        word for position, word in enumerate(corrected) if word and word not in STOP_WORDS and position not in brands
    ]
    telling = [word for word in said if word not in ASPECT_WORDS] or said
    for competence, score in lexicon.text_scores(telling).items():
        scores[competence] += score * (TEXT_WEIGHT if competence in matched else LOOSE_WEIGHT)
    for competence in filter(None, (services()[kind].competence for kind in brands.values())):
        scores[competence] = max(scores[competence], SERVICE_WEIGHT)
    if ABOUT_THE_CATALOGUE in scores and (len(matched) > 1 or brands):
        scores[ABOUT_THE_CATALOGUE] *= ASIDE_WEIGHT
    for competence in matched:
        scores[competence] += FITS_LEVEL * fits(competence)
    subjects = [
        Subject(competence, score, ", ".join(dict.fromkeys(matched[competence])))
        for competence, score in scores.items()
    ]
    subjects.sort(key=lambda subject: (-subject.score, subject.competence))
    subjects[:1] = [_told(subject, telling) for subject in subjects[:1]]
    return _with_probabilities(subjects)


def _written(word: str) -> str:
    """What the table says for a word: for the number of a road its sort, for what something costs its price."""
    if word in COSTS:
        return PRICE
    return next((sort for number, sort in ROADS if number.fullmatch(word)), word)


def _told(subject: Subject, words: Sequence[str]) -> Subject:
    """The subject with the words that it was found by, where they are no keyword."""
    told = dict.fromkeys(vocabulary().told_by(subject.competence, words))
    return subject if subject.matched else replace(subject, matched=", ".join(told))


def chosen(matches: Iterable[Match]) -> list[Match]:
    """The matches that explain the question: longest first, each word used once, equal readings kept together."""
    taken: dict[int, tuple[int, ...]] = {}
    kept = []
    for match in sorted(
        matches, key=lambda match: (-len(match.positions) * match.closeness, -match.weight, match.phrase.text)
    ):
        clashes = {taken[position] for position in match.positions if position in taken}
        if not clashes or clashes == {match.positions}:
            kept.append(match)
            taken.update(dict.fromkeys(match.positions, match.positions))
    return kept


def _with_probabilities(subjects: list[Subject]) -> list[tuple[Subject, float]]:
    top = max((subject.score for subject in subjects), default=0.0)
    weights = [math.exp(SHARPNESS * (subject.score - top)) for subject in subjects]
    total = sum(weights) + math.exp(SHARPNESS * (NOTHING - top))
    return [(subject, weight / total) for subject, weight in zip(subjects, weights, strict=True)]


def _weights(
    matches: Iterable[Match], words: Sequence[str], typed: Sequence[str]
) -> dict[tuple[str, tuple[int, ...]], float]:
    """Competence and positions → weight; the same words in both languages count once."""
    weights: dict[tuple[str, tuple[int, ...]], float] = {}
    for match in matches:
        here = [typed[position] for position in match.positions]
        said = {word if word in STOP_WORDS else _singular(word) for word in here}  # *plus* is no plural of PLU
        for competence, written in match.phrase.competences.items():
            key = (competence, tuple(sorted(match.positions)))
            other_form = _other_form(match.phrase) if said.isdisjoint(STOP_WORDS) else 0.0
            form = _opening(match, words) if said <= written else other_form
            weight = form * _weight(match, words) / len(match.phrase.competences) ** 0.5
            weights[key] = max(weight, weights.get(key, 0.0))
    return weights


def _weight(match: Match, words: Sequence[str]) -> float:
    """The weight of a match here: what only tells an aspect of a subject (its hours, its number), or how finely it is
    cut (*résultats par bureau de vote*), gives way to it.
    """
    aspect = all(words[position] in ASPECT_WORDS for position in match.positions)
    first = min(match.positions)
    grain = first > 0 and words[first - 1] in GRAIN_OPENERS and words[first] in GRAINS
    return match.weight * (ASIDE_WEIGHT if aspect or grain else 1.0)


def _other_form(phrase: Phrase) -> float:
    """Short stems join words that have nothing in common: *vente* is no *vent*."""
    return OTHER_FORM_WEIGHT if max(map(len, phrase.stems)) >= TELLING_STEM else 0.0


def _opening(match: Match, words: Sequence[str]) -> float:
    first = next((position for position, word in enumerate(words) if word and word not in STOP_WORDS), -1)
    return OPENING_BONUS if first in match.positions else 1.0


def _singular(word: str) -> str:
    """The word without the mark of its plural: two forms that differ by it alone are one."""
    return word.rstrip("sx") if len(word) > SHORTEST_STEM else word


def _closeness(positions: list[int], words: Sequence[str]) -> float:
    """1 where the words follow each other, small words apart."""
    low, high = min(positions), max(positions)
    between = sum(1 for word in words[low : high + 1] if not word or word not in STOP_WORDS)
    gaps = max(0, between - len(positions))
    in_order = positions == sorted(positions)
    if not gaps and in_order:
        return 1.0
    return GAP_WEIGHT if gaps <= 1 else FAR_WEIGHT


def _keywords(competence: Competence) -> Iterator[tuple[str, str]]:
    """(language, keyword), the label first."""
    yield from (("fr", keyword) for keyword in (competence.label_fr, *competence.keywords_fr, *competence.asked_fr))
    yield from (("en", keyword) for keyword in (competence.label_en, *competence.keywords_en, *competence.asked_en))


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the committed table."""
    return Vocabulary(competences())
