"""What a sample portal knows of one dataset, before a protocol puts it into words."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from dcat.model import Origin
from harvester.sample.network import SamplePortal


class Relation(StrEnum):
    """What a record is to the ``target`` of its row in the truth file (design §6)."""

    SAME = "same"
    VERSION = "version"
    PART = "part"
    SERIES = "series"
    HOMONYM = "homonym"
    NONE = "none"


class Body(Struct, frozen=True, gc=False):
    """A publisher. ``territory`` is ``national`` for a State operator, and then there is no SIREN."""

    name: str
    territory: str = "national"
    siren: str = ""


class File(Struct, frozen=True, gc=False):
    """One distribution; ``format`` is a key of ``words.FORMATS``, ``size`` in bytes."""

    format: str
    title: str
    url: str
    identifier: str
    size: int = 0
    synthetic: bool = False


class Names(Struct, frozen=True, gc=False):
    """Under what a portal keeps a record: the fields of the same names of ``SampleRecord``."""

    source_id: str
    slug: str
    iri: str
    page: str


class SampleRecord(Struct, frozen=True):
    """A dataset as one sample portal describes it.

    ``number`` is the record's place among all records of the federation, ``source_id`` the id by which its portal
    serves it, ``licence`` a key of ``words.LICENCES`` or odd words, ``description`` paragraphs parted by an empty line
    with list items on lines that begin with ``- ``, or HTML where it begins with ``<``. Dates are ISO 8601 unless
    poisoned.
    """

    portal: str
    number: int
    dataset: str
    source_id: str
    slug: str
    iri: str
    page: str
    identifier: str
    title: str
    description: str
    publisher: Body
    licence: str
    keywords: tuple[str, ...]
    theme: str
    territory: str
    territory_name: str
    granularity: str
    issued: str
    modified: str
    processed: str
    frequency: str
    files: tuple[File, ...]
    temporal: tuple[str, str] = ("", "")
    origin: Origin | None = None
    origin_title: str = ""
    language: str = "fr"
    poison: str = ""
    views: int = 0
    followers: int = 0
    reuses: int = 0
    archived: bool = False


class TruthRow(Struct, frozen=True):
    """One row of ``truth.csv`` (design §6): what is really so of one served record.

    ``dataset`` names the real dataset: rows of the same dataset are copies of it and no others are. An origin record's
    ``relation`` is what its dataset is to another dataset, ``target`` (``none`` with a target: only looks alike); a
    copy is ``same`` as its own dataset.
    """

    portal: str
    source_id: str
    dataset: str
    relation: Relation
    target: str
    authority_portal: str
    territory: str
    competence: str


class Catalogue(Protocol):
    """What the speakers read. Records are made when asked for; only plans of them are held."""

    @property
    def portals(self) -> dict[str, SamplePortal]:
        """Every portal that is served, by id."""

    def size(self, portal: str) -> int:
        """How many records a portal holds."""

    def record(self, portal: str, position: int) -> SampleRecord:
        """The record at a position (from 0) of a portal."""

    def find(self, portal: str, source_id: str) -> SampleRecord | None:
        """The record that a portal serves under an id or slug."""

    def truth(self) -> Iterator[TruthRow]:
        """One row a served record."""
