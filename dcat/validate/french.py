"""What French law and the practice of data.gouv.fr ask of a public body's dataset."""

import re
from functools import lru_cache

from dcat.model import Agent, Dataset
from dcat.text import fold
from dcat.validate.check import ABSENT, NOTHING, Checks, Values, missing

NUMBER = re.compile(r"\d{9}(?:\d{5})?")
LA_POSTE = "356000000"
SCHEMAS = "schema.data.gouv.fr/"
VERSION = re.compile(r"/v?\d+(?:\.\d+)+")

# Article D. 323-2-1 of the code of relations between the public and the administration: licences for data.
OF_THE_DECREE = frozenset(("etalab-2.0", "fr-lo", "ODbL-1.0"))

# How portals mark the reference data of the public service of data.
REFERENCE_WORDS = frozenset(
    map(fold, ("spd", "service public de la donnée", "données de référence", "donnees-de-reference"))
)


def publisher_siren_missing(dataset: Dataset) -> Values:
    if dataset.publisher is None:
        return NOTHING
    return missing(_number(dataset.publisher))


def publisher_siren_invalid(dataset: Dataset) -> Values:
    number = _number(dataset.publisher) if dataset.publisher else ""
    return NOTHING if not number or _is_sound(number) else (number,)


def licence_outside_decree(dataset: Dataset) -> Values:
    """A licence that is not recognised is not judged."""
    concepts = (dataset.licence, *(one.licence for one in dataset.distributions))
    codes = dict.fromkeys(concept.code for concept in concepts if concept is not None and concept.code)
    return [code for code in codes if code not in OF_THE_DECREE]


def reference_data_frequency_missing(dataset: Dataset) -> Values:
    if dataset.frequency is not None or not dataset.keywords:
        return NOTHING
    return ABSENT if any(fold(text.value) in REFERENCE_WORDS for text in dataset.keywords) else NOTHING


def schema_version_missing(dataset: Dataset) -> Values:
    cited = (*dataset.conforms_to, *(one for part in dataset.distributions for one in part.conforms_to))
    return dict.fromkeys(one.iri for one in cited if SCHEMAS in one.iri and not VERSION.search(one.iri))


def territory_missing(dataset: Dataset) -> Values:
    """The publisher's counts: a body that governs a territory mostly describes it."""
    publisher = dataset.publisher
    return missing((publisher and publisher.territory) or any(place.territory for place in dataset.spatial))


def _number(agent: Agent) -> str:
    """The SIREN or SIRET of an agent, ``""`` where its identifier is something else."""
    plain = agent.identifier.replace(" ", "")
    return plain if NUMBER.fullmatch(plain) else ""


@lru_cache(maxsize=1_024)
def _is_sound(number: str) -> bool:
    """Luhn's key; an establishment of La Poste has digits whose sum is a multiple of five instead."""
    if number.startswith(LA_POSTE) and len(number) > len(LA_POSTE):
        return sum(map(int, number)) % 5 == 0 or _luhn(number)
    return _luhn(number)


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


CHECKS: Checks = {
    "publisher-siren-missing": publisher_siren_missing,
    "publisher-siren-invalid": publisher_siren_invalid,
    "licence-outside-decree": licence_outside_decree,
    "reference-data-frequency-missing": reference_data_frequency_missing,
    "schema-version-missing": schema_version_missing,
    "territory-missing": territory_missing,
}
