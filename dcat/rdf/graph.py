"""rdflib graphs, the public face: the same reader and writer, over another source of statements."""

from collections.abc import Iterator

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from dcat.model import Dataset
from dcat.namespaces import PREFIXES
from dcat.rdf.groups import Groups
from dcat.rdf.page import find_datasets
from dcat.rdf.reader import Reader
from dcat.rdf.term import literal, split_literal
from dcat.rdf.writer import Writer


def read(graph: Graph) -> Iterator[Dataset]:
    """The datasets of a graph. Findings are left aside: ``read_bytes`` gives them."""
    groups = Groups(limit=len(graph) + 1)
    for subject, predicate, value in sorted((_token(s), str(p), _token(o)) for s, p, o in graph):
        groups.add(subject, f"{predicate}> {value}")
    subjects = find_datasets(groups)
    reader = Reader(groups, records=subjects)
    for subject in subjects:
        yield reader.dataset(subject)[0]


def write(dataset: Dataset, graph: Graph | None = None) -> Graph:
    """The dataset's statements added to ``graph``, or to a new one; blank nodes are new ones."""
    graph = Graph() if graph is None else graph
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    writer = Writer()
    writer.dataset(dataset)
    nodes: dict[str, BNode] = {}
    for subject, statements in writer.blocks.items():
        for statement in statements:
            predicate, _, value = statement[1:].partition("> ")
            graph.add((_node(subject, nodes), URIRef(predicate), _node(value, nodes)))
    return graph


def _token(node: Node) -> str:
    if isinstance(node, Literal):
        return literal(str(node), node.language or "", str(node.datatype) if node.datatype else "")
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


def _node(token: str, nodes: dict[str, BNode]) -> URIRef | BNode | Literal:
    if token[0] == "<":
        return URIRef(token[1:-1])
    if token[0] == "_":
        return nodes.setdefault(token, BNode())
    value, language, datatype = split_literal(token)
    return Literal(value, lang=language or None, datatype=URIRef(datatype) if datatype else None, normalize=False)
