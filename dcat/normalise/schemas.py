"""SCDL and the other schemas of schema.data.gouv.fr → their names there (``etalab/schema-bal``).

By address or name in dct:conformsTo; where a distribution states none, by the registry's address in its words; where
the keywords say SCDL, by the keyword that says which. What the source does not state is a concept with a code and a
reason.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from msgspec.structs import replace

from dcat.model import Concept, Dataset, Distribution, Texts
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import rows, with_code
from dcat.text import fold

REGISTRY = re.compile(r"\bschema\.data\.gouv\.fr/(?:schemas/)?([\w.-]+/[\w.-]+)", re.IGNORECASE)
SCDL = "scdl"


def code_schemas(dataset: Dataset, notes: Notes) -> Dataset:  # noqa: ARG001 - a step is given the notes
    """dct:conformsTo of the dataset and of its distributions."""
    stated = tuple(map(recognise_schema, dataset.conforms_to))
    distributions = tuple(map(_code_distribution, dataset.distributions))
    if not any(schema.code for schema in stated):
        stated = (*stated, *_of_keywords(dataset.keywords))
    if same(stated, dataset.conforms_to) and same(distributions, dataset.distributions):
        return dataset
    return replace(dataset, conforms_to=stated, distributions=distributions)


@lru_cache(maxsize=1_024)
def recognise_schema(concept: Concept) -> Concept:
    """By the registry's address, by its name, by the address of its repository."""
    if concept.code:
        return concept
    texts = (concept.iri, *(text.value for text in concept.label))
    return with_code(concept, next(filter(None, map(_of_text, texts)), ""))


def _code_distribution(distribution: Distribution) -> Distribution:
    if not distribution.conforms_to and not _quote(distribution.title) and not _quote(distribution.description):
        return distribution
    stated = tuple(map(recognise_schema, distribution.conforms_to))
    if not any(schema.code for schema in stated):
        stated = (*stated, *_of_words(distribution.title), *_of_words(distribution.description))[: len(stated) + 1]
    return distribution if same(stated, distribution.conforms_to) else replace(distribution, conforms_to=stated)


def _quote(texts: Texts) -> bool:
    return any("schema.data" in text.value for text in texts)


def _of_words(texts: Texts) -> tuple[Concept, ...]:
    """The schema whose page in the registry is quoted."""
    for text in texts:
        found = REGISTRY.search(text.value) if "schema.data" in text.value else None
        code = _codes().get(_name(found[1]), "") if found else ""
        if found and code:
            return (Concept(code=code, reason=f"words: {found[0]}"),)
    return ()


def _of_keywords(keywords: Texts) -> tuple[Concept, ...]:
    """``scdl`` and ``subventions``, or ``scdl-subventions``."""
    if not any(SCDL in text.value.lower() for text in keywords):
        return ()
    for word in (fold(text.value) for text in keywords):
        code = _scdl_by_word().get(word.removeprefix(f"{SCDL} "), "")
        if code:
            return (Concept(code=code, reason=f"keywords: {SCDL}, {word}"),)
    return ()


def _of_text(text: str) -> str:
    if "/" not in text:
        return ""
    found = REGISTRY.search(text)
    if found:
        return _codes().get(_name(found[1]), "")
    plain = text.partition("://")[2] or text
    parts = plain.lower().removeprefix("www.").removesuffix(".git").rstrip("/").split("/")
    addresses = ("/".join(parts[:length]) for length in range(min(len(parts), 5), 1, -1))
    return next((_codes()[address] for address in addresses if address in _codes()), "")


def _name(name: str) -> str:
    return name.lower().removesuffix(".html").rstrip(".")


@cache
def _codes() -> Mapping[str, str]:
    """Names in the registry and addresses of repositories, in lower case."""
    table = rows("schemas")
    addresses = {address.lower(): row["code"] for row in table for address in row["addresses"].split("|") if address}
    return addresses | {row["code"].lower(): row["code"] for row in table}


@cache
def _scdl_by_word() -> Mapping[str, str]:
    """Words → schema, of those of the Socle commun des données locales."""
    return {
        fold(word): row["code"] for row in rows("schemas") if row["scdl"] for word in row["words"].split("|") if word
    }
