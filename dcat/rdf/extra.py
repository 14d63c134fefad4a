"""Statements that the model has no field for, as N-Triples that compare equal whenever they say the same.

``_:this`` stands for the node described. Blank nodes are renamed ``_:b0``, ``_:b1``… in the order of their content,
because parsers and servers rename them at every reading, and a record must not change when its source does not.
"""

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import unquote

from dcat.iri import is_relative
from dcat.rdf.groups import Statements
from dcat.rdf.term import clean_language, is_blank, is_iri, literal, split_literal

THIS = "_:this"
# Nested blank nodes are followed so deep, and an owner keeps so many statements: nothing legitimate comes near.
MAX_DEPTH = 30
MAX_STATEMENTS = 5_000

# (subject token, predicate IRI, object token)
Statement = tuple[str, str, str]


class TooMuch(Exception):
    """More statements than ``MAX_STATEMENTS`` or deeper than ``MAX_DEPTH``."""


# (IRI token, property it belongs to) → the token cleaned, ``""`` where nothing can be made of it.
Legal = Callable[[str, str], str]


def render(source: Statements, statements: Iterable[Statement], legal: Legal) -> str:
    """N-Triples of the statements and of every blank node they lead to, sorted, without the final line break.

    ``legal`` cleans an IRI token or gives ``""``, and then the statement is left out. Raises ``TooMuch``.
    """
    return _Rendering(source, legal).text(statements)


def parse(extra: str) -> Iterator[Statement]:
    """The statements of an ``extra`` text."""
    for line in extra.split("\n") if extra else ():
        subject, _, rest = line.removesuffix(" .").partition(" <")
        predicate, _, value = rest.partition("> ")
        yield subject, predicate, value


def legal_value(token: str, predicate: str, legal: Legal) -> str:
    """A token that every syntax can carry, ``""`` where there is none: the IRI or datatype cleaned, the language tag
    valid, control characters left out."""
    if token[0] == "<":
        return legal(token, predicate) if is_iri(token) else token
    if token[-1] == '"' and "\\u00" not in token:
        return token
    value, language, datatype = split_literal(token)
    datatype = legal(f"<{datatype}>", predicate)[1:-1] if datatype else ""
    return literal(value, clean_language(language)[0] if language else "", datatype)


class _Rendering:
    def __init__(self, source: Statements, legal: Legal) -> None:
        self._source = source
        self._legal = legal
        self._keys: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._lines: list[str] = []

    def text(self, statements: Iterable[Statement]) -> str:
        ordered = sorted(set(statements), key=lambda one: (one[0] != THIS, one[0], one[1], self._key(one[2], 0)))
        for subject, predicate, value in ordered:
            self._emit(subject, predicate, value)
        return "\n".join(self._lines)

    def _emit(self, subject: str, predicate: str, value: str) -> None:
        predicate = self._legal(f"<{predicate}>", predicate)[1:-1]
        subject = subject if is_blank(subject) else self._legal(subject, predicate)
        if not predicate or not subject:
            return
        if len(self._lines) >= MAX_STATEMENTS:
            raise TooMuch
        if not is_blank(value):
            if value := self._words(value) or legal_value(value, predicate, self._legal):
                self._lines.append(f"{subject} <{predicate}> {value} .")
            return
        known = value in self._labels
        label = self._labels.setdefault(value, f"_:b{len(self._labels)}")
        self._lines.append(f"{subject} <{predicate}> {label} .")
        if not known:
            for inner_predicate, inner in self._ordered(value):
                self._emit(label, inner_predicate, inner)

    def _words(self, token: str) -> str:
        """A relative IRI that is no path and that nothing describes (``Rennes``) is the words of the source."""
        words = token[1:-1]
        if not is_iri(token) or not is_relative(words) or "/" in words or "#" in words or self._source.about(token):
            return ""
        return literal(unquote(words))

    def _ordered(self, node: str) -> list[tuple[str, str]]:
        pairs = [
            (predicate, value) for predicate, _, value in (rest.partition("> ") for rest in self._source.about(node))
        ]
        return sorted(pairs, key=lambda pair: (pair[0], self._key(pair[1], 0)))

    def _key(self, token: str, depth: int) -> str:
        """What sorts a value: its token, or for a blank node what is said of it."""
        if not is_blank(token):
            return token
        if token in self._keys:
            return self._keys[token]
        if depth > MAX_DEPTH:
            raise TooMuch
        self._keys[token] = "_:cycle"
        inner = (rest.partition("> ") for rest in self._source.about(token))
        self._keys[token] = "[" + ";".join(sorted(f"{p}> {self._key(o, depth + 1)}" for p, _, o in inner)) + "]"
        return self._keys[token]
