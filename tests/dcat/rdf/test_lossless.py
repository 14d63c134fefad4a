"""What is read is written back: every statement about a dataset, except where the written form is better on purpose."""

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from dcat.model import Dataset
from dcat.namespaces import DCT, RDF
from dcat.rdf import read_bytes, serialise
from dcat.rdf.graph import read, write
from dcat.rdf.shapes import ALL, Field, Kind
from dcat.rdf.syntax import detect
from tests.dcat.rdf.test_fixtures import COUNTS
from tests.reference import reference

pytestmark = pytest.mark.reference

# (subject, properties from there, value): blank nodes are walked through, so that their names do not matter.
Path = tuple[str, tuple[str, ...], str]

FOLLOWED = frozenset((Kind.DISTRIBUTION, Kind.AGENT, Kind.CONTACT, Kind.PLACE, Kind.PERIOD, Kind.SERVICE))
# Kinds that are nodes or addresses in DCAT-AP, and that many sources write as literals.
BECOMES_NODE = FOLLOWED | {
    Kind.CONCEPT, Kind.LABELS, Kind.NOTATION, Kind.URL, Kind.EMAIL, Kind.TELEPHONE,
}  # fmt: skip
REWRITTEN = frozenset((Kind.BBOX, Kind.SIZE, Kind.CHECKSUM))


def _one_name() -> dict[str, str]:
    """Properties of one row of the table, and of rows that share one, are different names of the same thing."""
    names: dict[str, str] = {}
    for shape in ALL:
        for field in shape.fields:
            known = {names.get(iri, iri) for iri in field.properties}
            chosen = min(known)
            names |= dict.fromkeys(field.properties, chosen)
            names |= {iri: chosen for iri, name in names.items() if name in known}
    return names


NAMES = _one_name()
FIELDS: dict[str, Field] = {NAMES[iri]: field for shape in ALL for field in shape.fields for iri in field.properties}


class Graph:
    """Statements by subject, as N-Triples."""

    def __init__(self, triples: Iterator[ox.Triple]) -> None:
        self.about: dict[str, list[tuple[str, ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]]] = {}
        for triple in triples:
            self.about.setdefault(str(triple.subject), []).append((triple.predicate.value, triple.object))

    def paths(self, root: str) -> set[Path]:
        """All that is said of a dataset, of its blank nodes, and of the nodes that the model describes."""
        found: set[Path] = set()
        todo, done = [root], {root}
        while todo:
            subject = todo.pop()
            for path in self._walk(subject, subject, ()):
                found.add(path)
                field = FIELDS.get(path[1][-1])
                if field and field.kind in FOLLOWED and path[2] not in done:
                    done.add(path[2])
                    todo.append(path[2])
        return {path for path in found if path[2] != '""'}

    def _walk(self, root: str, node: str, properties: tuple[str, ...]) -> Iterator[Path]:
        for predicate, value in self.about.get(node, ()):
            here = (*properties, NAMES.get(predicate, predicate))
            if isinstance(value, ox.BlankNode) and len(here) < 8:
                yield from self._walk(root, str(value), here)
            else:
                yield root, here, _value(value)


def _value(value: object) -> str:
    """Literals without datatype (it is given anew by the form of the value) and without blanks around."""
    if not isinstance(value, ox.Literal):
        return str(value)
    return f'"{value.value.strip()}"' + (f"@{value.language}" if value.language else "")


def on_purpose(path: Path, written: set[Path]) -> bool:
    """The normal form: the statement is not written as it came, and should not be."""
    _, properties, value = path
    last = FIELDS.get(properties[-1])
    text = value.strip('"')
    if value.startswith("<https://portail.example/") and any(one[2] == f'"{_name(value)}"' for one in written):
        # A name written as an address (rdf:resource="Rennes") is read as the name.
        return True
    if last is None:
        # The classes that only say again that a dataset is one, and the algorithm and value of a checksum.
        return properties[-1] == RDF.type or any(FIELDS[one].kind in REWRITTEN for one in properties if one in FIELDS)
    if last.kind in REWRITTEN:
        return True
    if value.startswith('"') and last.kind in BECOMES_NODE:
        words = text.replace("mailto:", "").strip()
        return any(words in one[2] or words.replace(" ", "%20") in one[2] for one in written)
    # An address that could not stand: relative, or with characters that no address may have.
    return value.startswith("<") and (not value.startswith("<http") or "[" in value)


def _name(iri: str) -> str:
    return iri.strip("<>").rpartition("/")[2]


CLEAN = sorted(set(COUNTS) - {"rdfxml/udata-geonetwork.xml"})


@pytest.mark.parametrize("name", CLEAN)
def test_every_statement_comes_back(name: str) -> None:
    data = reference("fixtures", "portals", "dcat", *name.split("/")).read_bytes()
    url = f"https://portail.example/{name}"
    syntax = detect(data, url, "").oxigraph
    source = Graph(quad.triple for quad in ox.parse(data, format=syntax, base_iri=url, lenient=True))
    lost = []
    for dataset, _ in read_bytes(data, url=url).datasets:
        if dataset.iri:
            lost += _lost(source, dataset)
    assert lost == []


def _lost(source: Graph, dataset: Dataset) -> list[Path]:
    written = Graph(
        quad.triple for quad in ox.parse(b"".join(serialise([dataset], "nt")), format=ox.RdfFormat.N_TRIPLES)
    )
    root = f"<{dataset.iri}>"
    have = written.paths(root)
    return sorted(path for path in source.paths(root) - have if not on_purpose(path, have))


@pytest.mark.parametrize("name", COUNTS)
def test_read_after_write_is_the_same_dataset(name: str) -> None:
    data = reference("fixtures", "portals", "dcat", *name.split("/")).read_bytes()
    for dataset, _ in read_bytes(data, url=f"https://portail.example/{name}").datasets:
        assert list(read(write(dataset))) == [dataset]


def test_unknown_property_is_kept_with_its_blank_nodes() -> None:
    data = b"""@prefix dct: <http://purl.org/dc/terms/> . @prefix x: <https://x.example/> .
    <https://d.example/1> a <http://www.w3.org/ns/dcat#Dataset> ; dct:title "t" ; x:a [ x:b [ x:c "v" ] ; x:d 1 ] ."""
    ((dataset, _),) = read_bytes(data, url="https://d.example/c.ttl").datasets
    assert dataset.extra.split("\n") == [
        "_:this <https://x.example/a> _:b0 .",
        "_:b0 <https://x.example/b> _:b1 .",
        '_:b1 <https://x.example/c> "v" .',
        '_:b0 <https://x.example/d> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .',
    ]
    assert list(read(write(dataset))) == [dataset]


def test_surplus_value_of_a_single_field_is_kept() -> None:
    data = f"""<https://d.example/1> a <http://www.w3.org/ns/dcat#Dataset> ;
    <{DCT.title}> "t" ; <{DCT.modified}> "2023-01-01" , "2024-01-01" .""".encode()
    ((dataset, _),) = read_bytes(data, url="https://d.example/c.ttl").datasets
    assert dataset.modified == "2024-01-01"
    assert dataset.extra == f'_:this <{DCT.modified}> "2023-01-01" .'
