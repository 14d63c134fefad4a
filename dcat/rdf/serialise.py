"""Datasets → a document in one of the four syntaxes, a piece at a time. pyoxigraph does the writing.

Every statement passes through a strict N-Triples parser first: whatever a dataset holds, one bad value costs itself
and a finding, never the page.
"""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Literal

import pyoxigraph as ox
from msgspec import Struct

from dcat.findings import Finding, finding
from dcat.model import Agent, Dataset, Texts
from dcat.namespaces import DCAT, DCT, FOAF, HYDRA, PREFIXES, RDF, XSD
from dcat.rdf import shapes
from dcat.rdf.syntax import Syntax
from dcat.rdf.term import literal, without_illegal
from dcat.rdf.writer import Writer

Format = Literal["ttl", "rdf", "jsonld", "nt"]
Report = Callable[[Finding], None]

_PIECE = 1 << 16
# What is held in memory of a document being written; the rest is on disk.
_SPOOL = 8 << 20
# A property can be an XML element only if its IRI ends in a name.
_XML_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")
_NOT_ELEMENTS = frozenset(
    RDF[name] for name in ("RDF", "ID", "about", "bagID", "parseType", "resource", "nodeID", "li")
)


class Catalogue(Struct, frozen=True):
    """The dcat:Catalog that lists the datasets, and the Hydra page that they are; ``total`` is the number over all
    pages."""

    iri: str
    title: Texts
    description: Texts = ()
    publisher: Agent | None = None
    homepage: str = ""
    modified: str = ""
    total: int | None = None
    page: str = ""
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""


def serialise(
    datasets: Iterable[Dataset], form: Format, *, catalogue: Catalogue | None = None, report: Report | None = None
) -> Iterator[bytes]:
    """The document in pieces, dataset after dataset, each statement beside those of its subject.

    ``report`` is given a finding for every value that had to be left out or repaired.
    """
    syntax = Syntax(form)
    statements = _statements(datasets, catalogue, report or _ignore)
    triples = (one for one in statements if syntax is not Syntax.XML or _is_element(one, report or _ignore))
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spool:
        ox.serialize(triples, spool, syntax.oxigraph, prefixes=dict(PREFIXES))
        spool.seek(0)
        while piece := spool.read(_PIECE):
            yield piece


def _ignore(_finding: Finding) -> None:
    """Nobody wants to know."""


def _statements(datasets: Iterable[Dataset], catalogue: Catalogue | None, report: Report) -> Iterator[ox.Triple]:
    labels = count()
    told: set[int] = set()
    if catalogue:
        yield from _legal(_catalogue_lines(catalogue, labels), "", report)
    for dataset in datasets:
        record = dataset.iri or next(iter(dataset.identifiers), "")
        writer = Writer(labels)
        subject = writer.dataset(dataset)
        lines = [line for line in writer.lines() if not _repeated(line, told, (subject, *_own(dataset)))]
        if catalogue:
            lines.insert(0, f"<{catalogue.iri}> <{DCAT.dataset}> {subject} .")
        for found in writer.findings(record):
            report(found)
        yield from _legal(lines, record, report)


def _own(dataset: Dataset) -> tuple[str, ...]:
    return tuple(f"<{one.iri}>" for one in dataset.distributions)


def _repeated(line: str, told: set[int], own: tuple[str, ...]) -> bool:
    """The description of a publisher or place that an earlier dataset named too is written once."""
    if line[0] == "_" or line.startswith(own) or "> _:" in line:
        return False
    known = hash(line) in told
    told.add(hash(line))
    return known


def _legal(lines: Iterable[str], record: str, report: Report) -> Iterator[ox.Triple]:
    written = "\n".join(lines)
    text = without_illegal(written)
    if text != written:  # statements that are kept as they came
        report(finding("page-control-character", record, value=f"{len(written) - len(text)} characters"))
    parser = ox.parse(text + "\n", format=ox.RdfFormat.N_TRIPLES)
    while True:
        try:
            for quad in parser:
                yield quad.triple
        except SyntaxError as error:
            report(finding("iri-invalid", record, value=error.msg))
        else:
            return


def _is_element(triple: ox.Triple, report: Report) -> bool:
    predicate = triple.predicate.value
    if _XML_NAME.search(predicate) and predicate not in _NOT_ELEMENTS:
        return True
    report(finding("iri-invalid", place=predicate, value="not a property that RDF/XML can write"))
    return False


def _catalogue_lines(catalogue: Catalogue, labels: Iterator[int]) -> list[str]:
    writer = Writer(labels)
    subject = f"<{catalogue.iri}>"
    writer.state(subject, RDF.type, f"<{DCAT.Catalog}>")
    for text in catalogue.title:
        writer.state(subject, DCT.title, writer.text(text))
    for text in catalogue.description:
        writer.state(subject, DCT.description, writer.text(text))
    if catalogue.publisher:
        writer.state(subject, DCT.publisher, writer.node(catalogue.publisher, shapes.AGENT))
    if catalogue.homepage:
        writer.state(subject, FOAF.homepage, f"<{catalogue.homepage}>")
    if catalogue.modified:
        writer.state(subject, DCT.modified, literal(catalogue.modified, datatype=XSD.dateTime))
    _paging(writer, subject, catalogue)
    return list(writer.lines())


def _paging(writer: Writer, subject: str, catalogue: Catalogue) -> None:
    """hydra:Collection on the catalogue, and the view that this page is."""
    if catalogue.total is not None:
        writer.state(subject, RDF.type, f"<{HYDRA.Collection}>")
        writer.state(subject, HYDRA.totalItems, literal(str(catalogue.total), datatype=XSD.integer))
    if not catalogue.page:
        return
    page = f"<{catalogue.page}>"
    writer.state(subject, HYDRA.view, page)
    writer.state(page, RDF.type, f"<{HYDRA.PartialCollectionView}>")
    for name in ("first", "previous", "next", "last"):
        if address := getattr(catalogue, name):
            writer.state(page, HYDRA[name], f"<{address}>")
