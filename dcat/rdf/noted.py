"""What the statements of a document say of it as a whole: which nodes are datasets, where it goes on, how many there
are. Kept beside the groups, and on disk where these are."""

import sqlite3
from collections.abc import Iterator
from typing import Protocol

from dcat.namespaces import DCAT, DCT, DCTYPE, FOAF, HYDRA, LDP, RDF, SCHEMA
from dcat.rdf.term import split_literal

_CATALOGUED = frozenset((DCAT.dataset, DCAT.dataset.replace("http:", "https:")))
_MENTIONS = frozenset((DCAT.servesDataset, DCT.hasPart))
_NEXT = (HYDRA.next, HYDRA.nextPage, LDP.nextPage)
_DATASET_TYPES = (
    DCAT.Dataset,
    DCAT.DatasetSeries,
    DCTYPE.Dataset,
    SCHEMA.Dataset,
    "dctype:Dataset",
    "dcat:Dataset",
    DCAT.Dataset.replace("http:", "https:"),
)
_TYPE = f"{RDF.type}> "
_CATALOGUE = f"<{DCAT.Catalog}>"
_TYPES = frozenset(f"{_TYPE}{kind}" for iri in (*_DATASET_TYPES, DCAT.Catalog) for kind in (f"<{iri}>", f'"{iri}"'))

NOTABLE = tuple(f"{iri}> " for iri in (*_CATALOGUED, *_MENTIONS, FOAF.primaryTopic, *_NEXT, HYDRA.totalItems, RDF.type))
"""How a statement that matters here may begin, as ``predicate> object``."""


class Tokens(Protocol):
    """Tokens, each once, in the order in which they came."""

    def add(self, token: str) -> None: ...
    def __contains__(self, token: object) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...


class InMemory(dict[str, None]):
    """Tokens of a page."""

    def add(self, token: str) -> None:
        self[token] = None


class OnDisk:
    """Tokens of a document that would not fit, as a table of a temporary database."""

    def __init__(self, base: sqlite3.Connection, name: str, tokens: Tokens) -> None:
        self._base = base
        self._insert = f"INSERT OR IGNORE INTO {name} (token) VALUES (?)"  # noqa: S608 - the names are ours
        self._find = f"SELECT 1 FROM {name} WHERE token = ?"  # noqa: S608 - as above
        self._all = f"SELECT token FROM {name} ORDER BY id"  # noqa: S608 - as above
        base.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, token TEXT NOT NULL UNIQUE)")
        base.executemany(self._insert, ((token,) for token in tokens))

    def add(self, token: str) -> None:
        self._base.execute(self._insert, (token,))

    def __contains__(self, token: object) -> bool:
        return self._base.execute(self._find, (token,)).fetchone() is not None

    def __iter__(self) -> Iterator[str]:
        return (token for (token,) in self._base.execute(self._all))


class Noted:
    """``typed``: nodes of a dataset's class; ``listed``: what a catalogue lists; ``described``: the topic of a
    catalogue's record; ``mentioned``: what a service serves, or what is part of another node; ``catalogues``: typed so.
    ``declared`` is the total that is announced, ``following`` the token that names the next page."""

    def __init__(self) -> None:
        self.typed: Tokens = InMemory()
        self.listed: Tokens = InMemory()
        self.described: Tokens = InMemory()
        self.mentioned: Tokens = InMemory()
        self.datasets: Tokens = InMemory()
        self.catalogues: set[str] = set()
        self.declared: int | None = None
        self.empty = True
        self._following: dict[str, str] = {}

    def add(self, subject: str, rest: str) -> None:
        """Take a statement that begins as one of ``NOTABLE``."""
        if rest.startswith(_TYPE) and rest not in _TYPES:
            return
        self.empty = False
        predicate, _, value = rest.partition("> ")
        if predicate == RDF.type:
            self._add_typed(subject, value)
        elif predicate in _CATALOGUED:
            self.listed.add(value)
        elif predicate == FOAF.primaryTopic:
            self.described.add(value)
        elif predicate in _MENTIONS:
            self.mentioned.add(value)
        elif predicate in _NEXT:
            self._following[predicate] = value
        elif self.declared is None and value[0] == '"':
            total = split_literal(value)[0].strip()
            self.declared = int(total) if total.isdecimal() else None

    def _add_typed(self, subject: str, value: str) -> None:
        if value == _CATALOGUE:
            self.catalogues.add(subject)
        else:
            self.typed.add(subject)

    @property
    def following(self) -> Iterator[str]:
        """Tokens that may name the next page, best first."""
        return (self._following[predicate] for predicate in _NEXT if predicate in self._following)

    def spill(self, base: sqlite3.Connection) -> None:
        """Go to disk, and on from there."""
        for name in ("typed", "listed", "described", "mentioned", "datasets"):
            setattr(self, name, OnDisk(base, name, getattr(self, name)))
