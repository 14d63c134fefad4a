"""Languages and the small vocabularies of DCAT-AP → EU codes."""

from functools import lru_cache

from msgspec.structs import replace

from dcat.language import language_of
from dcat.model import Agent, Concept, Dataset, Distribution, text_in
from dcat.normalise.notes import Notes, same
from dcat.normalise.words import (
    code_of_iri,
    codes_by_label,
    codes_by_word,
    is_silent,
    rows,
    shown,
    spellings,
    with_code,
)


def code_languages(dataset: Dataset, notes: Notes) -> Dataset:
    """dct:language of dataset and distributions; where the dataset has none, that of its title and description."""
    languages = tuple(map(recognise_language, dataset.languages)) or _language_of_texts(dataset, notes.portal.language)
    for language in languages:
        if not language.code and not is_silent(language):
            notes.add("language-unknown", "dct:language", shown(language))
    distributions = tuple(map(_code_distribution_languages, dataset.distributions))
    if languages == dataset.languages and same(distributions, dataset.distributions):
        return dataset
    return replace(dataset, languages=languages, distributions=distributions)


def code_small_vocabularies(dataset: Dataset, notes: Notes) -> Dataset:  # noqa: ARG001 - a step is given the notes
    """dct:type, publisher type, dcatap:availability and adms:status."""
    kind = recognise("dataset-type", dataset.type)
    publisher = _code_publisher_type(dataset.publisher)
    distributions = tuple(map(_code_availability, dataset.distributions))
    if kind is dataset.type and publisher is dataset.publisher and same(distributions, dataset.distributions):
        return dataset
    return replace(dataset, type=kind, publisher=publisher, distributions=distributions)


@lru_cache(maxsize=1_024)
def recognise_language(concept: Concept) -> Concept:
    """By EU IRI, by ISO 639 code (of ``id.loc.gov``, ``lexvo.org`` or alone), by BCP 47 tag, by name."""
    if concept.code:
        return concept
    code = code_of_iri("language", concept.iri)
    words, labels = codes_by_word("language-words"), codes_by_label("language")
    for spelling in spellings(concept):
        code = code or words.get(spelling, "") or labels.get(spelling, "")
        code = code or codes_by_tag().get(spelling.partition(" ")[0], "")
    return with_code(concept, code)


@lru_cache(maxsize=1_024)
def recognise(name: str, concept: Concept | None) -> Concept | None:
    """A concept of an EU table by its IRI, else by the table's own labels and codes."""
    if concept is None or concept.code:
        return concept
    code = code_of_iri(name, concept.iri)
    labels = codes_by_label(name)
    for spelling in spellings(concept):
        code = code or labels.get(spelling, "")
    return with_code(concept, code)


@lru_cache(maxsize=1)
def codes_by_tag() -> dict[str, str]:
    """BCP 47 primary tag → EU language code."""
    return {row["tag"]: row["code"] for row in rows("language-words") if row["tag"]}


def _language_of_texts(dataset: Dataset, portal_language: str) -> tuple[Concept, ...]:
    """The language that title and description are written in; the portal's unless the words say otherwise."""
    title, description = text_in(dataset.title), text_in(dataset.description)
    if not title and not description:
        return ()
    declared = next(
        (text.language for text in (*dataset.title, *dataset.description) if text.language), portal_language
    )
    code = codes_by_tag().get(language_of(f"{title}\n{description}", declared), "")
    return (Concept(code=code),) if code else ()


def _code_distribution_languages(distribution: Distribution) -> Distribution:
    languages = tuple(map(recognise_language, distribution.languages))
    return distribution if same(languages, distribution.languages) else replace(distribution, languages=languages)


def _code_publisher_type(agent: Agent | None) -> Agent | None:
    if agent is None or agent.type is None:
        return agent
    kind = recognise("publisher-type", agent.type)
    return agent if kind is agent.type else replace(agent, type=kind)


def _code_availability(distribution: Distribution) -> Distribution:
    availability = recognise("availability", distribution.availability)
    status = recognise("distribution-status", distribution.status)
    if availability is distribution.availability and status is distribution.status:
        return distribution
    return replace(distribution, availability=availability, status=status)
