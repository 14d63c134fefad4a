"""In which language a text is written: what is declared, unless the words say otherwise.

Most portals declare a language and are right, so a vote of small words is enough; langdetect, forty times slower, is
asked only where nothing is declared or the vote disagrees. It is given fixed languages, fixed prior odds (what French
portals publish) and a fixed seed, so that it always answers the same.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory  # type: ignore[import-untyped]
from langdetect.lang_detect_exception import LangDetectException  # type: ignore[import-untyped]

LONGEST = 300
"""Characters looked at."""

PRIORS = {"fr": 0.6, "en": 0.15, "de": 0.08, "es": 0.05, "it": 0.05, "nl": 0.03, "pt": 0.02, "ca": 0.02}
CERTAIN = 0.8
SEED = 0

SMALL_WORDS = {
    "fr": "le la les des du de et en un une est sont dans pour par sur avec au aux ce cette ces qui que ou l d",
    "en": "the of and to in is are for by on with this these that which from as at an be or was were",
    "de": "der die das und des dem den ist sind für von mit im zu auf eine einer ein nicht werden nach",
    "es": "el los las del y en una es son para por con que se al su sus lo como",
    "it": "il lo gli dei delle della di e una sono per con che del nel alla si dal",
    "nl": "het een van en is zijn voor met op deze dit die aan bij naar uit door",
    "pt": "o os as do da dos das e em uma para com por que no na ao são",
    "br": "ar an er hag ha eus gant evit en un war da e ur al",
    "oc": "lo los las del dels de e en un una es per amb que sus al dins",
}
WORD = re.compile(r"[^\W\d_]+")
WINNING_VOTES = 3


def language_of(text: str, declared: str = "") -> str:
    """The BCP 47 primary tag of a text's language, ``""`` where nothing tells.

    ``declared`` (a tag such as ``fr`` or ``fr-FR``) stands unless both the vote and langdetect name one other language.
    """
    sample = text[:LONGEST].lower()
    declared = declared.partition("-")[0].lower()
    voted = vote(sample)
    if declared and voted in {"", declared}:
        return declared
    if voted and voted not in PRIORS:  # Breton and Occitan: langdetect has no profile of them
        return voted
    detected = detect(sample)
    if declared:
        return detected if detected == voted else declared
    return detected or voted


def vote(text: str) -> str:
    """The language with at least three small words in a lower-case text, and twice as many as the next; else ``""``."""
    counts: dict[str, int] = {}
    for languages in filter(None, map(_languages_of_words().get, WORD.findall(text))):
        for language in languages:
            counts[language] = counts.get(language, 0) + 1
    if not counts:
        return ""
    (winner, votes), *others = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return winner if votes >= WINNING_VOTES and all(votes >= 2 * other for _, other in others) else ""


@lru_cache(maxsize=4_096)
def detect(text: str) -> str:
    """What langdetect is at least 80 % sure of, else ``""``."""
    detector = _factory().create()
    detector.set_prior_map(PRIORS)
    detector.append(text)
    try:
        best = detector.get_probabilities()
    except LangDetectException:  # no letters in the text
        return ""
    return str(best[0].lang) if best and best[0].prob >= CERTAIN else ""


@cache
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    """Small word → the languages that have it."""
    found: dict[str, list[str]] = {}
    for language, words in SMALL_WORDS.items():
        for word in words.split():
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


@cache
def _factory() -> DetectorFactory:
    """A factory of our own, with our languages and seed; langdetect's global one is left alone."""
    factory = DetectorFactory()
    factory.seed = SEED
    factory.load_json_profile([Path(PROFILES_DIRECTORY, language).read_text(encoding="utf-8") for language in PRIORS])
    return factory
