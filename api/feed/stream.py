"""The stream of changes: LDES in TREE nodes after DCAT-AP Feeds, activities of ActivityStreams, each with its payload
in a graph of its name. A full node never changes: it may be kept for ever.

https://semiceu.github.io/LDES-DCAT-AP-feeds/, https://w3id.org/ldes/specification, https://w3id.org/tree/specification
"""

from collections.abc import Iterator
from types import MappingProxyType

import pyoxigraph as ox
from msgspec import Struct

from api.errors import NotFound
from api.feed.forms import Form
from api.feed.head import base_of
from api.messages import say
from api.services import Services
from dcat.namespaces import DCAT, DCT, PREFIXES, RDF, XSD
from dcat.publish.addresses import dataset_iri
from dcat.rdf.term import literal
from search.published.store import Event

SIZE = 100  # activities on a node; another number would break every node that somebody keeps
AS = "https://www.w3.org/ns/activitystreams#"
LDES = "https://w3id.org/ldes#"
TREE = "https://w3id.org/tree#"
SPECIFICATION = "https://semiceu.github.io/LDES-DCAT-AP-feeds/index.html"
KINDS = {"create": "Create", "update": "Update", "delete": "Delete"}
FORMS = MappingProxyType(
    {
        "trig": Form("trig", "application/trig", ox.RdfFormat.TRIG),
        "nq": Form("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
        "jsonld": Form("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
    }
)


class Node(Struct, frozen=True):
    """One node of the stream: ``full`` ones never change, but for what is ``emptied`` (so many descriptions) where a
    person is forgotten; ``last`` is the number of its newest activity, which was published at ``moment``."""

    number: int
    full: bool
    last: int
    moment: str
    emptied: int
    quads: str


def node(services: Services, number: int) -> Node:
    """The node of this number, from 1. Raises ``NotFound``."""
    newest = services.published.last_event() if services.harvested else 0
    first = (number - 1) * SIZE + 1
    if newest == 0 or number < 1 or first > newest + 1:
        raise NotFound(
            *(say(language, "feed_node_unknown", last=max(1, -(-newest // SIZE))) for language in ("fr", "en"))
        )
    last = number * SIZE
    events = services.published.events(first, last)
    lines = "\n".join(_node_lines(base_of(services), number, events)) + "\n"
    ended = events[-1] if events else None
    emptied = sum(event.kind != "delete" and not event.body for event in events)
    told = (ended.number, ended.moment) if ended else (0, "")
    return Node(number, newest >= last, *told, emptied, lines)


def root(services: Services) -> str:
    """N-Quads of the stream itself: what it is, and where it begins."""
    base = base_of(services)
    stream, view = f"<{base}/feed>", f"<{base}/feed/1>"
    lines = [*_stream_lines(base), f"{stream} <{TREE}view> {view} .", f"{view} <{RDF.type}> <{TREE}Node> ."]
    return "\n".join(lines) + "\n"


def written(quads: str, form: Form) -> bytes:
    """N-Quads in another syntax."""
    if form.name == "nq":
        return quads.encode()
    prefixes = {**PREFIXES, "as": AS, "ldes": LDES, "tree": TREE}
    return ox.serialize(ox.parse(quads, format=ox.RdfFormat.N_QUADS), format=form.oxigraph, prefixes=prefixes) or b""


def _stream_lines(base: str) -> Iterator[str]:
    stream = f"<{base}/feed>"
    yield f"{stream} <{RDF.type}> <{LDES}EventStream> ."
    yield f"{stream} <{LDES}timestampPath> <{AS}published> ."
    yield f"{stream} <{LDES}versionOfPath> <{AS}object> ."
    yield f"{stream} <{DCT.conformsTo}> <{SPECIFICATION}> ."


def _node_lines(base: str, number: int, events: list[Event]) -> Iterator[str]:
    stream, this = f"<{base}/feed>", f"<{base}/feed/{number}>"
    yield from _stream_lines(base)
    yield f"{stream} <{TREE}view> {this} ."
    yield f"{this} <{RDF.type}> <{TREE}Node> ."
    for event in events:
        yield from _activity_lines(base, f"<{base}/feed/{number}#{event.number}>", event)
    if len(events) == SIZE:
        yield from _relation_lines(base, this, number + 1, events[-1].moment)


def _activity_lines(base: str, activity: str, event: Event) -> Iterator[str]:
    dataset = f"<{dataset_iri(base, event.dataset)}>"
    yield f"<{base}/feed> <{TREE}member> {activity} ."
    yield f"{activity} <{RDF.type}> <{AS}{KINDS[event.kind]}> ."
    yield f"{activity} <{AS}object> {dataset} ."
    yield f"{activity} <{AS}published> {literal(event.moment, datatype=XSD.dateTime)} ."
    yield f"{dataset} <{RDF.type}> <{DCAT.Dataset}> ."
    # Names of blank nodes hold for the whole document: another version of the dataset may be in it.
    body = event.body.replace(f"_:n{event.dataset}x", f"_:n{event.dataset}v{event.number}x")
    for line in filter(None, body.split("\n")):  # a text may have other signs that Python ends lines at
        yield f"{line.removesuffix('.')}{activity} ."


def _relation_lines(base: str, this: str, following: int, moment: str) -> Iterator[str]:
    """What follows was published no earlier than the last activity here."""
    relation = f"_:next{following}"
    yield f"{this} <{TREE}relation> {relation} ."
    yield f"{relation} <{RDF.type}> <{TREE}GreaterThanOrEqualToRelation> ."
    yield f"{relation} <{TREE}node> <{base}/feed/{following}> ."
    yield f"{relation} <{TREE}path> <{AS}published> ."
    yield f"{relation} <{TREE}value> {literal(moment, datatype=XSD.dateTime)} ."
