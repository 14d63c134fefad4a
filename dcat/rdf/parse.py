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
from dcat.rdf.clean import xml_root
from dcat.rdf.document import Document
from dcat.rdf.errors import UnreadableRdf
from dcat.rdf.groups import Groups
from dcat.rdf.syntax import Syntax

# After so many errors a document is not what it says it is.
MAX_FAULTS = 5_000
# How often a document is repaired and read again.
MAX_REPAIRS = 4
# The root element of an XML document begins so early.
ROOT_WITHIN = 1 << 20
# How many of a document's faults are told one by one.
MAX_FINDINGS = 100

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
    """A document read."""

    groups: Groups
    findings: list[Finding]


def parse(document: Document, syntax: Syntax, *, limit: int) -> Parsed:
    """Read, and where the parser stumbles repair and read again; what cannot be repaired is a finding.

    Raises ``UnreadableRdf`` where no statement at all can be had, ``MemoryError`` where a value is too long for the
    parser (``lengths``).
    """
    repairs: list[Finding] = []
    for attempt in range(MAX_REPAIRS + 1):
        groups, faults = _read_any(document, syntax, limit)
        broken = [fault for fault in faults if not fault.truncation]
        better, more = document.repaired(syntax, broken) if broken and attempt < MAX_REPAIRS else (None, [])
        if better is None:
            break
        groups.close()
        document, repairs = better, repairs + more
    cut = [fault for fault in faults if fault.truncation]
    findings = repairs + [fault.finding() for fault in broken[:MAX_FINDINGS] + cut[:1]]
    if syntax is Syntax.XML and not cut and _xml_is_open(document):
        findings.append(finding("page-truncated", value="the root element is not closed"))
    if len(faults) >= MAX_FAULTS:
        findings.append(finding("page-truncated", value=f"reading stopped after {MAX_FAULTS} errors"))
    if groups.empty and (faults or document.blank):
        groups.close()
        raise UnreadableRdf(finding("page-not-parseable", value="no statement could be read"), *findings)
    return Parsed(groups, findings)


def _xml_is_open(document: Document) -> bool:
    """The document ends before its root element does, which the parser does not tell when the cut is between two
    tags."""
    start, end = document.start(ROOT_WITHIN), document.end(2_000)
    root = xml_root(start)
    if root is None:
        return False
    empty = start.find(b"<", root.end()) < 0 and end.rstrip().endswith(b"/>")
    return not empty and b"</" + root.group(1) not in end


def _read_any(document: Document, syntax: Syntax, limit: int) -> tuple[Groups, list[Fault]]:
    """JSON-LD is first read as a stream: nothing is held, and a truncated document gives what came before the cut.
    Keys in an order that a stream cannot follow (``@context`` or ``@type`` last) make it read again as a whole."""
    if syntax is not Syntax.JSON:
        return _read(document, syntax.oxigraph, limit)
    read = _read(document, RdfFormat.STREAMING_JSON_LD, limit)
    if all(fault.truncation for fault in read[1]):
        return read
    read[0].close()
    return _read(document, RdfFormat.JSON_LD, limit)


def _read(document: Document, form: RdfFormat, limit: int) -> tuple[Groups, list[Fault]]:
    """The hot loop. A statement comes as N-Triples without the final dot: ``subject <predicate> object``."""
    groups = Groups(limit)
    faults: list[Fault] = []
    texts = _texts(document.parser(form), form)
    while len(faults) < MAX_FAULTS:
        try:
            for text in texts:
                subject, _, rest = text.partition(" <")
                groups.add(subject, rest)
            break
        except MemoryError:
            groups.close()
            raise
        except SyntaxError as error:
            if _HARMLESS not in error.msg:
                faults.append(Fault(error.msg, error.lineno or 0, error.offset or 0))
    return groups, faults


def _texts(parser: ox.QuadParser, form: RdfFormat) -> Iterator[str]:
    """An iterator that goes on after an error. Named graphs, which only JSON-LD has, are merged."""
    if form in (RdfFormat.JSON_LD, RdfFormat.STREAMING_JSON_LD):
        return map(str, map(attrgetter("triple"), parser))
    return map(str, parser)
