"""Values of vocabularies as JSON sources write them: an address or words."""

from collections.abc import Iterable

from dcat.iri import is_http
from dcat.model import Concept, Text


def concept(*words: str) -> Concept | None:
    """One concept from all the words for it: the first address is its IRI, the others are labels."""
    said = [word for word in dict.fromkeys(words) if word.strip()]
    iri = next((word.strip() for word in said if is_http(word.strip())), "")
    labels = tuple(Text(word) for word in said if word.strip() != iri)
    return Concept(iri=iri, label=labels) if said else None


def concepts(words: Iterable[str]) -> tuple[Concept, ...]:
    """A concept for each word."""
    return tuple(found for found in map(concept, words) if found is not None)
