"""How often a dataset is updated → the EU frequency table."""

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec.structs import replace

from dcat.model import Concept, Dataset
from dcat.normalise.notes import Notes
from dcat.normalise.words import code_of_iri, codes_by_label, codes_by_word, is_silent, shown, spellings, with_code
from dcat.text import fold

NAME = "frequency"
PARENTHESIS = re.compile(r"(?<!\s)\s*\([^()]*\)\s*$")
INTRODUCTION = re.compile(r"^(?:mises? a jour|actualisation|frequence|periodicite|updated?)(?: de mise a jour)? ")
REPEATED = re.compile(r"(?:R\d*/)?(P[0-9.]*[YMWD]?(?:T?[0-9.]+[HMS])?)", re.IGNORECASE)


def code_frequency(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:accrualPeriodicity."""
    if dataset.frequency is None:
        return dataset
    frequency = recognise_frequency(dataset.frequency)
    if not frequency.code and not is_silent(frequency):
        notes.add("frequency-unknown", "dct:accrualPeriodicity", shown(frequency))
    return dataset if frequency is dataset.frequency else replace(dataset, frequency=frequency)


@lru_cache(maxsize=4_096)
def recognise_frequency(concept: Concept) -> Concept:
    """By EU IRI, by ISO 8601 repetition (``R/P1Y``), then by words, also without a parenthesis and ``mise à jour``.

    A repetition that the EU table lacks (``R/P1.5M``) is another regular one.
    """
    if concept.code:
        return concept
    code = code_of_iri(NAME, concept.iri)
    words, labels = codes_by_word(f"{NAME}-words"), codes_by_label(NAME)
    repetitions = _repetitions(concept)
    for spelling in (*repetitions, *spellings(concept), *_shortened(concept)):
        code = code or words.get(spelling, "") or labels.get(spelling, "")
    return with_code(concept, code or ("OTHER" if repetitions else ""))


def _shortened(concept: Concept) -> Iterator[str]:
    """``une fois par heure (à l'heure 30)``, ``Mise à jour annuelle``."""
    for label in concept.label:
        bare = fold(PARENTHESIS.sub("", label.value))
        yield bare
        yield INTRODUCTION.sub("", bare)


def _repetitions(concept: Concept) -> list[str]:
    """``R/P1Y`` as the folded ``p1y``."""
    found = (REPEATED.fullmatch(label.value.strip()) for label in concept.label)
    return [fold(match[1]) for match in found if match]
