"""Values of vocabularies as JSON sources write them: an address or words."""

from collections.abc import Iterable

from dcat.iri import is_http
from dcat.markup import has_html, plain_text
from dcat.model import Concept, Text
from harvester.parsers.fields import Fields


def concept(*words: str) -> Concept | None:
    """One concept from all the words for it: the first address is its IRI, the others are labels."""
    if not any(words):
        return None
    said = [word for word in dict.fromkeys(words) if word.strip()]
    iri = next((word.strip() for word in said if is_http(word.strip())), "")
    labels = tuple(Text(word) for word in said if word.strip() != iri)
    return Concept(iri=iri, label=labels) if said else None


def concepts(words: Iterable[str]) -> tuple[Concept, ...]:
    """A concept for each word."""
    return tuple(found for found in map(concept, words) if found is not None)


def licence(fields: Fields, name: str = "license") -> Concept | None:
    """A licence as words, an address, HTML around either, or a node with its name and address."""
    if fields.kind(name) is dict:
        node = fields.member(name)
        node.ignore("@type")
        return concept(node.text("@id", "url").strip(), node.text("title", "name", "label"))
    words = fields.text(name).strip()
    if has_html(words):
        fields.note("html-cleaned", name, words)
        words = plain_text(words)
    return concept(words)
