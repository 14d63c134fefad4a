"""A document in a file gives what the same bytes give, however little of it is held at a time."""

import codecs
import gzip
from pathlib import Path

import pytest

from dcat.findings import Finding
from dcat.model import Dataset
from dcat.rdf import RdfPage, UnreadableRdf, clean_file, read_bytes
from dcat.rdf.page import read_file
from tests.dcat.rdf.documents import DOCUMENTS, poisoned, sound
from tests.dcat.rdf.test_faulty import POISONS
from tests.dcat.rdf.test_fixtures import COUNTS
from tests.reference import reference

LITTLE = 5_000
FEW = 40
"""Bytes at a time, statements in memory."""

Outcome = tuple[list[Finding], int | None, str, list[tuple[Dataset, tuple[Finding, ...]]]]


@pytest.fixture(autouse=True)
def little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean_file, "CHUNK", LITTLE)


def outcome(page: RdfPage) -> Outcome:
    return list(page.findings), page.declared, page.next, list(page.datasets)


def in_memory(data: bytes, url: str, content_type: str) -> Outcome | tuple[Finding, ...]:
    try:
        return outcome(read_bytes(data, url=url, content_type=content_type))
    except UnreadableRdf as error:
        return error.findings


def in_file(data: bytes, url: str, content_type: str, folder: Path) -> Outcome | tuple[Finding, ...]:
    path = folder / "document"
    path.write_bytes(data)
    try:
        return outcome(read_file(path, url=url, content_type=content_type, memory=FEW))
    except UnreadableRdf as error:
        return error.findings
    finally:
        assert path.read_bytes() == data


def assert_same(data: bytes, form: str, folder: Path, content_type: str = "") -> None:
    url = f"https://portail.example/flux/page.{form}"
    assert in_file(data, url, content_type, folder) == in_memory(data, url, content_type)


@pytest.mark.reference
@pytest.mark.parametrize("name", COUNTS)
def test_documents_of_portals(name: str, tmp_path: Path) -> None:
    path = reference("fixtures", "portals", "dcat", *name.split("/"))
    assert_same(path.read_bytes(), path.suffix[1:], tmp_path)


@pytest.mark.parametrize(("form", "poison"), [(form, poison) for form, poison, *_ in POISONS])
def test_poisons(form: str, poison: str, tmp_path: Path) -> None:
    assert_same(poisoned(form, poison), form, tmp_path)


def long(form: str) -> str:
    """A document of many pieces."""
    return sound(form).decode().replace("Parcs", "Été à la forêt. " * LITTLE)


@pytest.mark.parametrize("form", DOCUMENTS)
def test_bytes_that_lie(form: str, tmp_path: Path) -> None:
    text = long(form)
    utf8 = text.encode()
    for data in (
        utf8,
        codecs.BOM_UTF8 + utf8,
        text.encode("latin-1"),
        codecs.BOM_UTF8 + text.encode("cp1252"),
        codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        utf8.replace("forêt".encode(), b"for\x0b\xc3\xaat"),
        utf8[: len(utf8) // 2],
        gzip.compress(utf8),
        gzip.compress(utf8)[:-40],
        b"<!DOCTYPE html><html>" + utf8,
        b"",
    ):
        assert_same(data, form, tmp_path)
        assert_same(data, form, tmp_path, "application/octet-stream; charset=iso-8859-1")


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE rdf:RDF>",
        '<!DOCTYPE rdf:RDF [<!ENTITY a "b">]>',
        '<!-- <!ENTITY a "b"> -->',
        "<!--" + " " * (LITTLE - 50) + '<!ENTITY a "b"> -->',
    ],
)
def test_doctypes(doctype: str, tmp_path: Path) -> None:
    assert_same(long("rdf").replace("<rdf:RDF", f"{doctype}<rdf:RDF", 1).encode(), "rdf", tmp_path)


@pytest.mark.parametrize("context", ['"https://schema.org/"', '["https://unknown.example/c.jsonld", {"a": "b:c"}]'])
def test_contexts_at_the_start_and_at_the_end(context: str, tmp_path: Path) -> None:
    graph = '{"@id": "https://x.example/1", "@type": "http://www.w3.org/ns/dcat#Dataset", '
    graph += f'"http://purl.org/dc/terms/title": "{"Été " * LITTLE}"}}'
    assert_same(f'{{"@context": {context}, "@graph": [{graph}]}}'.encode(), "jsonld", tmp_path)
    assert_same(f'{{"@graph": [{graph}], "@context": {context}}}'.encode(), "jsonld", tmp_path)
