"""The syntaxes of the feed: what they are called, and statements written in them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

import pyoxigraph as ox
from msgspec import Struct

from api.errors import BadRequest
from api.messages import say
from dcat.namespaces import PREFIXES


class Form(Struct, frozen=True):
    """One syntax: its extension, its media type, and how pyoxigraph calls it."""

    name: str
    media_type: str
    oxigraph: ox.RdfFormat

    @property
    def content_type(self) -> str:
        """With the charset, which consumers guess wrong where it is missing."""
        return f"{self.media_type}; charset=utf-8"


FORMS = MappingProxyType(
    {
        "ttl": Form("ttl", "text/turtle", ox.RdfFormat.TURTLE),
        "rdf": Form("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        "jsonld": Form("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        "nt": Form("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
    }
)
HTML = "text/html"


def form_named(name: str) -> Form:
    """By its extension. Raises ``BadRequest`` that says what is allowed."""
    if name not in FORMS:
        told = {"form": name[:40], "allowed": ", ".join(FORMS)}
        raise BadRequest(say("fr", "feed_form_unknown", **told), say("en", "feed_form_unknown", **told))
    return FORMS[name]


def accepted(header: str, default: str = "ttl", forms: Mapping[str, Form] = FORMS) -> str:
    """The extension of the syntax that an ``Accept`` header likes best, ``html`` among them; ``default`` where it
    takes anything, or nothing that we have."""
    liked = {form.media_type: name for name, form in forms.items()}
    liked |= {HTML: "html", "application/xhtml+xml": "html", "application/json": "jsonld"}
    for media_type, _ in sorted(preferences(header), key=lambda pair: -pair[1]):
        if media_type in liked:
            return liked[media_type]
        if media_type in ("*/*", "application/*", "text/*"):
            return default
    return default


def preferences(header: str) -> Iterable[tuple[str, float]]:
    """What an ``Accept`` header or one of its kind names, each with its weight (RFC 9110 §12.4.2)."""
    for part in header.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weights = [piece[2:] for piece in parameters if piece.startswith("q=")]
        try:
            yield media_type, float(weights[0]) if weights else 1.0
        except ValueError:
            yield media_type, 0.0


def written(data: bytes, form: Form) -> bytes:
    """N-Triples in another syntax."""
    if form.name == "nt":
        return data
    return ox.serialize(quads(data), format=form.oxigraph, prefixes=dict(PREFIXES)) or b""


def quads(data: bytes) -> Iterator[ox.Quad]:
    """Published N-Triples read: without looking whether every IRI is one, which was done before they were kept
    (``dcat.publish.fragment``) and takes as long as all the rest."""
    return ox.parse(data, format=ox.RdfFormat.N_TRIPLES, lenient=True)
