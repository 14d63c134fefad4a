"""The head of a page: our dcat:Catalog, the catalogues that it is made from with their credit, and the Hydra view."""

from collections.abc import Iterator
from itertools import count

from msgspec import Struct

from dcat.authority import table
from dcat.iri import clean_iri, is_public_http
from dcat.licence import find_licence
from dcat.model import Texts
from dcat.namespaces import DCAT, DCT, FOAF, HYDRA, RDF, SKOS, XSD
from dcat.publish.addresses import OURSELVES, agent_iri, portal_iri
from dcat.publish.literals import typed
from dcat.rdf.term import literal
from dcat.rdf.writer import Writer

FRENCH = table("language")["FRA"].iri
FRANCE = "http://publications.europa.eu/resource/authority/country/FRA"
THEMES = "http://publications.europa.eu/resource/authority/data-theme"


class SourceCatalogue(Struct, frozen=True):
    """A portal that the catalogue is made from: ``harvested`` is when it was last read without loss, ``said`` how
    complete that was and how its publisher is credited; ``licence`` is the IRI of its catalogue's licence, where it
    states one."""

    id: str
    title: str
    url: str
    harvested: str = ""
    licence: str = ""
    said: Texts = ()


class View(Struct, frozen=True):
    """A page of a collection of ``total`` datasets; addresses are ``""`` where there is none."""

    page: str
    total: int
    size: int
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""


class Head(Struct, frozen=True):
    """Our catalogue: ``base`` is what its IRIs begin with, ``modified`` when anything in it last changed."""

    base: str
    title: Texts
    description: Texts
    modified: str
    sources: tuple[SourceCatalogue, ...] = ()

    @property
    def iri(self) -> str:
        """The catalogue's, whatever page or syntax it comes in."""
        return catalogue_iri(self.base)


def licence_iri(words: str) -> str:
    """Of a licence as a source states it: that of one we know, else the address that it gives; ``""`` for other words,
    which no licence document can be made of."""
    known = find_licence(words) if words else None
    legal, _ = clean_iri(words)
    return known.iri if known and known.iri else legal if is_public_http(legal) else ""


def catalogue_iri(base: str) -> str:
    """Our catalogue's, whatever page or syntax it comes in."""
    return f"{base}/catalog"


def base_in(head: str) -> str:
    """The base of the catalogue that ``head_lines`` described; its own statements come first. ``""`` where there are
    none."""
    return head.partition(" ")[0].strip("<>").removesuffix("/catalog")


def head_lines(head: Head) -> Iterator[str]:
    """N-Triples of the catalogue and its sources, without the datasets."""
    writer = Writer(f"head{number}" for number in count())
    subject = f"<{head.iri}>"
    _state_catalogue(writer, subject, head)
    for source in head.sources:
        _state_source(writer, subject, source, head.base)
    return writer.lines()


def _state_catalogue(writer: Writer, subject: str, head: Head) -> None:
    publisher = f"<{agent_iri(head.base, OURSELVES)}>"
    writer.state(subject, RDF.type, f"<{DCAT.Catalog}>")
    _state_texts(writer, subject, DCT.title, head.title)
    _state_texts(writer, subject, DCT.description, head.description)
    writer.state(subject, DCT.publisher, publisher)
    writer.state(publisher, RDF.type, f"<{FOAF.Agent}>")
    writer.state(publisher, FOAF.name, literal("Aiguillage"))
    writer.state(publisher, FOAF.homepage, f"<{head.base}/>")
    _state_node(writer, subject, FOAF.homepage, f"<{head.base}/>", FOAF.Document)
    _state_node(writer, subject, DCT.language, f"<{FRENCH}>", DCT.LinguisticSystem)
    _state_node(writer, subject, DCT.spatial, f"<{FRANCE}>", DCT.Location)
    _state_node(writer, subject, DCAT.themeTaxonomy, f"<{THEMES}>", SKOS.ConceptScheme)
    writer.state(f"<{THEMES}>", DCT.title, literal("Data theme", "en"))
    if modified := typed(literal(head.modified), XSD.dateTime):
        writer.state(subject, DCT.modified, modified)


def _state_source(writer: Writer, subject: str, source: SourceCatalogue, base: str) -> None:
    """dct:hasPart: a source with what Licence Ouverte asks to name of it, and how complete it is."""
    part, publisher = f"<{portal_iri(base, source.id)}>", f"<{portal_iri(base, source.id)}#publisher>"
    writer.state(subject, DCT.hasPart, part)
    writer.state(part, RDF.type, f"<{DCAT.Catalog}>")
    writer.state(part, DCT.title, literal(source.title, "fr"))
    _state_texts(writer, part, DCT.description, source.said)
    writer.state(part, DCT.publisher, publisher)
    writer.state(publisher, RDF.type, f"<{FOAF.Agent}>")
    writer.state(publisher, FOAF.name, literal(source.title, "fr"))
    if page := writer.iri(source.url, FOAF.homepage):
        _state_node(writer, part, FOAF.homepage, page, FOAF.Document)
    if source.licence:
        _state_node(writer, part, DCT.license, f"<{source.licence}>", DCT.LicenseDocument)
    if harvested := typed(literal(source.harvested), XSD.dateTime):
        writer.state(part, DCT.modified, harvested)


def page_lines(catalogue: str, view: View) -> Iterator[str]:
    """The Hydra view that a page of the catalogue is, in both generations that consumers read."""
    subject, page = f"<{catalogue}>", f"<{view.page}>"
    yield f"{subject} <{RDF.type}> <{HYDRA.Collection}> ."
    yield f"{subject} <{HYDRA.totalItems}> {_number(view.total)} ."
    yield f"{subject} <{HYDRA.view}> {page} ."
    for cls in (HYDRA.PartialCollectionView, HYDRA.PagedCollection):
        yield f"{page} <{RDF.type}> <{cls}> ."
    yield f"{page} <{HYDRA.totalItems}> {_number(view.total)} ."
    yield f"{page} <{HYDRA.itemsPerPage}> {_number(view.size)} ."
    for name in ("first", "previous", "next", "last"):
        if address := getattr(view, name):
            yield f"{page} <{HYDRA[name]}> <{address}> ."
            yield f"{page} <{HYDRA[name]}Page> <{address}> ."


def _state_node(writer: Writer, subject: str, name: str, node: str, cls: str) -> None:
    writer.state(subject, name, node)
    writer.state(node, RDF.type, f"<{cls}>")


def _state_texts(writer: Writer, subject: str, name: str, texts: Texts) -> None:
    for text in texts:
        writer.state(subject, name, writer.text(text))


def _number(value: int) -> str:
    return literal(str(value), datatype=XSD.integer)
