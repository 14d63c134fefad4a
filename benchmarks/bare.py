"""The bare reading of a page, as the limit of what a harvester can do: no cleaning, no model, nothing kept."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

import msgspec
from lxml import etree  # type: ignore[import-untyped]
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple, parse

from dcat.namespaces import DCAT, RDF
from dcat.portal import Protocol
from dcat.rdf.syntax import Syntax, detect
from harvester.archive import Page

TYPE, DATASET = NamedNode(RDF.type), NamedNode(DCAT.Dataset)
Node = NamedNode | BlankNode | Triple
Said = list[tuple[NamedNode, Node | Literal]]


def read(page: Page, protocol: Protocol) -> int:
    """RDF grouped by dataset; JSON decoded; XML and HTML as a tree. Gives how many groups, rows or elements there are:
    none, where the parser can do nothing with it."""
    if protocol is Protocol.DCAT:
        syntax = detect(page.body[:5_000], page.url, page.headers.get("content-type", ""))
        return sum(1 for _ in by_dataset(page.body, syntax))
    with suppress(msgspec.DecodeError, etree.LxmlError):
        if page.body.lstrip().startswith((b"{", b"[")):
            return len(msgspec.json.decode(page.body))
        tree = etree.fromstring(page.body, _tree_parser(page.body))
        return 0 if tree is None else len(tree)
    return 0


def _tree_parser(body: bytes) -> etree.XMLParser | etree.HTMLParser:
    if b"<html" in body[:1_000].lower():
        return etree.HTMLParser(recover=True, huge_tree=True, no_network=True)
    return etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)


def by_dataset(body: bytes, syntax: Syntax) -> Iterator[dict[Node, Said]]:
    """pyoxigraph's statements by dataset: the dataset's own, and those of every node that it leads to."""
    said: dict[Node, Said] = defaultdict(list)
    for quad in sound_quads(body, syntax):
        said[quad.subject].append((quad.predicate, quad.object))
    datasets = {node for node, statements in said.items() if (TYPE, DATASET) in statements}
    for dataset in datasets:
        yield _around(dataset, said, datasets)


def _around(dataset: Node, said: dict[Node, Said], datasets: set[Node]) -> dict[Node, Said]:
    found: dict[Node, Said] = {}
    waiting = [dataset]
    while waiting:
        node = waiting.pop()
        found[node] = said[node]
        for _, value in said[node]:
            if not isinstance(value, Literal) and value in said and value not in found and value not in datasets:
                waiting.append(value)
    return found


def sound_quads(body: bytes, syntax: Syntax) -> Iterator[Quad]:
    """What the parser stumbles over is passed over."""
    quads = parse(body, syntax.oxigraph, base_iri="http://127.0.0.1/", lenient=True)
    while True:
        try:
            quad = next(quads, None)
        except SyntaxError:
            continue
        if quad is None:
            return
        yield quad
