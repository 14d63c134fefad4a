"""The official DCAT-AP 3.0.1 shapes run over what we publish, with the EU's vocabularies as background."""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyrudof
from msgspec import Struct

from dcat.namespaces import DCT, RDF, SKOS
from tests.reference import reference

VERSION = "dcat-ap-3.0.1"
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


class Broken(Struct, frozen=True):
    """One result of a validation."""

    severity: str
    path: str
    node: str
    component: str
    value: str


@cache
def background() -> str:
    """N-Triples: every concept of ``reference/authority`` with its type, labels and scheme."""
    tables = sorted(reference("reference", "authority").iterdir())
    wanted = (path for path in tables if path.name.endswith((".ttl", ".rdf", ".rdf.gz")) and "eurovoc" not in path.name)
    return "\n".join(dict.fromkeys(line for path in wanted for line in _statements(path))) + "\n"


def _statements(path: Path) -> Iterator[str]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    form = ox.RdfFormat.TURTLE if path.suffix == ".ttl" else ox.RdfFormat.RDF_XML
    quads = list(ox.parse(data, format=form))
    schemes = {str(quad.subject) for quad in quads if quad.object == ox.NamedNode(SKOS.ConceptScheme)}
    for quad in quads:
        label, subject = quad.object, str(quad.subject)
        if quad.predicate.value != SKOS.prefLabel or not isinstance(label, ox.Literal) or subject in schemes:
            continue
        if label.language in ("en", "fr"):
            yield f"{subject} <{SKOS.prefLabel}> {label} ."
        yield from _places(subject)


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
