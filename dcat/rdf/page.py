"""A page of a DCAT feed: which nodes are datasets, how many there are in all, and where the next page is."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from dcat.findings import Finding, finding
from dcat.iri import clean_iri
from dcat.model import Dataset
from dcat.namespaces import DC, DCAT, DCT, FOAF, HYDRA, LDP, RDF, RDFS
from dcat.rdf import clean, contexts, lengths, nesting
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.groups import MEMORY_STATEMENTS, Groups
from dcat.rdf.parse import Parsed, parse
from dcat.rdf.reader import Reader
from dcat.rdf.syntax import Syntax, detect, is_html
from dcat.rdf.term import split_literal

Statement = tuple[str, str, str]


class RdfPage(Struct, frozen=True):
    """A page read. ``datasets`` is lazy and is read once (a dataset that could not be read has its ``iri`` only, and
    the finding ``record-not-parseable``); ``declared`` is the total that the source announces, ``next`` the absolute
    address of the next page."""

    datasets: Iterable[tuple[Dataset, tuple[Finding, ...]]]
    declared: int | None = None
    next: str = ""
    findings: tuple[Finding, ...] = ()


def read_bytes(data: bytes, *, url: str, content_type: str = "", memory: int = MEMORY_STATEMENTS) -> RdfPage:
    """A page of a DCAT feed in Turtle, RDF/XML, JSON-LD or N-Triples, however badly served.

    ``url`` is where it came from: its extension tells the syntax, and relative addresses are resolved against it.
    Beyond ``memory`` statements the grouping goes to disk, until the datasets have been read.

    Raises ``UnreadableRdf`` where nothing can be had: an HTML page, entity declarations, no statement at all.
    """
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
    parsed, more = _parsed(data, syntax, memory)
    findings += more
    return _page(parsed, url, findings + parsed.findings)


def _parsed(data: bytes, syntax: Syntax, memory: int) -> tuple[Parsed, list[Finding]]:
    """A value that is too long for the parser is cut first."""
    try:
        return parse(data, syntax, limit=memory), []
    except MemoryError as error:
        shorter, findings = lengths.shorten(data, syntax)
        if not findings:
            raise UnreadableRdf(finding("page-not-parseable", value=error)) from error
    return parse(shorter, syntax, limit=memory), findings


def _page(parsed: Parsed, url: str, findings: list[Finding]) -> RdfPage:
    if not parsed.notable and not parsed.groups.empty:
        parsed.groups.close()
        raise UnreadableRdf(finding("page-not-parseable", value="no dcat:Dataset and no dcat:Catalog"), *findings)
    subjects = dataset_subjects(parsed.notable, parsed.groups)
    return RdfPage(
        datasets=_datasets(subjects, parsed.groups, url),
        declared=_declared(parsed.notable),
        next=_next(parsed.notable, url),
        findings=tuple(findings),
    )


def _datasets(subjects: list[str], groups: Groups, url: str) -> Iterator[tuple[Dataset, tuple[Finding, ...]]]:
    reader = Reader(groups, url, frozenset(subjects))
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

_CATALOGUED = frozenset((DCAT.dataset, DCAT.dataset.replace("http:", "https:"), FOAF.primaryTopic))
_MENTIONS = frozenset((DCAT.servesDataset, DCT.hasPart))
_TITLES = tuple(f"{iri}> " for iri in (DCT.title, DC.title, RDFS.label))
_CONTENT = (*_TITLES, *(f"{iri}> " for iri in (DCT.description, DCT.identifier, DCAT.distribution, DCAT.landingPage)))
_ANYTHING = ("",)
_TYPE = f"{RDF.type}> "


def dataset_subjects(notable: Sequence[Statement], groups: Groups) -> list[str]:
    """The subjects that are datasets, in the order of the document, each once.

    Typed dcat:Dataset or dcat:DatasetSeries, or the described target of dcat:dataset. A catalogue that is typed a
    dataset too is not one; neither is a node about which nothing is said, nor one without a title that only a service
    (dcat:servesDataset) or another dataset (dct:hasPart) names.
    """
    typed: dict[str, None] = {}
    catalogues: set[str] = set()
    listed: dict[str, None] = {}
    mentioned: set[str] = set()
    for subject, predicate, value in notable:
        if predicate == RDF.type:
            if value == f"<{DCAT.Catalog}>":
                catalogues.add(subject)
            else:
                typed[subject] = None
        elif predicate in _CATALOGUED:
            listed[value] = None
        elif predicate in _MENTIONS:
            mentioned.add(value)
    stubs = mentioned - listed.keys()
    found = []
    for subject in typed | _only_listed(notable):
        wanted = _TITLES if subject in stubs else _ANYTHING if subject in typed else _CONTENT
        if subject not in catalogues and _says(subject, groups, wanted):
            found.append(subject)
    return found


def _only_listed(notable: Sequence[Statement]) -> dict[str, None]:
    """The targets of dcat:dataset, typed or not."""
    links = _CATALOGUED - {FOAF.primaryTopic}
    return {value: None for _, predicate, value in notable if predicate in links and value[0] != '"'}


def _says(subject: str, groups: Groups, properties: tuple[str, ...]) -> bool:
    """Something is said with one of the properties, other than a class."""
    return any(rest.startswith(properties) and not rest.startswith(_TYPE) for rest in groups.about(subject))


# --- paging -----------------------------------------------------------------------------------------------------------

_NEXT = (HYDRA.next, HYDRA.nextPage, LDP.nextPage)


def _next(notable: Iterable[Statement], url: str) -> str:
    """Both generations of Hydra and LDP, an IRI or a literal, on a node of whatever class."""
    found = {predicate: value for _, predicate, value in notable if predicate in _NEXT}
    for predicate in _NEXT:
        token = found.get(predicate, "")
        text = split_literal(token)[0] if token.startswith('"') else token[1:-1]
        if text.strip() and not token.startswith("_"):
            return clean_iri(text.strip(), url)[0]
    return ""


def _declared(notable: Iterable[Statement]) -> int | None:
    totals = [
        split_literal(value)[0] for _, predicate, value in notable if predicate == HYDRA.totalItems and value[0] == '"'
    ]
    return next((int(total) for total in totals if total.strip().isdecimal()), None)
