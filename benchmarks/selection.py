"""Resource selection as the literature does it: which collection of documents answers a question, by words alone.

CORI (Callan, Lu, Croft 1995), ReDDE (Si, Callan 2003), CRCS with linear decay (Shokouhi 2007), and the collection of
the best document by BM25. None of them knows a place, a competence or a level of government.
"""

import math
import random
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from heapq import nlargest

import Stemmer

from dcat.text import fold
from search.question.lexicon import STOP_WORDS

K1, B = 1.2, 0.75
SAMPLED = 300
"""Documents of each collection in the central sample of ReDDE and CRCS."""
REDDE_SHARE = 0.003
"""Share of all documents that ReDDE takes as relevant."""
CRCS_DEPTH = 50
DEPTH = 1_000

Ranking = list[str]


class Documents:
    """An inverted index of words' stems; each document belongs to one collection."""

    def __init__(self, documents: Iterable[tuple[str, str]]) -> None:
        self._stem = Stemmer.Stemmer("french")
        self.collections: list[str] = []
        self._lengths = array("I")
        self._postings: dict[str, tuple[array[int], array[int]]] = defaultdict(lambda: (array("I"), array("B")))
        for collection, text in documents:
            self._add(collection, text)
        self._mean = sum(self._lengths) / max(1, len(self._lengths))

    def __len__(self) -> int:
        return len(self.collections)

    def stems(self, text: str) -> list[str]:
        """Stems of the words of a text, stop words left out."""
        return list(self._stem.stemWords([word for word in fold(text).split() if word not in STOP_WORDS]))

    def ranked(self, question: str, depth: int = DEPTH, among: frozenset[int] | None = None) -> list[int]:
        """Documents by BM25, the best first."""
        scores: dict[int, float] = defaultdict(float)
        for stem in dict.fromkeys(self.stems(question)):
            documents, frequencies = self._postings.get(stem, (array("I"), array("B")))
            idf = math.log(1 + (len(self) - len(documents) + 0.5) / (len(documents) + 0.5))
            for document, frequency in zip(documents, frequencies, strict=True):
                if among is None or document in among:
                    norm = K1 * (1 - B + B * self._lengths[document] / self._mean)
                    scores[document] += idf * frequency * (K1 + 1) / (frequency + norm)
        return nlargest(depth, scores, key=lambda document: (scores[document], -document))

    def frequencies(self, stem: str) -> Counter[str]:
        """Collection → documents in which the stem stands."""
        documents, _ = self._postings.get(stem, (array("I"), array("B")))
        return Counter(self.collections[document] for document in documents)

    def words_of(self) -> Counter[str]:
        """Collection → how many words it has."""
        counts: Counter[str] = Counter()
        for collection, length in zip(self.collections, self._lengths, strict=True):
            counts[collection] += length
        return counts

    def _add(self, collection: str, text: str) -> None:
        number = len(self.collections)
        counts = Counter(self.stems(text))
        self.collections.append(collection)
        self._lengths.append(sum(counts.values()))
        for stem, count in counts.items():
            documents, frequencies = self._postings[stem]
            documents.append(number)
            frequencies.append(min(count, 255))


def best_document(documents: Documents) -> Callable[[str], Ranking]:
    """Collections in the order of their best documents."""

    def rank(question: str) -> Ranking:
        return list(dict.fromkeys(documents.collections[document] for document in documents.ranked(question)))

    return rank


def cori(documents: Documents) -> Callable[[str], Ranking]:
    """Each collection as one large document; the constants are the authors'."""
    words = documents.words_of()
    mean = sum(words.values()) / len(words)

    def rank(question: str) -> Ranking:
        beliefs: dict[str, float] = defaultdict(float)
        for stem in dict.fromkeys(documents.stems(question)):
            found = documents.frequencies(stem)
            rarity = math.log((len(words) + 0.5) / max(1, len(found))) / math.log(len(words) + 1)
            for collection, frequency in found.items():
                share = frequency / (frequency + 50 + 150 * words[collection] / mean)
                beliefs[collection] += 0.6 * share * rarity
        return _best_first(beliefs)

    return rank


def redde(documents: Documents, seed: int = 0) -> Callable[[str], Ranking]:
    """Relevant documents of each collection, estimated from a sample and scaled by its size."""
    sample, weights = _sample(documents, seed)
    relevant = REDDE_SHARE * len(documents)

    def rank(question: str) -> Ranking:
        estimates: dict[str, float] = defaultdict(float)
        seen = 0.0
        for document in documents.ranked(question, among=sample):
            if seen >= relevant:
                break
            collection = documents.collections[document]
            estimates[collection] += weights[collection]
            seen += weights[collection]
        return _best_first(estimates)

    return rank


def crcs(documents: Documents, seed: int = 0) -> Callable[[str], Ranking]:
    """As ReDDE, but a sampled document counts by its rank."""
    sample, weights = _sample(documents, seed)

    def rank(question: str) -> Ranking:
        scores: dict[str, float] = defaultdict(float)
        for position, document in enumerate(documents.ranked(question, CRCS_DEPTH, sample)):
            collection = documents.collections[document]
            scores[collection] += (CRCS_DEPTH - position) * weights[collection]
        return _best_first(scores)

    return rank


def _sample(documents: Documents, seed: int) -> tuple[frozenset[int], Mapping[str, float]]:
    """Documents of the central sample, and for how many each stands."""
    by_collection: dict[str, list[int]] = defaultdict(list)
    for number, collection in enumerate(documents.collections):
        by_collection[collection].append(number)
    chance = random.Random(seed)
    drawn = {name: chance.sample(all_of, min(SAMPLED, len(all_of))) for name, all_of in sorted(by_collection.items())}
    weights = {name: len(by_collection[name]) / len(numbers) for name, numbers in drawn.items()}
    return frozenset(number for numbers in drawn.values() for number in numbers), weights


def _best_first(scores: Mapping[str, float]) -> Ranking:
    return sorted(scores, key=lambda name: (-scores[name], name))


def bootstrap(ours: Sequence[bool], other: Sequence[bool], rounds: int = 10_000, seed: int = 0) -> float:
    """How often the other is as good as ours on questions drawn again (paired): p of "ours is better"."""
    gaps = [int(one) - int(two) for one, two in zip(ours, other, strict=True)]
    chance = random.Random(seed)
    return sum(sum(chance.choices(gaps, k=len(gaps))) <= 0 for _ in range(rounds)) / rounds
