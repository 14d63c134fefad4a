"""UTF-8 bytes → statements grouped by subject, whatever is broken in between.

The parser runs leniently, and values are checked by us when they are used. Strict parsing is not safer: after one
illegal IRI it makes up statements in RDF/XML (the next property is read as a type) and loses the rest of the subject,
and in JSON-LD it leaves nodes out without an error. Both were measured with pyoxigraph 0.5.13.
"""

from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from dcat.findings import Finding, finding
from dcat.namespaces import DCAT, DCT, DCTYPE, FOAF, HYDRA, LDP, RDF, SCHEMA
from dcat.rdf.clean import xml_root
from dcat.rdf.depth import MAX_DEPTH, too_deep
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.groups import Groups
from dcat.rdf.repair import repair
from dcat.rdf.syntax import Syntax

# After so many errors a document is not what it says it is.
MAX_FAULTS = 5_000
# How often a document is repaired and read again.
MAX_REPAIRS = 4
# How many of a document's faults are told one by one.
MAX_FINDINGS = 100

# The statements that say what a page holds, as the beginning of "predicate> object".
_NOTABLE = tuple(
    f"{iri}> "
    for iri in (
        DCAT.dataset,
        DCAT.dataset.replace("http:", "https:"),
        DCAT.servesDataset,
        DCT.hasPart,
        FOAF.primaryTopic,
        HYDRA.next,
        HYDRA.nextPage,
        HYDRA.totalItems,
        LDP.nextPage,
        RDF.type,
    )
)
_DATASET_TYPES = (
    DCAT.Dataset,
    DCAT.DatasetSeries,
    DCTYPE.Dataset,
    SCHEMA.Dataset,
    "dctype:Dataset",
    "dcat:Dataset",
    DCAT.Dataset.replace("http:", "https:"),
)
_NOTABLE_TYPES = frozenset(
    f"{RDF.type}> {kind}" for iri in (*_DATASET_TYPES, DCAT.Catalog) for kind in (f"<{iri}>", f'"{iri}"')
)
_TYPE = f"{RDF.type}> "


# Said of JSON-LD read as a stream, and matters to contexts that depend on a type only; the type is given all the same.
_HARMLESS = "@type must be the first key"
_TRUNCATION = ("before end of input", "Unexpected end", "not closed")


class Fault(NamedTuple):
    """What the parser said, and where (lines and columns from 1; 0 where it does not tell)."""

    message: str
    line: int
    column: int

    @property
    def truncation(self) -> bool:
        """The parser came to the end in the middle of something."""
        return any(words in self.message for words in _TRUNCATION)

    def finding(self) -> Finding:
        """What the report says of it."""
        place = f"line {self.line}, column {self.column}" if self.line else ""
        return finding(
            "page-truncated" if self.truncation else "page-statement-skipped", place=place, value=self.message
        )


class Parsed(NamedTuple):
    """A document read: everything, and the statements that say what it holds, as (subject, predicate, object)."""

    groups: Groups
    notable: list[tuple[str, str, str]]
    findings: list[Finding]


def parse(data: bytes, syntax: Syntax, *, limit: int) -> Parsed:
    """Read, and where the parser stumbles repair and read again; what cannot be repaired is a finding.

    Raises ``UnreadableRdf`` where no statement at all can be had.
    """
    if syntax is Syntax.XML and too_deep(data):
        raise UnreadableRdf(finding("limit-exceeded", value=f"elements within each other: more than {MAX_DEPTH}"))
    repairs: list[Finding] = []
    for attempt in range(MAX_REPAIRS + 1):
        groups, notable, faults = _read_any(data, syntax, limit)
        broken = [fault for fault in faults if not fault.truncation]
        repaired, more = repair(data, syntax, broken) if broken and attempt < MAX_REPAIRS else (data, [])
        if repaired == data:
            break
        groups.close()
        data, repairs = repaired, repairs + more
    cut = [fault for fault in faults if fault.truncation]
    findings = repairs + [fault.finding() for fault in broken[:MAX_FINDINGS] + cut[:1]]
    if syntax is Syntax.XML and not cut and _xml_is_open(data):
        findings.append(finding("page-truncated", value="the root element is not closed"))
    if len(faults) >= MAX_FAULTS:
        findings.append(finding("page-truncated", value=f"reading stopped after {MAX_FAULTS} errors"))
    if groups.empty and (faults or not data.strip()):
        groups.close()
        raise UnreadableRdf(finding("page-not-parseable", value="no statement could be read"), *findings)
    return Parsed(groups, notable, findings)


def _xml_is_open(data: bytes) -> bool:
    """The document ends before its root element does, which the parser does not tell when the cut is between two
    tags."""
    root = xml_root(data)
    if root is None:
        return False
    empty = data.find(b"<", root.end()) < 0 and data.rstrip().endswith(b"/>")
    return not empty and b"</" + root.group(1) not in data[-2_000:]


def _read_any(data: bytes, syntax: Syntax, limit: int) -> tuple[Groups, list[tuple[str, str, str]], list[Fault]]:
    """JSON-LD is first read as a stream: nothing is held, and a truncated document gives what came before the cut.
    Keys in an order that a stream cannot follow (``@context`` or ``@type`` last) make it read again as a whole."""
    if syntax is not Syntax.JSON:
        return _read(data, syntax.oxigraph, limit)
    read = _read(data, RdfFormat.STREAMING_JSON_LD, limit)
    if all(fault.truncation for fault in read[2]):
        return read
    read[0].close()
    return _read(data, RdfFormat.JSON_LD, limit)


def is_notable(rest: str) -> bool:
    """A ``predicate> object`` that says what a page holds."""
    return rest in _NOTABLE_TYPES if rest.startswith(_TYPE) else rest.startswith(_NOTABLE)


def _read(data: bytes, form: RdfFormat, limit: int) -> tuple[Groups, list[tuple[str, str, str]], list[Fault]]:
    """The hot loop. A statement comes as N-Triples without the final dot: ``subject <predicate> object``."""
    groups = Groups(limit)
    notable: list[tuple[str, str, str]] = []
    faults: list[Fault] = []
    texts = _texts(ox.parse(data, format=form, lenient=True), form)
    while len(faults) < MAX_FAULTS:
        try:
            for text in texts:
                subject, _, rest = text.partition(" <")
                groups.add(subject, rest)
                if rest.startswith(_NOTABLE) and is_notable(rest):
                    predicate, _, value = rest.partition("> ")
                    notable.append((subject, predicate, value))
            break
        except SyntaxError as error:
            if _HARMLESS not in error.msg:
                faults.append(Fault(error.msg, error.lineno or 0, error.offset or 0))
    return groups, notable, faults


def _texts(parser: ox.QuadParser, form: RdfFormat) -> Iterator[str]:
    """An iterator that goes on after an error. Named graphs, which only JSON-LD has, are merged."""
    if form in (RdfFormat.JSON_LD, RdfFormat.STREAMING_JSON_LD):
        return map(str, map(attrgetter("triple"), parser))
    return map(str, parser)
