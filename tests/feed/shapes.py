"""The official DCAT-AP 3.0.1 shapes run over what we publish, with the EU's vocabularies as background."""

import gzip
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyrudof
from msgspec import Struct

from dcat.namespaces import DCAT, DCT, RDF, SKOS
from tests.reference import reference

VERSION = "dcat-ap-3.0.1"
CONCEPT = re.compile(
    r"<http://(?:publications\.europa\.eu/resource/authority|data\.europa\.eu/bna|purl\.org/adms)/[^>]+>"
)
# The class that a property of DCAT-AP expects of the concepts of a table.
CLASSES = {
    "access-right": DCT.RightsStatement,
    "file-type": DCT.MediaTypeOrExtent,
    "frequency": DCT.Frequency,
    "language": DCT.LinguisticSystem,
    "licence": DCT.LicenseDocument,
    "country": DCT.Location,
    "place": DCT.Location,
    "continent": DCT.Location,
}


# What DCAT itself says of its classes (W3C Recommendation, §6): shapes that ask for a dcat:Resource mean its subclasses
# too, and nobody who checks a page has read DCAT before.
SUBCLASSES = "".join(
    f"<{lower}> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <{upper}> .\n"
    for lower, upper in (
        (DCAT.Dataset, f"{DCAT.iri}Resource"),
        (DCAT.DataService, f"{DCAT.iri}Resource"),
        (DCAT.Catalog, DCAT.Dataset),
    )
)


class Broken(Struct, frozen=True):
    """One result of a validation."""

    severity: str
    path: str
    node: str
    component: str
    value: str


def background(document: str) -> str:
    """N-Triples: the concepts of ``reference/authority`` that a document names, with type, labels and scheme."""
    named = set(CONCEPT.findall(document)) & concepts().keys()
    return "".join(concepts()[concept] for concept in sorted(named))


@cache
def concepts() -> Mapping[str, str]:
    """Concept → what the tables say of it and of its scheme."""
    tables = sorted(reference("reference", "authority").iterdir())
    wanted = (path for path in tables if path.name.endswith((".ttl", ".rdf", ".rdf.gz")) and "eurovoc" not in path.name)
    found: dict[str, dict[str, None]] = {}
    for path in wanted:
        for concept, line in _statements(path):
            found.setdefault(concept, {})[f"{line}\n"] = None
    return {concept: "".join(lines) for concept, lines in found.items()}


def _statements(path: Path) -> Iterator[tuple[str, str]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    form = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.RDF_XML
    quads = list(ox.parse(data, format=form))
    schemes = {str(quad.subject) for quad in quads if quad.object == ox.NamedNode(SKOS.ConceptScheme)}
    for quad in quads:
        label, subject = quad.object, str(quad.subject)
        if quad.predicate.value != SKOS.prefLabel or not isinstance(label, ox.Literal) or subject in schemes:
            continue
        if label.language in ("en", "fr"):
            yield subject, f"{subject} <{SKOS.prefLabel}> {label} ."
        for line in _places(subject):
            yield subject, line


def _places(concept: str) -> Iterator[str]:
    """Its type, its scheme, and the class that DCAT-AP expects of it."""
    scheme = concept.rpartition("/")[0]
    name = scheme.rpartition("/")[2]
    for cls in filter(None, (SKOS.Concept, CLASSES.get(name))):
        yield f"{concept} <{RDF.type}> <{cls}> ."
    yield f"{concept} <{SKOS.inScheme}> {scheme}> ."
    yield f"{scheme}> <{RDF.type}> <{SKOS.ConceptScheme}> ."
    yield f'{scheme}> <{DCT.title}> "{name}"@en .'


def validated(shapes: str, *documents: str) -> Iterator[Broken]:
    """What a file of shapes says of N-Triples documents taken together."""
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_shacl(reference("reference", "shacl", VERSION, shapes))
    for document in documents:
        rudof.read_data(document, format=pyrudof.RDFFormat.NTriples, reader_mode=pyrudof.ReaderMode.Strict, merge=True)
    for found in rudof.validate_shacl():
        yield Broken(
            str(found.severity),
            str(found.path),
            str(found.focus_node),
            str(found.constraint_component),
            str(found.value),
        )


def violations(shapes: str, *documents: str) -> list[Broken]:
    """Warnings left out."""
    return [broken for broken in validated(shapes, *documents) if broken.severity == "Violation"]
