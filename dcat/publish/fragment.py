"""One dataset as published: N-Triples that meet the shapes and that any page, dump or event can be made of.

The moment of our description's last change stands in them as ``MOMENT`` until it is known (``stamped``): the digest of
a description does not depend on when it was made.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
from msgspec import Struct

from dcat.iri import is_public_http
from dcat.model import Dataset, Texts
from dcat.namespaces import DCAT, DCT, FOAF, OWL, RDF, XSD
from dcat.publish.addresses import dataset_iri, portal_iri, record_iri
from dcat.publish.description import described
from dcat.publish.gate import Gate, Incomplete
from dcat.publish.literals import typed
from dcat.rdf.term import literal, with_line_ends, without_illegal
from dcat.rdf.writer import Writer

MOMENT = "1000-01-01T00:00:00Z"
DCAT_AP = "http://data.europa.eu/r5r/"
_HTTP_SPDX, _HTTPS_SPDX = (
    "<http://spdx.org/rdf/terms#checksumAlgorithm_",
    "<https://spdx.org/rdf/terms#checksumAlgorithm_",
)


class Carried(Struct, frozen=True):
    """One portal's copy of the dataset. ``first_seen`` is when a harvest first brought it, ``changed`` what its source
    says of its last change; ``why`` is there for the elected one."""

    record: str
    portal: str
    page: str = ""
    iri: str = ""
    first_seen: str = ""
    changed: str = ""
    why: Texts = ()


class Fragment(Struct, frozen=True):
    """``lines`` with ``MOMENT`` in them; ``losses``: (property, value) that had to be left out."""

    lines: tuple[str, ...]
    losses: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """What tells whether the description changed."""
        return hashlib.sha256("\n".join(self.lines).encode()).hexdigest()


class Related(Struct, frozen=True):
    """Another dataset of ours, and what this one is to it: a key of ``RELATIONS``."""

    relation: str
    dataset: str


RELATIONS: Mapping[str, str] = {
    "part-of": DCT.isPartOf,
    "has-part": DCT.hasPart,
    "version-of": DCT.isVersionOf,
    "has-version": DCAT.hasVersion,
    "series": DCT.relation,
    "related": DCT.relation,
}
"""dct:hasVersion is not among them: the shapes ask to see the class of what it leads to, which may be on another page.
A series has no resource of its own here, so that dcat:inSeries has nothing to lead to."""


class Source(Struct, frozen=True):
    """What is published of one dataset: the elected copy's description, every copy, another copy's words for where the
    elected one has none, and the datasets that it has to do with."""

    id: str
    dataset: Dataset
    copies: tuple[Carried, ...] = ()
    title: Texts = ()
    description: Texts = ()
    related: tuple[Related, ...] = ()


def fragment(source: Source, base: str) -> Fragment:
    """Raises ``Incomplete`` where the dataset may not go out: a mandatory property is missing."""
    iri = dataset_iri(base, source.id)
    writer = Writer(_labels(source.id))
    root = writer.dataset(described(source.dataset, iri, base, source.title, source.description))
    own = writer.iri(source.dataset.iri, OWL.sameAs)
    if is_public_http(own[1:-1]):
        writer.state(root, OWL.sameAs, own)
    for other in source.related:
        writer.state(root, RELATIONS[other.relation], f"<{dataset_iri(base, other.dataset)}>")
    for copy in source.copies:
        _state_record(writer, copy, root, base)
    blocks = {name: [line.replace(_HTTP_SPDX, _HTTPS_SPDX) for line in block] for name, block in writer.blocks.items()}
    gate = Gate(blocks, root, f"{base}/")
    return Fragment(tuple(_legal(gate.lines())), tuple(gate.losses))


def stamped(lines: Iterable[str], moment: str) -> str:
    """The text of a fragment, whose description last changed at ``moment`` (ISO 8601, UTC)."""
    return "\n".join(lines).replace(f'"{MOMENT}"', f'"{moment}"') + "\n"


def _labels(dataset: str) -> Iterator[str]:
    """Names of blank nodes that no other dataset's fragment has."""
    number = 0
    while True:
        yield f"{dataset}x{number}"
        number += 1


def _state_record(writer: Writer, copy: Carried, dataset: str, base: str) -> None:
    """dcat:CatalogRecord of one copy, and of what it was made from, as its portal has it."""
    record = f"<{record_iri(base, copy.record)}>"
    source = f"{record[:-1]}#source>"
    first = typed(literal(copy.first_seen), XSD.dateTime)
    writer.state(record, RDF.type, f"<{DCAT.CatalogRecord}>")
    writer.state(record, FOAF.primaryTopic, dataset)
    writer.state(record, DCT.modified, literal(MOMENT, datatype=XSD.dateTime))
    writer.state(record, DCT.isPartOf, f"<{portal_iri(base, copy.portal)}>")
    writer.state(record, DCT.conformsTo, f"<{DCAT_AP}>")
    if first:
        writer.state(record, DCT.issued, first)
    for text in copy.why:
        writer.state(record, DCT.description, writer.text(text))
    changed = typed(literal(copy.changed), "date") or first
    if changed:
        writer.state(record, DCT.source, source)
        _state_source(writer, copy, source, dataset, changed)


def _state_source(writer: Writer, copy: Carried, source: str, dataset: str, changed: str) -> None:
    writer.state(source, RDF.type, f"<{DCAT.CatalogRecord}>")
    writer.state(source, FOAF.primaryTopic, dataset)
    writer.state(source, DCT.modified, changed)
    page = writer.iri(copy.page, FOAF.page)
    if is_public_http(page[1:-1]):
        writer.state(source, FOAF.page, page)
    if copy.iri:
        writer.state(source, DCT.identifier, literal(copy.iri))


def _legal(lines: Iterator[str]) -> Iterator[str]:
    """Each statement as every syntax takes it; what a strict parser refuses after all is left out."""
    text = with_line_ends(without_illegal("\n".join(lines)))
    try:
        list(ox.parse(text + "\n", format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return iter([line for line in text.split("\n") if _is_legal(line)])
    return iter(text.split("\n"))


def _is_legal(line: str) -> bool:
    try:
        list(ox.parse(line + "\n", format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError:
        return False
    return True


__all__ = ["Carried", "Fragment", "Incomplete", "Source", "fragment", "stamped"]
