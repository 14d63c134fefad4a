"""Transfer options → distributions, landing pages, documentation; operations of a service → its endpoints."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from dcat.iri import clean_iri, is_http
from dcat.model import Concept, DataService, Distribution
from dcat.namespaces import DCT, RDFS
from dcat.rdf.term import literal
from harvester.parsers.fields import Notes
from harvester.parsers.iso.statements import Statement, iri, render, typed
from harvester.parsers.iso.tree import Element, Path, Words, code, href, said
from harvester.parsers.links import INFORMATION, Link, data_service, distribution

_DISTRIBUTION = Path("distributionInfo/MD_Distribution")
_DISTRIBUTOR = Path("distributor/MD_Distributor")
_FORMATS = Path(
    "distributionFormat/MD_Format/name|distributionFormat/MD_Format/formatSpecificationCitation/CI_Citation/title"
    "|distributorFormat/MD_Format/name|distributorFormat/MD_Format/formatSpecificationCitation/CI_Citation/title"
)
_ONLINE = Path(
    "transferOptions/MD_DigitalTransferOptions/onLine/CI_OnlineResource"
    "|distributorTransferOptions/MD_DigitalTransferOptions/onLine/CI_OnlineResource"
)
_LINKAGE = Path("linkage")
_PROTOCOL = Path("protocol")
_FUNCTION = Path("function")
_NAME = Path("name")
_DESCRIPTION = Path("description")
_MIME = Path("name/MimeFileType")
_OPERATION = Path("containsOperations/SV_OperationMetadata")
_OPERATION_NAME = Path("operationName")
_CONNECT = Path("connectPoint/CI_OnlineResource")


class Online(Struct, frozen=True):
    """What a record links to."""

    distributions: tuple[Distribution, ...]
    landing_pages: tuple[str, ...]
    documentation: tuple[str, ...]
    links: tuple[Link, ...]


def read_online(root: Element, words: Words, notes: Notes) -> Online:
    """Every link once: those of the distribution itself, then those of each distributor with its own formats."""
    distributions: dict[Link, Distribution] = {}
    pages: dict[Link, None] = {}
    for scope in _scopes(root):
        formats = tuple(found for found in map(words.concept, _FORMATS.all(scope)) if found)
        further = _several(formats)
        for link in read_links(_ONLINE.all(scope), words, notes):
            if link.is_page():
                pages[link] = None
            elif link not in distributions:
                distributions[link] = distribution(link, formats, further)
    return Online(
        distributions=tuple(distributions.values()),
        landing_pages=tuple(dict.fromkeys(link.url for link in pages if link.function == INFORMATION)),
        documentation=tuple(dict.fromkeys(link.url for link in pages if link.function != INFORMATION)),
        links=(*distributions, *pages),
    )


def _scopes(root: Element) -> Iterator[Element]:
    for element in _DISTRIBUTION.all(root):
        yield element
        yield from _DISTRIBUTOR.all(element)


@lru_cache(maxsize=1_024)
def _several(formats: tuple[Concept, ...]) -> str:
    """Where a distribution has several formats, none can be told to be the link's: all are kept. A catalogue repeats a
    few lists of them for ever."""
    return render((DCT.format, _format(one)) for one in formats) if len(formats) > 1 else ""


def _format(concept: Concept) -> tuple[Statement, ...]:
    labels = ((RDFS.label, literal(text.value, text.language)) for text in concept.label)
    return (typed(DCT.MediaType), *labels, (DCT.identifier, iri(concept.iri) if concept.iri else ""))


def read_links(elements: Iterable[Element], words: Words, notes: Notes) -> Iterator[Link]:
    """The links whose address is one; of the others a note."""
    for element in elements:
        address = said(_LINKAGE.first(element))
        url, rule = clean_iri(address)
        if rule and address:
            notes.add(rule, "CI_OnlineResource/linkage", address)
        if not is_http(url) and not url.startswith("ftp:"):
            notes.add("distribution-without-url", "CI_OnlineResource/linkage", address)
            continue
        protocol, mime = _PROTOCOL.first(element), _MIME.first(element)
        yield Link(
            url=url,
            protocol=said(protocol),
            protocol_iri=href(protocol),
            function=code(_FUNCTION.first(element)),
            name=words.texts(_NAME.first(element)),
            description=words.texts(_DESCRIPTION.first(element)),
            media_type=mime.get("type", "").strip() if mime is not None else "",
        )


def service_endpoints(identification: Element, online: Online, words: Words, notes: Notes) -> DataService:
    """Endpoints of a service record: its links, else where its operations are."""
    links = [link for link in online.links if link.service()] or list(online.links)
    links = links or list(_operations(identification, words, notes))
    services = [data_service(link) for link in links]
    return DataService(
        endpoint_urls=tuple(dict.fromkeys(url for one in services for url in one.endpoint_urls)),
        endpoint_descriptions=tuple(dict.fromkeys(url for one in services for url in one.endpoint_descriptions)),
        conforms_to=tuple(dict.fromkeys(one for service in services for one in service.conforms_to if one.iri)),
    )


def _operations(identification: Element, words: Words, notes: Notes) -> Iterator[Link]:
    """``GetCapabilities`` first."""
    operations = _OPERATION.all(identification)
    operations.sort(key=lambda one: said(_OPERATION_NAME.first(one)).lower() != "getcapabilities")
    for operation in operations[:1]:
        yield from read_links(_CONNECT.all(operation), words, notes)
