"""DCAT feeds in Turtle, RDF/XML, JSON-LD and N-Triples, paged by either generation of Hydra.

pyoxigraph writes them; it refuses what real feeds hold all the same (a blank in an IRI, a language tag that is none),
so such values travel as tokens that are replaced in the finished bytes.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import cache
from io import BytesIO
from urllib.parse import urlencode

from msgspec import Struct
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from harvester.sample.paging import Page, Rows
from harvester.sample.poison import BAD_LANGUAGES
from harvester.sample.record import File, SampleRecord
from harvester.sample.speakers.speaker import Desk, base_url, conditional, integer, not_found
from harvester.sample.words import FORMATS, LICENCES

PAGE_SIZE = 100
LARGEST_PAGE = 1_000
KEPT = ("page_size", "modified_since")

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "adms": "http://www.w3.org/ns/adms#",
}
SYNTAXES = {
    "ttl": (RdfFormat.TURTLE, "text/turtle; charset=utf-8"),
    "rdf": (RdfFormat.RDF_XML, "application/rdf+xml; charset=utf-8"),
    "xml": (RdfFormat.RDF_XML, "application/rdf+xml; charset=utf-8"),
    "jsonld": (RdfFormat.JSON_LD, "application/ld+json"),
    "nt": (RdfFormat.N_TRIPLES, "application/n-triples"),
}
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"

BLANK = "__blank__"
LANGUAGE_TOKENS = {language: f"x-tag{number}" for number, language in enumerate(BAD_LANGUAGES)}

Subject = NamedNode | BlankNode
Endpoint = Callable[[Request], Awaitable[Response]]


@cache
def term(prefixed: str) -> NamedNode:
    """``dct:title`` in full; made once, since making a node costs as much as writing it."""
    prefix, _, local = prefixed.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


PARTIAL = {"first": "hydra:first", "last": "hydra:last", "next": "hydra:next", "previous": "hydra:previous"}
PAGED = {
    "first": "hydra:firstPage",
    "last": "hydra:lastPage",
    "next": "hydra:nextPage",
    "previous": "hydra:previousPage",
}


def speak(desk: Desk) -> list[BaseRoute]:
    """The routes of a portal that gives DCAT only: its catalogue in every syntax."""
    return [Route("/catalog.{extension}", feed(desk))]


def feed(desk: Desk) -> Endpoint:
    """The catalogue's pages: ``page``, ``page_size`` up to a bound, ``modified_since`` (then the last change first);
    404 beyond the last; ``ETag`` and 304."""

    async def page(request: Request) -> Response:
        extension = request.path_params["extension"]
        if extension not in SYNTAXES:
            return not_found(f"no such syntax: {extension}")
        number, asked = integer(request, "page", 1), integer(request, "page_size", PAGE_SIZE)
        size = desk.at_most(max(1, min(asked, LARGEST_PAGE)))
        given = desk.page(request, _selected(request, desk), (number - 1) * size, size) if number > 0 else None
        if given is None or given.beyond:
            return not_found("no such page")
        kept = {name: request.query_params[name] for name in KEPT if name in request.query_params}
        pages = Pages(f"{base_url(request, desk)}/catalog.{extension}", kept, size)
        return conditional(request, _page_bytes(desk, pages, given, extension), SYNTAXES[extension][1])

    return page


def _selected(request: Request, desk: Desk) -> Rows:
    since = request.query_params.get("modified_since")
    if not since:
        return desk.rows()
    return desk.rows("processed", descending=True).where(lambda record: record.processed >= since)


class Pages(Struct, frozen=True):
    """Addresses of the pages of one walk: what was asked besides the page stays."""

    here: str
    kept: Mapping[str, str]
    size: int

    def at(self, start: int) -> str:
        """The page that begins with a row."""
        return f"{self.here}?{urlencode({'page': start // self.size + 1, **self.kept})}"


def _page_bytes(desk: Desk, pages: Pages, page: Page, extension: str) -> bytes:
    triples = [*_catalogue(desk), *_hydra(desk, pages, page)]
    catalogue = NamedNode(desk.sample.portal.url + "/")
    for record in page.records:
        triples.append(Triple(catalogue, term("dcat:dataset"), NamedNode(record.iri)))
        triples.extend(_dataset(record))
    return _spoiled(_written(triples, extension))


def _written(triples: Iterable[Triple], extension: str) -> bytes:
    """N-Triples come sorted, as exports of triple stores do: one dataset's triples lie far apart."""
    body = BytesIO()
    serialize(triples, body, SYNTAXES[extension][0], prefixes=None if extension == "nt" else PREFIXES)
    if extension == "nt":
        return b"".join(sorted(body.getvalue().splitlines(keepends=True)))
    return body.getvalue()


def _spoiled(body: bytes) -> bytes:
    body = body.replace(BLANK.encode(), b" ")
    for language, token in LANGUAGE_TOKENS.items():
        body = body.replace(token.encode(), language.encode())
    return body


def _catalogue(desk: Desk) -> Iterator[Triple]:
    portal = desk.sample.portal
    node = NamedNode(portal.url + "/")
    yield Triple(node, term("rdf:type"), term("dcat:Catalog"))
    yield Triple(node, term("dct:title"), Literal(portal.title, language="fr"))
    yield Triple(node, term("foaf:homepage"), NamedNode(portal.url))


def _hydra(desk: Desk, pages: Pages, page: Page) -> Iterator[Triple]:
    """Both generations: a view on the catalogue (udata), or a collection of pages (ckanext-dcat, literals)."""
    size = pages.size
    starts = {"first": 0, "last": max(0, page.total - 1), "next": page.next, "previous": page.start - size}
    links = {word: pages.at(start) for word, start in starts.items() if start is not None and start >= 0}
    node = NamedNode(pages.at(page.start))
    total = Literal(str(page.total), datatype=term("xsd:integer"))
    if desk.sample.hydra == "paged":
        yield Triple(node, term("rdf:type"), term("hydra:PagedCollection"))
        yield Triple(node, term("hydra:totalItems"), total)
        yield Triple(node, term("hydra:itemsPerPage"), Literal(str(size), datatype=term("xsd:integer")))
        for word, link in links.items():
            yield Triple(node, term(PAGED[word]), Literal(link))
        return
    catalogue = NamedNode(desk.sample.portal.url + "/")
    yield Triple(catalogue, term("rdf:type"), term("hydra:Collection"))
    yield Triple(catalogue, term("hydra:totalItems"), total)
    yield Triple(catalogue, term("hydra:view"), node)
    yield Triple(node, term("rdf:type"), term("hydra:PartialCollectionView"))
    for word, link in links.items():
        yield Triple(node, term(PARTIAL[word]), NamedNode(link))


def _dataset(record: SampleRecord) -> Iterator[Triple]:
    node = NamedNode(record.iri)
    language = LANGUAGE_TOKENS.get(record.language, record.language)
    yield Triple(node, term("rdf:type"), term("dcat:Dataset"))
    yield Triple(node, term("dct:identifier"), Literal(record.identifier))
    yield Triple(node, term("dct:title"), Literal(record.title, language=language))
    yield Triple(node, term("dct:description"), Literal(record.description, language=language))
    for word in record.keywords:
        yield Triple(node, term("dcat:keyword"), Literal(word, language="fr"))
    if record.theme:
        yield Triple(node, term("dcat:theme"), NamedNode(THEME + record.theme))
    yield Triple(node, term("dct:accrualPeriodicity"), NamedNode(FREQUENCY + record.frequency))
    yield Triple(node, term("dct:issued"), Literal(record.issued, datatype=term("xsd:dateTime")))
    yield Triple(node, term("dct:modified"), Literal(record.modified, datatype=term("xsd:dateTime")))
    yield Triple(node, term("dcat:landingPage"), NamedNode(record.page))
    if record.origin:
        yield Triple(node, term("dct:source"), NamedNode(record.origin.uri))
    yield from _publisher(node, record)
    yield from _coverage(node, record)
    for file in record.files:
        yield from _distribution(node, record, file)


def _publisher(node: Subject, record: SampleRecord) -> Iterator[Triple]:
    agent = BlankNode(f"publisher{record.number}")
    yield Triple(node, term("dct:publisher"), agent)
    yield Triple(agent, term("rdf:type"), term("foaf:Organization"))
    yield Triple(agent, term("foaf:name"), Literal(record.publisher.name))
    if record.publisher.siren:
        yield Triple(agent, term("dct:identifier"), Literal(record.publisher.siren))


def _coverage(node: Subject, record: SampleRecord) -> Iterator[Triple]:
    if record.territory_name:
        place = BlankNode(f"place{record.number}")
        yield Triple(node, term("dct:spatial"), place)
        yield Triple(place, term("rdf:type"), term("dct:Location"))
        yield Triple(place, term("rdfs:label"), Literal(record.territory_name, language="fr"))
    if record.temporal[0]:
        period = BlankNode(f"period{record.number}")
        yield Triple(node, term("dct:temporal"), period)
        yield Triple(period, term("rdf:type"), term("dct:PeriodOfTime"))
        yield Triple(period, term("dcat:startDate"), Literal(record.temporal[0], datatype=term("xsd:date")))
        yield Triple(period, term("dcat:endDate"), Literal(record.temporal[1], datatype=term("xsd:date")))


def _distribution(node: Subject, record: SampleRecord, file: File) -> Iterator[Triple]:
    words = FORMATS.get(file.format)
    this = NamedNode(f"{record.iri.rstrip('/')}/distribution/{file.identifier}")
    address = NamedNode(file.url.replace(" ", BLANK))
    yield Triple(node, term("dcat:distribution"), this)
    yield Triple(this, term("rdf:type"), term("dcat:Distribution"))
    yield Triple(this, term("dct:title"), Literal(file.title, language="fr"))
    yield Triple(this, term("dcat:accessURL"), address)
    yield Triple(this, term("dcat:downloadURL"), address)
    yield Triple(this, term("dct:format"), NamedNode(FILE_TYPE + words.code) if words else Literal(file.format))
    if words:
        yield Triple(this, term("dcat:mediaType"), NamedNode(MEDIA_TYPE + words.media_type))
    if file.size:
        yield Triple(this, term("dcat:byteSize"), Literal(str(file.size), datatype=term("xsd:decimal")))
    if file.synthetic:
        yield Triple(this, term("dct:description"), Literal("Format déduit, adresse fictive.", language="fr"))
    licence = LICENCES.get(record.licence)
    if licence is None:
        yield Triple(this, term("dct:license"), Literal(record.licence))
    elif licence.url:
        yield Triple(this, term("dct:license"), NamedNode(licence.url))
