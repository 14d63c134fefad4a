"""Licences → SPDX, EU or French codes. The unrecognised stays unknown; nothing is assumed where nothing is said."""

from functools import lru_cache

from msgspec.structs import replace

from dcat.licence import GENERIC, find_licence, names_no_licence
from dcat.model import Concept, Dataset, Distribution, Texts
from dcat.normalise.notes import Notes, same
from dcat.normalise.rights import recognise_rights
from dcat.normalise.words import shown, with_code


def code_licences(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:license of the dataset and of every distribution; where there is none, dct:rights if it names a licence."""
    licence = _licence(dataset.licence, dataset.rights, notes)
    distributions = tuple(_with_licence(distribution, notes) for distribution in dataset.distributions)
    if licence is None and not any(distribution.licence for distribution in distributions):
        notes.add("licence-missing", "dct:license")
    if licence is dataset.licence and same(distributions, dataset.distributions):
        return dataset
    return replace(dataset, licence=licence, distributions=distributions)


def common_licence(dataset: Dataset) -> str:
    """The code of the dataset's licence: its own, else that of its distributions where all have the same one."""
    if dataset.licence and dataset.licence.code:
        return dataset.licence.code
    codes = {distribution.licence.code if distribution.licence else "" for distribution in dataset.distributions}
    return codes.pop() if len(codes) == 1 else ""


@lru_cache(maxsize=4_096)
def recognise_licence(concept: Concept) -> Concept:
    """By address, then by words."""
    if concept.code:
        return concept
    for words in (concept.iri, *(label.value for label in concept.label)):
        found = find_licence(words) if words else None
        if found:
            return with_code(concept, found.code)
    return concept


@lru_cache(maxsize=1_024)
def says_no_licence(concept: Concept) -> bool:
    """Words that only fill the place of a licence, or that say who has access (``Pas de restriction d'accès``)."""
    return names_no_licence(shown(concept)) or bool(recognise_rights(replace(concept, code="")).code)


@lru_cache(maxsize=512)
def licence_in_rights(rights: Texts) -> Concept | None:
    """The first licence that rights statements name, with the statement that names it as its label; what only says what
    is allowed comes last."""
    named = [(found, text) for text in rights if (found := find_licence(text.value))]
    named.sort(key=lambda pair: pair[0].code in GENERIC)
    return Concept(label=(named[0][1],), code=named[0][0].code) if named else None


def _with_licence(distribution: Distribution, notes: Notes) -> Distribution:
    licence = _licence(distribution.licence, distribution.rights, notes)
    return distribution if licence is distribution.licence else replace(distribution, licence=licence)


def _licence(stated: Concept | None, rights: Texts, notes: Notes) -> Concept | None:
    if stated is None:
        return licence_in_rights(rights) if rights else None
    licence = recognise_licence(stated)
    if not licence.code:
        named = licence_in_rights(rights) if rights else None
        licence = with_code(licence, named.code) if named else licence
    if not licence.code:
        rule = "licence-missing" if says_no_licence(licence) else "licence-unknown"
        notes.add(rule, "dct:license", shown(licence))
    return licence
