"""High-value dataset categories → the EU table: by IRI, by words, by keywords of a dataset that calls itself one."""

from functools import lru_cache

from msgspec.structs import replace

from dcat.model import Concept, Dataset, Texts
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import codes_by_label, codes_by_word, last_segment, with_code
from dcat.text import fold

NAME = "hvd-category"
BASE = "data.europa.eu/bna/"
REGULATION = "/eli/reg_impl/2023/138"
"""Implementing Regulation (EU) 2023/138, in dcatap:applicableLegislation."""

SIGNS = frozenset(
    ("hvd", "high value dataset", "high-value dataset", "high-value-dataset", "jeu de données de forte valeur")
)
"""Keywords, in lower case."""


def code_hvd(dataset: Dataset, notes: Notes) -> Dataset:  # noqa: ARG001 - a step is given the notes
    """dcatap:hvdCategory."""
    stated = tuple(map(recognise_hvd, dataset.hvd_categories))
    if not stated and dataset.keywords and _is_of_high_value(dataset):
        stated = _of_keywords(dataset.keywords)
    return dataset if same(stated, dataset.hvd_categories) else replace(dataset, hvd_categories=stated)


@lru_cache(maxsize=1_024)
def recognise_hvd(concept: Concept) -> Concept:
    """By its IRI (``…/bna/c_ac64a52d``), its label, or other words for the six main categories."""
    if concept.code:
        return concept
    labels, words = codes_by_label(NAME), codes_by_word("hvd-words")
    code = labels.get(fold(last_segment(concept.iri)), "") if BASE in concept.iri else ""
    for label in concept.label:
        code = code or labels.get(fold(label.value), "") or words.get(fold(label.value), "")
    return with_code(concept, code)


def _is_of_high_value(dataset: Dataset) -> bool:
    if any(REGULATION in address for address in dataset.applicable_legislation):
        return True
    return not SIGNS.isdisjoint([text.value.lower() for text in dataset.keywords])


def _of_keywords(keywords: Texts) -> tuple[Concept, ...]:
    words = codes_by_word("hvd-words")
    found = {code: text.value for text in reversed(keywords) if (code := words.get(fold(text.value), ""))}
    return tuple(Concept(code=code, reason=f"keywords: {word}") for code, word in found.items())
