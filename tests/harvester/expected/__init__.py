"""What real documents say, read in them by eye: one table for each protocol, for every test that harvests them.

A table holds, by document, what is sure of its page and of some of its records; what a table leaves out is not tested.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml
from msgspec import UNSET, Struct, UnsetType

from dcat.model import Concept, Record, text_in
from dcat.portal import Level, Portal, Protocol

PROTOCOLS = ("ods", "ckan", "udata", "dcat", "data-json", "arcgis-hub", "oai-pmh", "schema-org")


class ExpectedRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """One record: a text must be met in full, a date from its beginning, a licence by its address or words, on the
    dataset or a distribution. What is unset is not compared."""

    key: str
    title: str | UnsetType = UNSET
    publisher: str | UnsetType = UNSET
    publisher_id: str | UnsetType = UNSET
    licence: str | UnsetType = UNSET
    issued: str | UnsetType = UNSET
    modified: str | UnsetType = UNSET
    record_modified: str | UnsetType = UNSET
    languages: tuple[str, ...] | UnsetType = UNSET
    keywords: int | UnsetType = UNSET
    distributions: int | UnsetType = UNSET
    page: str | UnsetType = UNSET
    other_identifiers: tuple[str, ...] | UnsetType = UNSET
    origin_domain: str = ""
    origin_id: str = ""


class ExpectedDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """One document: the address of the portal, what the page declares, how many records there are, and some of them."""

    portal: str
    count: int
    records: tuple[ExpectedRecord, ...]
    url: str = ""
    declared: int | None = None
    next: str = ""


@cache
def expected_documents(protocol: str) -> Mapping[str, ExpectedDocument]:
    """By the path of the document below the folder of the fixtures."""
    table = yaml.safe_load(files(__name__).joinpath(f"{protocol}.yml").read_text(encoding="utf-8"))
    return msgspec.convert(table, dict[str, ExpectedDocument])


def expected_records(document: str) -> tuple[ExpectedRecord, ...]:
    """The records known of a document, ``ods/enw-v21-list-datasets.json``."""
    return expected_documents(document.partition("/")[0])[document].records


def portal_of(expected: ExpectedDocument, protocol: str) -> Portal:
    """The portal that would give the document."""
    return Portal(
        id="portail",
        title="Portail",
        level=Level.EPCI,
        territories=("epci:243500139",),
        url=expected.portal,
        protocol=Protocol(protocol),
    )


def said_by(record: Record, expected: ExpectedRecord) -> ExpectedRecord:
    """What a record says of all that is expected of it: equal to ``expected`` where the two agree."""
    dataset, publisher = record.dataset, record.dataset.publisher
    said: dict[str, Any] = {
        "key": record.source_key,
        "title": text_in(dataset.title),
        "publisher": text_in(publisher.name) if publisher else "",
        "publisher_id": publisher.identifier if publisher else "",
        "licence": _licence(record, expected.licence),
        "issued": _start(dataset.issued, expected.issued),
        "modified": _start(dataset.modified, expected.modified),
        "record_modified": _start(record.modified, expected.record_modified),
        "languages": tuple(sorted(next(iter(_words(language)), language.code) for language in dataset.languages)),
        "keywords": len(dataset.keywords),
        "distributions": len(dataset.distributions),
        "page": record.page,
        "other_identifiers": dataset.other_identifiers,
        "origin_domain": record.origin.domain if record.origin else "",
        "origin_id": record.origin.remote_id if record.origin else "",
    }
    return ExpectedRecord(**{name: UNSET if getattr(expected, name) is UNSET else said[name] for name in said})


def in_order(expected: ExpectedRecord) -> ExpectedRecord:
    """Languages in no order: RDF has none."""
    if expected.languages is UNSET:
        return expected
    return msgspec.structs.replace(expected, languages=tuple(sorted(expected.languages)))


def _start(date: str, expected: str | UnsetType) -> str:
    return date[: len(expected)] if isinstance(expected, str) and expected else date


def _licence(record: Record, expected: str | UnsetType) -> str:
    licences = [record.dataset.licence, *(one.licence for one in record.dataset.distributions)]
    words = [word for licence in licences if licence for word in _words(licence)]
    return expected if isinstance(expected, str) and expected in words else next(iter(words), "")


def _words(concept: Concept) -> list[str]:
    return [word for word in (concept.iri, *(label.value for label in concept.label)) if word]
