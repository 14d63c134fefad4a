"""One ISO metadata record → a dataset, and the service where it describes one."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from dcat.iri import is_http, is_legal
from dcat.model import Concept, DataService, Dataset, DatasetSeries, Distribution, Text, Texts
from dcat.namespaces import DCAT, DCT, XSD
from dcat.rdf.term import literal
from harvester.parsers.concepts import concepts
from harvester.parsers.fields import Notes
from harvester.parsers.identity import is_placeholder
from harvester.parsers.iso import table
from harvester.parsers.iso.constraints import Constraints, read_constraints
from harvester.parsers.iso.extents import read_periods, read_places
from harvester.parsers.iso.keywords import read_keywords
from harvester.parsers.iso.online import Online, read_online, service_endpoints
from harvester.parsers.iso.parties import attributions, contact_points, creators, publisher, read_parties
from harvester.parsers.iso.statements import CODELIST, GEODCAT, Statement, iri, iri_or_text, render
from harvester.parsers.iso.tree import Element, Path, Words, code, codes, href, said

ROOTS = ("MD_Metadata", "MI_Metadata")
SERVICE = "service"

WHOLE = ("largerWorkCitation", "partOfSeamlessDatabase", "isComposedOf")
_URN_OR_DOI = re.compile(r"(?:urn:|doi:|10\.\d{4,9}/)", re.IGNORECASE)


class IsoRecord(Struct, frozen=True):
    """``key`` is the file identifier, ``""`` where there is none that identifies; ``service`` is there where the record
    describes one; ``page`` the record's own address where ISO 19115-3 tells it."""

    key: str
    dataset: Dataset
    service: DataService | None = None
    modified: str = ""
    page: str = ""


class _Reading:
    """One record under way: its tree, its languages, and what was already read of it."""

    def __init__(self, root: Element, notes: Notes) -> None:
        self.root = root
        self.notes = notes
        self.words = Words(root)
        if self.words.wrong:
            notes.add("language-tag-invalid", "gmd:language", self.words.wrong)
        found = table.IDENTIFICATION.all(root)
        self.identification = found[0] if found else root.makeelement("none")
        citations = table.CITATION.all(self.identification)
        self.citation = citations[0] if citations else root.makeelement("none")
        self.scopes = codes(table.SCOPE.all(root))
        self.parties = read_parties(table.CONTACT.all(self.identification), self.words)
        self.of_metadata = read_parties(table.METADATA_CONTACT.all(root), self.words)

    def texts(self, path: Path, element: Element) -> Texts:
        return self.words.texts(path.first(element))


def read_iso(root: Element, notes: Notes) -> IsoRecord:
    """A ``MD_Metadata`` of either standard."""
    reading = _Reading(root, notes)
    online = read_online(root, reading.words, notes)
    constraints = read_constraints(table.CONSTRAINTS.all(reading.identification), reading.words)
    dataset = _dataset(reading, online, constraints)
    service = None
    if SERVICE in reading.scopes or reading.identification.tag.endswith("SV_ServiceIdentification"):
        service = _service(reading, online, dataset)
        dataset = _as_served(dataset, service)
    return IsoRecord(
        key=_key(reading),
        dataset=dataset,
        service=service,
        modified=said(table.METADATA_DATE.first(root))
        or _dated(_dates(table.METADATA_DATES.all(root)), "revision", "creation"),
        page=next((url for url in map(said, table.METADATA_PAGE.all(root)) if is_http(url)), ""),
    )


def _key(reading: _Reading) -> str:
    for element in table.FILE_IDENTIFIER.all(reading.root):
        name = said(element)
        if name and not is_placeholder(name):
            return name
        if name:
            reading.notes.add("identifier-placeholder", "fileIdentifier", name)
    return ""


def _dataset(reading: _Reading, online: Online, constraints: Constraints) -> Dataset:
    node, words = reading.identification, reading.words
    identifiers = tuple(_identifiers(reading))
    keywords = read_keywords(node, words)
    extents = table.EXTENT.all(node)
    dates = _dates(table.DATES.all(reading.citation))
    return Dataset(
        iri=next(filter(is_http, identifiers), ""),
        identifiers=identifiers,
        other_identifiers=_other_identifiers(reading, identifiers),
        title=reading.texts(table.TITLE, reading.citation),
        description=reading.texts(table.ABSTRACT, node),
        publisher=publisher(reading.parties, reading.of_metadata),
        creators=creators(reading.parties),
        contact_points=contact_points(reading.parties, reading.of_metadata),
        keywords=keywords.keywords,
        themes=(*_topics(node), *keywords.themes),
        type=_type(reading.scopes),
        spatial=(*read_places(extents, words, reading.notes), *keywords.places),
        temporal=read_periods(extents),
        created=_dated(dates, "creation"),
        issued=_dated(dates, "publication", "released"),
        modified=_dated(dates, "revision", "lastRevision", "lastUpdate"),
        frequency=_coded(table.FREQUENCY.first(node)),
        languages=concepts(codes(table.LANGUAGE.all(node))),
        licence=constraints.licence,
        access_rights=constraints.access_rights,
        rights=constraints.rights,
        landing_pages=online.landing_pages,
        documentation=online.documentation,
        conforms_to=tuple(_conformity(reading)),
        provenance=tuple(text for one in table.LINEAGE.all(reading.root) for text in words.texts(one)),
        version=said(table.EDITION.first(reading.citation)),
        in_series=tuple(_series(reading)),
        is_series="series" in reading.scopes,
        hvd_categories=keywords.hvd_categories,
        distributions=online.distributions,
        extra=render(_further(reading)),
    )


def _identifiers(reading: _Reading) -> Iterator[str]:
    """The identifiers of the resource (``MD_Identifier``, ``RS_Identifier``), in their code space where the code alone
    is no address."""
    for element in table.IDENTIFIER.all(reading.citation):
        node = table.IDENTIFIER_CODE.first(element)
        name, space = href(node) or said(node), said(table.CODE_SPACE.first(element))
        if not name:
            continue
        if is_placeholder(name):
            reading.notes.add("identifier-placeholder", "MD_Identifier", name)
        elif not space or is_http(name) or _URN_OR_DOI.match(name):
            yield name
        else:
            yield f"{space}{'' if space[-1] in '/#:' else '/'}{name}"


def _other_identifiers(reading: _Reading, known: Sequence[str]) -> tuple[str, ...]:
    """The file identifier, which copies keep, and ``dataSetURI``."""
    found = (_key(reading), *map(said, table.DATASET_URI.all(reading.root)))
    return tuple(dict.fromkeys(name for name in found if name and name not in known and not is_placeholder(name)))


def _type(scopes: Sequence[str]) -> Concept | None:
    """What is no plain dataset: ``service``, ``nonGeographicDataset``, ``application``…"""
    kind = next((scope for scope in scopes if scope not in ("dataset", "series")), "")
    return Concept(label=(Text(kind),)) if kind else None


def _topics(node: Element) -> Iterator[Concept]:
    for topic in codes(table.TOPIC.all(node)):
        address = f"{CODELIST}TopicCategory/{topic}"
        yield Concept(iri=address if is_legal(address) else "", label=(Text(topic),))


def _coded(element: Element | None) -> Concept | None:
    word = code(element)
    return Concept(label=(Text(word),)) if word else None


def _dates(elements: Sequence[Element]) -> dict[str, str]:
    """By kind, the latest; texts of ISO 8601 compare as their dates do."""
    found: dict[str, str] = {}
    for element in elements:
        kind, date = code(table.DATE_TYPE.first(element)), said(table.DATE.first(element))
        found[kind] = max(date, found.get(kind, ""))
    return found


def _dated(dates: Mapping[str, str], *kinds: str) -> str:
    """The date of the first kind that there is."""
    return next((dates[kind] for kind in kinds if dates.get(kind)), "")


def _conformity(reading: _Reading) -> Iterator[Concept]:
    """The specifications that the record says it conforms to; "not evaluated" and "no" are no conformity."""
    for result in table.CONFORMITY.all(reading.root):
        if said(table.PASS.first(result)).lower() in ("true", "1"):
            found = reading.words.concept(table.SPECIFICATION.first(result))
            if found:
                yield found


def _series(reading: _Reading) -> Iterator[DatasetSeries]:
    for element in table.SERIES.all(reading.citation):
        if title := reading.words.texts(element):
            yield DatasetSeries(iri=href(element), title=title)
    yield from (DatasetSeries(iri=parent) for parent in map(said, table.PARENT.all(reading.root)) if is_http(parent))


def _further(reading: _Reading) -> Iterator[Statement]:
    """What GeoDCAT-AP says in properties of its own, and links between records."""
    node = reading.identification
    for scope in reading.scopes:
        yield f"{GEODCAT}resourceType", iri(f"{CODELIST}ResourceType/{scope}")
    for topic in codes(table.TOPIC.all(node)):
        yield f"{GEODCAT}topicCategory", iri(f"{CODELIST}TopicCategory/{topic}")
    for system in table.REFERENCE_SYSTEM.all(reading.root):
        yield f"{GEODCAT}referenceSystem", iri_or_text(href(system) or said(system))
    for parent in map(said, table.PARENT.all(reading.root)):
        yield DCT.isPartOf, "" if is_http(parent) else iri_or_text(parent)
    for scale in map(said, table.SCALE.all(node)):
        yield f"{GEODCAT}spatialResolutionAsText", literal(f"1/{scale}") if scale else ""
    for distance in table.DISTANCE.all(node):
        if distance.get("uom", "").rpartition("#")[2].lower() in ("m", "metre", "meter", "mètre"):
            yield DCAT.spatialResolutionInMeters, literal(said(distance), datatype=XSD.decimal)
    yield from _associations(node)
    yield from attributions(reading.parties)


def _associations(node: Element) -> Iterator[Statement]:
    for element in table.AGGREGATE.all(node):
        relation = DCT.isPartOf if code(table.ASSOCIATION.first(element)) in WHOLE else DCT.relation
        for name in table.AGGREGATE_CODE.all(element):
            yield relation, iri_or_text(href(name) or said(name))


def _service(reading: _Reading, online: Online, dataset: Dataset) -> DataService:
    node = reading.identification
    ends = service_endpoints(node, online, reading.words, reading.notes)
    return DataService(
        iri=dataset.iri,
        identifiers=dataset.identifiers,
        title=dataset.title,
        description=dataset.description,
        endpoint_urls=ends.endpoint_urls,
        endpoint_descriptions=ends.endpoint_descriptions,
        serves=tuple(
            dict.fromkeys(filter(None, (href(one) or one.get("uuidref", "") for one in table.OPERATES_ON.all(node))))
        ),
        publisher=dataset.publisher,
        licence=dataset.licence,
        access_rights=dataset.access_rights,
        conforms_to=(*ends.conforms_to, *dataset.conforms_to),
        landing_pages=dataset.landing_pages,
        keywords=dataset.keywords,
        themes=dataset.themes,
        extra=render(_service_kinds(reading)),
    )


def _service_kinds(reading: _Reading) -> Iterator[Statement]:
    for kind in codes(table.SERVICE_TYPE.all(reading.identification)):
        yield f"{GEODCAT}serviceType", iri(f"{CODELIST}SpatialDataServiceType/{kind}")
    for category in read_keywords(reading.identification, reading.words).service_categories:
        yield f"{GEODCAT}serviceCategory", iri(category.iri)


def _as_served(dataset: Dataset, service: DataService) -> Dataset:
    """A service record in a catalogue of datasets: its service stands behind its one distribution, without what the
    dataset says already."""
    lean = replace(service, iri="", description=(), keywords=(), themes=(), publisher=None)
    distribution = Distribution(
        title=service.title,
        access_urls=service.endpoint_descriptions or service.endpoint_urls,
        access_services=(lean,),
    )
    return replace(dataset, distributions=(distribution,)) if service.endpoint_urls else dataset
