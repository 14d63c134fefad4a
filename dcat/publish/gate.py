"""Statements held to the shapes before they go out: what may not stand where it is moves, or is left out and told.

The rules are those of ``dcat.publish.rules``. Nothing is invented: a value is given the class that its property asks
for (a landing page is a foaf:Document) only where the shapes of that class are met.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from dcat.authority import concept_of
from dcat.namespaces import DCAT, RDF
from dcat.publish.literals import typed
from dcat.publish.rules import OURS_ONLY, Rule, Rules, rules, shared_rules
from dcat.rdf.term import split_literal

_TYPE = RDF.type
RESOURCES = frozenset({DCAT.Catalog, DCAT.Dataset, DCAT.DataService, DCAT.DatasetSeries})
# A property can be an element of RDF/XML only if its IRI ends in a name.
_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
_NOT_ELEMENTS = frozenset(
    RDF[name] for name in ("RDF", "ID", "about", "bagID", "parseType", "resource", "nodeID", "li", "aboutEach")
)

Statement = tuple[str, str]
"""Property IRI, object token."""
Loss = tuple[str, str]
"""Property IRI, token that was left out."""


class Incomplete(Exception):
    """The dataset lacks a property that its shape demands; ``property`` is its IRI."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.property = name


class Gate:
    """The statements about one dataset, of which ``root`` is the subject token; our own IRIs begin with ``base``."""

    def __init__(self, blocks: Mapping[str, Iterable[str]], root: str, base: str) -> None:
        self._nodes = {subject: dict.fromkeys(map(_split, block)) for subject, block in blocks.items()}
        self._root = root
        self._ours = f"<{base}"
        # Owners come first in ``blocks``: held last, they mostly find their nodes as they will be.
        self._waiting = dict.fromkeys(reversed(self._nodes))
        self.losses: dict[Loss, None] = {}

    def lines(self) -> Iterator[str]:
        """N-Triples that meet the shapes, subject by subject. Raises ``Incomplete``."""
        while self._waiting:
            subject = next(iter(self._waiting))
            del self._waiting[subject]
            self._hold(subject)
        reached = self._reached()
        for subject, statements in self._nodes.items():
            if subject in reached:
                yield from (f"{subject} <{name}> {value} ." for name, value in statements)

    def _hold(self, subject: str) -> None:
        """One node against the rules of its classes."""
        before, held = dict(self._nodes[subject]), self._rules_of(subject)
        foreign = self._is_foreign(subject)
        after: dict[Statement, None] = {}
        for name, token in before:
            rule = held.get(name)
            kept = self._kept(subject, name, token, rule)
            if kept and rule and rule.most and (foreign or _is_full(after, rule, kept)):
                kept = ""
            if kept:
                after[name, kept] = None
            elif rule and rule.instead:
                after[rule.instead, token] = None
            else:
                self.losses[name, token] = None
        self._nodes[subject] = after
        if after.keys() != before.keys():
            self._waiting[subject] = None
        if _classes_in(after) != _classes_in(before):  # whoever relied on a class looks again
            self._waiting |= dict.fromkeys(reversed(self._nodes))

    def _rules_of(self, subject: str) -> Rules:
        if self._is_foreign(subject):
            return shared_rules()
        found: dict[str, Rule] = {}
        for cls in self._classes(subject):
            found = {**rules().get(cls, {}), **found}
        return found

    def _kept(self, subject: str, name: str, token: str, rule: Rule | None) -> str:
        """The value as it may stand, ``""`` where it may not."""
        if name == _TYPE:
            return token if token[0] == "<" and self._may_be(subject, token[1:-1]) else ""
        if not _is_element(name):
            return ""
        return self._value(rule, token) if rule else token

    def _value(self, rule: Rule, token: str) -> str:
        is_literal = token[0] == '"'
        if is_literal and not split_literal(token)[0].strip():
            return ""
        if (rule.kind == "literal") != is_literal and (rule.kind or rule.range):
            return ""
        if rule.kind == "iri" and token[0] != "<":
            return ""
        if rule.datatype:
            token = typed(token, rule.datatype) if is_literal else ""
        if not token or (rule.within and not _is_within(token[1:-1], rule.within)):
            return ""
        return token if not rule.range or self._is_of(token, rule.range) else ""

    def _is_of(self, token: str, cls: str) -> bool:
        """Whether the node is of the class, or may be said to be."""
        classes = self._classes(token)
        if cls == DCAT["Resource"]:
            return not RESOURCES.isdisjoint(classes)
        if cls in classes:
            return True
        if cls in OURS_ONLY or not self._may_be(token, cls):
            return False
        self._nodes.setdefault(token, {})[_TYPE, f"<{cls}>"] = None
        self._waiting[token] = None
        return True

    def _may_be(self, node: str, cls: str) -> bool:
        """Whether all that the class demands is stated. Raises ``Incomplete`` for the dataset itself."""
        demanded = rules().get(cls)
        if demanded is None:
            return cls not in OURS_ONLY or not self._is_foreign(node)
        if cls in OURS_ONLY and self._is_foreign(node):
            return False
        stated = {name for name, token in self._nodes.get(node, ()) if name in demanded and self._says(token)}
        missing = next((rule.property for rule in demanded.values() if rule.least and rule.property not in stated), "")
        if missing and node == self._root:
            raise Incomplete(missing)
        return not missing

    @staticmethod
    def _says(token: str) -> bool:
        return token[0] != '"' or bool(split_literal(token)[0].strip())

    def _classes(self, node: str) -> list[str]:
        return _classes_in(self._nodes.get(node, ()))

    def _is_foreign(self, node: str) -> bool:
        return node[0] == "<" and not node.startswith(self._ours)

    def _reached(self) -> set[str]:
        """The nodes that the dataset leads to, and those of ours that lead to it."""
        found: set[str] = set()
        waiting = [self._root, *(node for node in self._nodes if "/records/" in node and node.startswith(self._ours))]
        while waiting:
            node = waiting.pop()
            if node not in found:
                found.add(node)
                waiting += [value for _, value in self._nodes.get(node, ()) if value in self._nodes]
        return found


def _classes_in(statements: Iterable[Statement]) -> list[str]:
    return [value[1:-1] for name, value in statements if name == _TYPE]


def _is_full(stated: Mapping[Statement, None], rule: Rule, token: str) -> bool:
    """Whether one value more would be one too many."""
    values = {value for name, value in stated if name == rule.property}
    return token not in values and len(values) >= rule.most


def _split(statement: str) -> Statement:
    name, _, value = statement.partition("> ")
    return name[1:], value


@lru_cache(maxsize=4_096)
def _is_element(name: str) -> bool:
    return _XML_NAME.search(name) is not None and name not in _NOT_ELEMENTS


def _is_within(iri: str, vocabulary: str) -> bool:
    """One of an EU table that we hold, or of the form that the shapes ask for."""
    if vocabulary.startswith("^"):
        return re.match(vocabulary, iri) is not None
    known = concept_of(iri)
    return known is not None and known[1].iri == iri and iri.startswith(vocabulary + "/")
