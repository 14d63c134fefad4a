"""What the model has no field for, as the N-Triples of ``extra``: blank nodes named in the order of their content."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import count
from typing import TypeAlias

from dcat.iri import is_legal
from dcat.namespaces import RDF
from dcat.rdf.term import literal

Value: TypeAlias = "str | tuple[Statement, ...]"
Statement: TypeAlias = "tuple[str, Value]"
"""A predicate IRI, and an N-Triples token or the statements about a blank node; ``""`` and ``()`` say nothing."""

GEODCAT = "http://data.europa.eu/930/"
PROV = "http://www.w3.org/ns/prov#"
CODELIST = "http://inspire.ec.europa.eu/metadata-codelist/"


def iri(address: str) -> str:
    """The token of an IRI; ``""`` where it is not a legal one."""
    return f"<{address}>" if is_legal(address) else ""


def iri_or_text(value: str) -> str:
    """The token of an IRI, else of a text; ``""`` where there is neither."""
    return iri(value) or (literal(value) if value else "")


def typed(kind: str) -> Statement:
    """The class of a blank node."""
    return (RDF.type, f"<{kind}>")


def render(statements: Iterable[Statement]) -> str:
    """The lines about ``_:this``, each once, in an order that depends on their content alone."""
    return "\n".join(_lines("_:this", statements, count()))


def _lines(subject: str, statements: Iterable[Statement], labels: Iterator[int]) -> Iterator[str]:
    unique = {(predicate, _key(value)): value for predicate, value in statements if value}
    for (predicate, token), value in sorted(unique.items(), key=lambda item: item[0]):
        if isinstance(value, str):
            yield f"{subject} <{predicate}> {token} ."
        else:
            label = f"_:b{next(labels)}"
            yield f"{subject} <{predicate}> {label} ."
            yield from _lines(label, value, labels)


def _key(value: Value) -> str:
    return value if isinstance(value, str) else _node_key(value)


@lru_cache(maxsize=1_024)
def _node_key(statements: tuple[Statement, ...]) -> str:
    """A catalogue attributes its records to the same few bodies for ever."""
    return "[" + ";".join(sorted(f"{predicate}> {_key(inner)}" for predicate, inner in statements if inner)) + "]"
