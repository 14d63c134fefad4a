"""Words within one typing error of a known word, without comparing with all of them."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA

MIN_LENGTH = 6
"""Shorter words have too many neighbours."""


class NearIndex:
    """Finds known words at one edit (insertion, deletion, substitution, or two letters swapped).

    One edit leaves one half of a word intact, so words are filed by each of their halves (the partition principle of
    PassJoin); only what shares a half at the right place is compared.
    """

    def __init__(self, words: Iterable[str]) -> None:
        filed: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= MIN_LENGTH:
                middle = len(word) // 2
                filed[f"{len(word)}<{word[:middle]}"].append(word)
                filed[f"{len(word)}>{word[middle:]}"].append(word)
        self._filed = dict(filed)

    def near(self, word: str) -> set[str]:
        """Known words at distance 0 or 1."""
        if len(word) < MIN_LENGTH - 1:
            return set()
        return {known for known in self._candidates(word) if OSA.distance(word, known, score_cutoff=1) <= 1}

    def _candidates(self, word: str) -> Iterable[str]:
        for length in (len(word) - 1, len(word), len(word) + 1):
            middle = length // 2
            yield from self._filed.get(f"{length}<{word[:middle]}", ())
            yield from self._filed.get(f"{length}>{word[len(word) - (length - middle) :]}", ())
        middle = len(word) // 2
        swapped = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
        yield from self._filed.get(f"{len(word)}<{swapped[:middle]}", ())
