"""Access rights → the EU table, and ``SHARED``: shared under conditions."""

import re
from functools import lru_cache

from msgspec.structs import replace

from dcat.model import Concept, Dataset
from dcat.normalise.notes import Notes
from dcat.normalise.words import code_of_iri, codes_by_label, codes_by_word, is_silent, shown, spellings, with_code
from dcat.rights import RESTRICTED
from dcat.text import fold

NAME = "access-right"
LIMITATION = re.compile(r"\b(?:inspire|article|directive)(?: inspire| article)* ?13 ?1 ?[a-h]\b|\bl124 [45]\b")
"""A ground of limitation of INSPIRE's article 13(1), or of the Code de l'environnement that transposes it."""


def code_rights(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:accessRights."""
    if dataset.access_rights is None:
        return dataset
    rights = recognise_rights(dataset.access_rights)
    if not rights.code and not is_silent(rights):
        notes.add("access-rights-unknown", "dct:accessRights", shown(rights))
    return dataset if rights is dataset.access_rights else replace(dataset, access_rights=rights)


@lru_cache(maxsize=1_024)
def recognise_rights(concept: Concept) -> Concept:
    """By EU IRI, by words, by what stands before a colon (``Restreint : …``), by a ground of limitation."""
    if concept.code:
        return concept
    code = code_of_iri(NAME, concept.iri)
    words, labels = codes_by_word("access-right-words"), codes_by_label(NAME)
    heads = (fold(label.value.partition(":")[0]) for label in concept.label if ":" in label.value)
    for spelling in (*spellings(concept), *heads):
        code = code or words.get(spelling, "") or labels.get(spelling, "")
    if not code and any(LIMITATION.search(spelling) for spelling in spellings(concept)):
        code = RESTRICTED
    return with_code(concept, code)
