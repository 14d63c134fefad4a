"""How French words sound, for what is written by ear: *martinik*, *guingant*, *lampadère*."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

SHORTEST = 5
SHORTEST_SOUND = 5
"""Letters of a word, and of its sound, from which it is looked for; shorter ones have too many homophones."""
MOST_LONGER = 3
"""Letters by which two spellings of one sound differ in length."""
TELLING = 4

SPELLINGS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"(?<=[aeiouy])s(?=[aeiouy])", "z"),
        (r"th", "t"),
        (r"[cs]h", "S"),
        (r"c?qu?|ck", "k"),
        (r"s?c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"gn", "ni"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"(?<=[^tdpsxz])[tdpsxz]+$", ""),
        (r"eau|au", "o"),
        (r"[ae]i(?=[nm](?:[^aeiouynm]|$))", "i"),
        (r"ai|ei|e[zr]$", "e"),
        (r"[ae][nm](?=[^aeiouynm]|$)", "A"),
        (r"[iy][nm](?=[^aeiouynm]|$)", "I"),
        (r"o[nm](?=[^aeiouynm]|$)", "O"),
        (r"oeu?|eu", "e"),
        (r"y", "i"),
        (r"h", ""),
        (r"(.)\1+", r"\1"),
        (r"e$", ""),
    )
)
"""Spellings of folded French → their sound, in order; capitals are sounds of two letters."""

MUTE = "tdpsxzeh"
CONSONANTS = str.maketrans("kqszxgmw", "cccccjnv", "aeiouyh")


@lru_cache(maxsize=8_192)
def sound(word: str) -> str:
    """The sound of a folded word without spaces: two words that are read alike have one, most often."""
    for spelling, written in SPELLINGS:
        word = spelling.sub(written, word)
    return word


class SoundIndex:
    """Finds known words that are read like another. They are filed by their first consonants, roughly, which costs
    little; only what is asked for is sounded out."""

    def __init__(self, words: Iterable[str]) -> None:
        self._filed: dict[str, list[str]] = defaultdict(list)
        for word in words:
            if len(word) >= SHORTEST:
                self._filed[_opening(word)].append(word)

    def alike(self, word: str) -> list[str]:
        """Known words of the same sound; none for a short word."""
        heard = sound(word) if len(word) >= SHORTEST else ""
        if len(heard) + sum(map(str.isupper, heard)) < SHORTEST_SOUND:
            return []
        filed = self._filed.get(_opening(word), ())
        return [known for known in filed if abs(len(known) - len(word)) <= MOST_LONGER and sound(known) == heard]


def _opening(word: str) -> str:
    """The first four consonants, those of like sounds alike, doubled ones once."""
    letters = word.replace("ph", "f").replace("gn", "n").rstrip(MUTE).translate(CONSONANTS)
    return "".join(one for one, before in zip(letters, f" {letters}", strict=False) if one != before)[:TELLING]
