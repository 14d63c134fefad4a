"""Themes → the thirteen EU data themes: by IRI, by the portal's own map, by words of portals, by keywords last."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from msgspec.structs import replace

from dcat.competence import competences
from dcat.model import Concept, Dataset, Texts
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import code_of_iri, codes_by_label, is_silent, rows, shown, spellings, with_code
from dcat.territory import gazetteer
from dcat.text import fold

NAME = "data-theme"
INSPIRE = re.compile(r"inspire\.ec\.europa\.eu/theme/([a-z]{2})\b", re.IGNORECASE)
HVD = re.compile(r"data\.europa\.eu/bna/(c_[0-9a-f]{8})\b", re.IGNORECASE)
EUROVOC = re.compile(r"eurovoc\.europa\.eu/(\d+)\b")
ELIDED = re.compile(r"\b([dlnsj]) (?=[aeiouyh])")
SHORTEST = 5
MOST_WORDS, LONGEST_REASON = 5, 500
"""Keywords that a reason quotes, and its characters."""
OTHER_USES = (
    "open data|open data portal|portail open data|jeux de donnees|liste des jeux de donnees|inventaire des donnees|"
    "data catalogue|list of datasets|bureaux|orientation|consultations|minutes|resolutions|secteurs|funding|accounts|"
    "events|calendar|carroyage|densite|research|sorties|manifestations|locks|graves|contracts"
)
NOT_TELLING = frozenset(OTHER_USES.split("|"))
"""Words of a competence that a keyword may have for other reasons."""
PARENTHESIS = re.compile(r"(?<!\s)\s*\([^()]*\)\s*$")
SCOPES = frozenset(("national", "regional", "local", "france", "european", "europeen", "mondial", "global"))
"""INSPIRE's spatial scopes, which are keywords too."""
PARTS = re.compile(r"(?<!\s)\s*[,;/|&>]\s*|(?<!\s)\s+-\s+")


def code_themes(dataset: Dataset, notes: Notes) -> Dataset:
    """dcat:theme. A theme that the source does not state, drawn from its keywords, is a concept with a code alone."""
    own = tuple(notes.portal.themes.items())
    themes = tuple(recognise_theme(theme, own) for theme in dataset.themes)
    for theme in themes:
        if not theme.code and not says_no_theme(theme):
            notes.add("theme-unknown", "dcat:theme", shown(theme))
    if not any(theme.code for theme in themes):
        drawn, words = theme_of_keywords(dataset.keywords)
        reason = f"keywords: {', '.join(words[:MOST_WORDS])}"[:LONGEST_REASON]
        themes = (*themes, Concept(code=drawn, reason=reason)) if drawn else themes
    return dataset if same(themes, dataset.themes) else replace(dataset, themes=themes)


@lru_cache(maxsize=1_024)
def says_no_theme(concept: Concept) -> bool:
    """No words, or the name of a place among the keywords that a portal gives as themes."""
    places = [bool(gazetteer().by_name(PARENTHESIS.sub("", text.value))) for text in concept.label]
    return (
        is_silent(concept)
        or (bool(places) and all(places))
        or any(fold(text.value) in SCOPES for text in concept.label)
    )


@lru_cache(maxsize=4_096)
def recognise_theme(concept: Concept, own: tuple[tuple[str, str], ...] = ()) -> Concept:
    """``own`` is the portal's map of words to EU themes, which goes before our tables."""
    if concept.code:
        return concept
    code = code_of_iri(NAME, concept.iri) or _of_portal(concept, own) or _of_scheme(concept.iri)
    words, labels = theme_words(), codes_by_label(NAME)
    for spelling in spellings(concept):
        code = code or words.get(spelling, "") or labels.get(spelling, "")
    for label in concept.label:
        code = code or next(filter(None, (words.get(fold(part), "") for part in PARTS.split(label.value))), "")
    return with_code(concept, code)


def theme_of_keywords(keywords: Texts) -> tuple[str, tuple[str, ...]]:
    """The theme that most keywords speak for, and those keywords: the reason. Earlier keywords win a tie."""
    found = [(theme, text.value) for text in keywords if (theme := theme_of_keyword(fold(text.value)))]
    if not found:
        return "", ()
    votes = Counter(theme for theme, _ in found)
    winner = max(votes, key=lambda theme: votes[theme])
    return winner, tuple(word for theme, word in found if theme == winner)


@lru_cache(maxsize=8_192)
def theme_of_keyword(folded: str) -> str:
    """The theme that a keyword tells by itself, or by how it opens (``eau-zonages-eau``), else ``""``."""
    theme = keyword_themes().get(folded, "")
    if theme or " " not in folded:
        return theme
    words, openings = folded.split(" "), _openings()
    starts = (" ".join(words[:length]) for length in range(min(4, len(words) - 1), 0, -1))
    return next((openings[start] for start in starts if start in openings), "")


@cache
def theme_words() -> Mapping[str, str]:
    """Folded words that portals use as a theme → EU theme."""
    return {spelling: row["theme"] for row in reversed(rows("theme-words")) for spelling in _spelt(row["word"])}


@cache
def keyword_themes() -> Mapping[str, str]:
    """Folded words that tell the theme even as a mere keyword: those marked so, and the words of competences."""
    ours = {spelling: row["theme"] for row in rows("theme-words") if row["keyword"] for spelling in _spelt(row["word"])}
    doubtful = {row["word"] for row in rows("theme-words") if not row["keyword"]}
    return {word: theme for word, theme in _words_of_competences() if word not in doubtful} | ours


@cache
def _openings() -> Mapping[str, str]:
    return {row["word"]: row["theme"] for row in rows("theme-words") if row["keyword"] == "opening"}


def _spelt(word: str) -> set[str]:
    """``qualite de l air`` also without its apostrophe, as in tags made of slugs: ``qualite de lair``."""
    return {word, ELIDED.sub(r"\1", word)}


def _words_of_competences() -> Iterator[tuple[str, str]]:
    """Words of five letters or more that only competences of one theme have."""
    themes: dict[str, set[str]] = {}
    for competence in competences().values():
        for keyword in (*competence.keywords_fr, *competence.keywords_en, competence.label_fr):
            themes.setdefault(fold(keyword), set()).add(competence.theme)
    for word, found in themes.items():
        if len(found) == 1 and len(word) >= SHORTEST and word not in NOT_TELLING:
            yield word, next(iter(found))


def _of_portal(concept: Concept, own: tuple[tuple[str, str], ...]) -> str:
    if not own:
        return ""
    mapped = _folded(own)
    return next((mapped[spelling] for spelling in spellings(concept) if spelling in mapped), "")


@lru_cache(maxsize=256)
def _folded(own: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    return {fold(words): code for words, code in own}


def _of_scheme(iri: str) -> str:
    """INSPIRE themes, high-value dataset categories, domains of EuroVoc."""
    for scheme, pattern in (("inspire", INSPIRE), ("hvd", HVD), ("eurovoc", EUROVOC)):
        found = pattern.search(iri)
        if found:
            return _themes_of_schemes().get((scheme, found[1].lower()), "")
    return ""


@cache
def _themes_of_schemes() -> Mapping[tuple[str, str], str]:
    return {(row["scheme"], row["code"]): row["theme"] for row in rows("theme-iris")}
