"""A page of a DCAT feed: which nodes are datasets, how many there are in all, and where the next page is."""

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from msgspec import Struct

from dcat.findings import Finding, finding
from dcat.iri import clean_iri
from dcat.model import Dataset
from dcat.namespaces import DC, DCAT, DCT, RDF, RDFS
from dcat.rdf import clean, clean_file, contexts, lengths, nesting
from dcat.rdf.document import InFile, InMemory
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.groups import MEMORY_STATEMENTS, Groups
from dcat.rdf.noted import Noted, Tokens
from dcat.rdf.parse import Parsed, parse
from dcat.rdf.reader import Reader
from dcat.rdf.syntax import Syntax, detect, is_html
from dcat.rdf.term import split_literal


class RdfPage(Struct, frozen=True):
    """A page read. ``datasets`` is lazy and is read once (a dataset that could not be read has its ``iri`` only, and
    the finding ``record-not-parseable``); ``declared`` is the total that the source announces, ``next`` the absolute
    address of the next page, ``licence`` that of the catalogue itself, an IRI or words."""

    datasets: Iterable[tuple[Dataset, tuple[Finding, ...]]]
    declared: int | None = None
    next: str = ""
    findings: tuple[Finding, ...] = ()
    licence: str = ""


def read_bytes(data: bytes, *, url: str, content_type: str = "", memory: int = MEMORY_STATEMENTS) -> RdfPage:
    """A page of a DCAT feed in Turtle, RDF/XML, JSON-LD or N-Triples, however badly served.

    ``url`` is where it came from: its extension tells the syntax, and relative addresses are resolved against it.
    Beyond ``memory`` statements the grouping goes to disk, until the datasets have been read.

    Raises ``UnreadableRdf`` where nothing can be had: an HTML page, entity declarations, no statement at all.
    """
    data, syntax, findings = prepared(data, url=url, content_type=content_type)
    parsed, more = _parsed(data, syntax, memory)
    findings += more
    return _page(parsed, url, findings + parsed.findings)


def prepared(data: bytes, *, url: str, content_type: str = "") -> tuple[bytes, Syntax, list[Finding]]:
    """A document as the parser is given it: unpacked, in UTF-8, what no parser takes repaired. Raises ``UnreadableRdf``
    on an HTML page."""
    data, findings = clean.decompress(data)
    data, more = clean.to_utf8(data, content_type)
    findings += more
    if is_html(data):
        raise UnreadableRdf(*findings, finding("page-not-parseable", value="an HTML page"))
    syntax = detect(data, url, content_type)
    data, more = clean.clean(data, syntax)
    findings += more
    data, more = nesting.flatten(data, syntax)
    findings += more
    if syntax is Syntax.JSON:
        data, more = contexts.inline(data)
        findings += more
    return data, syntax, findings


def _parsed(data: bytes, syntax: Syntax, memory: int) -> tuple[Parsed, list[Finding]]:
    """A value that is too long for the parser is cut first."""
    try:
        return parse(InMemory(data), syntax, limit=memory), []
    except MemoryError as error:
        shorter, findings = lengths.shorten(data, syntax)
        if not findings:
            raise UnreadableRdf(finding("page-not-parseable", value=error)) from error
    return parse(InMemory(shorter), syntax, limit=memory), findings


def read_file(path: Path, *, url: str, content_type: str = "", memory: int = MEMORY_STATEMENTS) -> RdfPage:
    """The same for a document that is too large to be held. Repaired copies are written beside it, under its name and
    signs behind; ``path`` itself stays as it is."""
    path, findings = clean_file.decompress(path)
    path, more = clean_file.to_utf8(path, content_type)
    findings += more
    start = clean_file.start_of(path, clean_file.CHUNK)
    if is_html(start):
        raise UnreadableRdf(*findings, finding("page-not-parseable", value="an HTML page"))
    syntax = detect(start, url, content_type)
    path, more = clean_file.clean_file(path, syntax)
    findings += more
    path, more = nesting.flatten_file(path, syntax)
    findings += more
    parsed, more = _parsed_file(path, syntax, memory)
    return _page(parsed, url, [*findings, *more, *parsed.findings])


def _parsed_file(path: Path, syntax: Syntax, memory: int) -> tuple[Parsed, list[Finding]]:
    """As ``_parsed``."""
    try:
        return parse(InFile(path), syntax, limit=memory), []
    except MemoryError as error:
        shorter, findings = lengths.shorten_file(path, syntax)
        if not findings:
            raise UnreadableRdf(finding("page-not-parseable", value=error)) from error
    return parse(InFile(shorter), syntax, limit=memory), findings


def _page(parsed: Parsed, url: str, findings: list[Finding]) -> RdfPage:
    groups, noted = parsed.groups, parsed.groups.noted
    emptied = groups.empty and any(found.rule == "value-truncated" for found in findings)
    if noted.empty and (emptied or not groups.empty):
        groups.close()
        raise UnreadableRdf(finding("page-not-parseable", value="no dcat:Dataset and no dcat:Catalog"), *findings)
    find_datasets(groups)
    return RdfPage(
        datasets=_datasets(groups, url),
        declared=noted.declared,
        next=_next(noted, url),
        findings=tuple(findings),
        licence=_licence(groups, url),
    )


def _datasets(groups: Groups, url: str) -> Iterator[tuple[Dataset, tuple[Finding, ...]]]:
    subjects = groups.noted.datasets
    reader = Reader(groups, url, subjects)
    try:
        for subject in subjects:
            yield _dataset(reader, subject)
    finally:
        groups.close()


def _dataset(reader: Reader, subject: str) -> tuple[Dataset, tuple[Finding, ...]]:
    try:
        return reader.dataset(subject)
    except Exception as error:  # noqa: BLE001 - whatever one record holds, the page goes on and the report says why
        iri = subject[1:-1] if subject[0] == "<" else ""
        message = f"{type(error).__name__}: {error}"
        return Dataset(iri=clean_iri(iri)[0]), (finding("record-not-parseable", iri, value=message),)


# --- which nodes are datasets -----------------------------------------------------------------------------------------

_TITLES = tuple(f"{iri}> " for iri in (DCT.title, DC.title, RDFS.label))
_CONTENT = (*_TITLES, *(f"{iri}> " for iri in (DCT.description, DCT.identifier, DCAT.distribution, DCAT.landingPage)))
_ANYTHING = ("",)
_TYPE = f"{RDF.type}> "


def find_datasets(groups: Groups) -> Tokens:
    """The subjects that are datasets, in the order of the document, each once; ``noted.datasets`` has them then.

    Typed dcat:Dataset or dcat:DatasetSeries, or the described target of dcat:dataset. A catalogue that is typed a
    dataset too is not one; neither is a node about which nothing is said, nor one without a title that only a service
    (dcat:servesDataset) or another dataset (dct:hasPart) names.
    """
    noted = groups.noted
    only_listed = (token for token in noted.listed if token[0] != '"' and token not in noted.typed)
    for subject, wanted in chain(((one, _ANYTHING) for one in noted.typed), ((one, _CONTENT) for one in only_listed)):
        stub = subject in noted.mentioned and subject not in noted.listed and subject not in noted.described
        if subject not in noted.catalogues and _says(subject, groups, _TITLES if stub else wanted):
            noted.datasets.add(subject)
    return noted.datasets


def _says(subject: str, groups: Groups, properties: tuple[str, ...]) -> bool:
    """Something is said with one of the properties, other than a class."""
    return any(rest.startswith(properties) and not rest.startswith(_TYPE) for rest in groups.about(subject))


# --- the catalogue ----------------------------------------------------------------------------------------------------

_LISTS = f"{DCAT.dataset}> "
_LICENCE = f"{DCT.license}> "


def _licence(groups: Groups, url: str) -> str:
    """Of the catalogue that lists the datasets; ``""`` where several differ, since none of them is then the whole."""
    said: set[str] = set()
    for catalogue in groups.noted.catalogues:
        statements = groups.about(catalogue)
        if any(rest.startswith(_LISTS) for rest in statements):
            said |= {rest.removeprefix(_LICENCE) for rest in statements if rest.startswith(_LICENCE)}
    return _named(groups, said.pop(), url) if len(said) == 1 else ""


def _named(groups: Groups, token: str, url: str) -> str:
    """An IRI, a literal, or what a blank node is called."""
    if token[0] == "_":
        token = next((rest.partition("> ")[2] for rest in groups.about(token) if rest.startswith(_TITLES)), '""')
    return split_literal(token)[0].strip() if token[0] == '"' else clean_iri(token.strip("<>"), url)[0]


# --- paging -----------------------------------------------------------------------------------------------------------


def _next(noted: Noted, url: str) -> str:
    """Both generations of Hydra and LDP, an IRI or a literal, on a node of whatever class. What is no address stays
    as it came, for whoever would go there to say so."""
    for token in noted.following:
        text = split_literal(token)[0] if token.startswith('"') else token[1:-1]
        if text.strip() and not token.startswith("_"):
            return clean_iri(text.strip(), url)[0] or text.strip()
    return ""
