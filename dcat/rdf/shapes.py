"""One table for both directions: which property of which node is which field of the model.

Reading and writing walk the same rows. ``properties`` are in the order of preference: the first is written, the others
are read where the first is absent (older profiles, other vocabularies, usual mistakes).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from dcat import model
from dcat.namespaces import (
    ADMS,
    DC,
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    GEO,
    GEONAMES,
    LOCN,
    OGC,
    OWL,
    RDFS,
    SCHEMA,
    SKOS,
    SPDX,
    TIME,
    VCARD,
)


class Kind(StrEnum):
    """How a value is written in RDF; ``reader`` and ``writer`` have one function each for every kind."""

    AGENT = "agent"
    BBOX = "bbox"
    CHECKSUM = "checksum"
    CONCEPT = "concept"
    CONTACT = "contact"
    DATE = "date"
    DISTRIBUTION = "distribution"
    EMAIL = "email"
    GEOMETRY = "geometry"
    LABELS = "labels"
    NOTATION = "notation"
    PERIOD = "period"
    PLACE = "place"
    SERIES = "series"
    SERVICE = "service"
    SIZE = "size"
    STRING = "string"
    TELEPHONE = "telephone"
    TEXT = "text"
    URL = "url"


class Field(Struct, frozen=True):
    """A row. ``node_type`` and ``label`` say how a value that is only a label is written: a blank node of that class
    with that property. ``keeps``: what else the source says of the value's node goes to the owner's ``extra``.
    ``last``: of several values the greatest is the one, not the least."""

    name: str
    kind: Kind
    properties: tuple[str, ...]
    many: bool = False
    node_type: str = ""
    label: str = RDFS.label
    keeps: bool = False
    last: bool = False


class Shape(Struct, frozen=True):
    """A class of the model: the rdf:type it is written with, and its fields by property."""

    build: type[Any]
    type: str
    fields: tuple[Field, ...]
    by_property: Mapping[str, Field]
    rivals: Mapping[str, tuple[str, ...]]


def _shape(build: type[Any], node_type: str, *fields: Field) -> Shape:
    """Properties are also found under https, a usual mistake in namespaces; ``rivals`` are those read in preference."""
    by_property: dict[str, Field] = {}
    rivals: dict[str, tuple[str, ...]] = {}
    for field in fields:
        properties = [iri for name in field.properties for iri in dict.fromkeys((name, _https(name)))]
        for position, iri in enumerate(properties):
            by_property[iri] = field
            rivals[iri] = tuple(properties[:position])
    return Shape(build, node_type, fields, MappingProxyType(by_property), MappingProxyType(rivals))


def _https(iri: str) -> str:
    return iri.replace("http://", "https://", 1)


def _field(name: str, kind: Kind, *properties: str, many: bool = False) -> Field:
    return Field(name, kind, properties, many)


def _concept(name: str, node_type: str, *properties: str, many: bool = False, label: str = RDFS.label) -> Field:
    return Field(name, Kind.CONCEPT, properties, many, node_type, label, keeps=True)


def _texts(name: str, *properties: str) -> Field:
    return Field(name, Kind.TEXT, properties, many=True)


def _labels(name: str, node_type: str, *properties: str) -> Field:
    return Field(name, Kind.LABELS, properties, True, node_type, keeps=True)


def _address(name: str, kind: Kind, *properties: str) -> Field:
    """An e-mail address or telephone number: an IRI, a text, or a node that has it as vcard:hasValue."""
    return Field(name, kind, properties, label=VCARD.hasValue, keeps=True)


def _pages(name: str, *properties: str) -> Field:
    return Field(name, Kind.URL, properties, many=True, keeps=True)


_CONCEPT = SKOS.Concept
_NAMES = (SKOS.prefLabel, RDFS.label, DCT.title, VCARD.fn, SCHEMA.name)

AGENT = _shape(
    model.Agent,
    FOAF.Agent,
    _texts("name", FOAF.name, *_NAMES, VCARD["organization-name"], DC.title),
    _field("identifier", Kind.STRING, DCT.identifier, DC.identifier),
    _concept("type", _CONCEPT, DCT.type, label=SKOS.prefLabel),
    _address("email", Kind.EMAIL, FOAF.mbox, VCARD.hasEmail, VCARD.email, SCHEMA.email),
    _field("homepage", Kind.URL, FOAF.homepage, VCARD.hasURL, SCHEMA.url),
)

CONTACT = _shape(
    model.ContactPoint,
    VCARD.Kind,
    _texts("name", VCARD.fn, VCARD["organization-name"], FOAF.name, SCHEMA.name, RDFS.label, VCARD.title),
    _address("email", Kind.EMAIL, VCARD.hasEmail, VCARD.email, FOAF.mbox, SCHEMA.email),
    _field("url", Kind.URL, VCARD.hasURL, VCARD.url, FOAF.homepage, FOAF.page, SCHEMA.url),
    _address("telephone", Kind.TELEPHONE, VCARD.hasTelephone, VCARD.telephone, VCARD.tel, FOAF.phone, SCHEMA.telephone),
)

PLACE = _shape(
    model.Place,
    DCT.Location,
    _texts("label", SKOS.prefLabel, RDFS.label, LOCN.geographicName, GEONAMES.name, FOAF.name, SCHEMA.name, DCT.title),
    _field("bbox", Kind.BBOX, DCAT.bbox),
    _field("geometry", Kind.GEOMETRY, LOCN.geometry, GEO.asWKT, GEO.asGeoJSON, GEO.asGML, OGC.asWKT, GEO.hasGeometry),
    _field("centroid", Kind.GEOMETRY, DCAT.centroid),
)

PERIOD = _shape(
    model.Period,
    DCT.PeriodOfTime,
    _field("start", Kind.DATE, DCAT.startDate, SCHEMA.startDate, TIME.hasBeginning),
    _field("end", Kind.DATE, DCAT.endDate, SCHEMA.endDate, TIME.hasEnd),
)

SERVICE = _shape(
    model.DataService,
    DCAT.DataService,
    _field("identifiers", Kind.STRING, DCT.identifier, DC.identifier, many=True),
    _texts("title", DCT.title, DC.title),
    _texts("description", DCT.description, DC.description),
    _field("endpoint_urls", Kind.URL, DCAT.endpointURL, many=True),
    _field("endpoint_descriptions", Kind.URL, DCAT.endpointDescription, many=True),
    _field("serves", Kind.URL, DCAT.servesDataset, many=True),
    _field("publisher", Kind.AGENT, DCT.publisher, DC.publisher),
    _concept("licence", DCT.LicenseDocument, DCT.license),
    _concept("access_rights", DCT.RightsStatement, DCT.accessRights),
    _concept("conforms_to", DCT.Standard, DCT.conformsTo, many=True, label=DCT.title),
    _pages("landing_pages", DCAT.landingPage),
    _texts("keywords", DCAT.keyword),
    _concept("themes", _CONCEPT, DCAT.theme, many=True, label=SKOS.prefLabel),
)

DISTRIBUTION = _shape(
    model.Distribution,
    DCAT.Distribution,
    _field("identifier", Kind.STRING, DCT.identifier, DC.identifier),
    _texts("title", DCT.title, DC.title, RDFS.label),
    _texts("description", DCT.description, DC.description),
    _pages("access_urls", DCAT.accessURL),
    _pages("download_urls", DCAT.downloadURL),
    _concept("format", DCT.MediaTypeOrExtent, DCT.format, DC.format),
    _concept("media_type", DCT.MediaType, DCAT.mediaType, DCT.mediaType),
    _concept("compress_format", DCT.MediaType, DCAT.compressFormat),
    _concept("package_format", DCT.MediaType, DCAT.packageFormat),
    _concept("licence", DCT.LicenseDocument, DCT.license),
    _labels("rights", DCT.RightsStatement, DCT.rights, DC.rights),
    _field("access_services", Kind.SERVICE, DCAT.accessService, many=True),
    _concept("conforms_to", DCT.Standard, DCT.conformsTo, many=True, label=DCT.title),
    _concept("languages", DCT.LinguisticSystem, DCT.language, DC.language, many=True),
    _field("byte_size", Kind.SIZE, DCAT.byteSize, DCAT.size),
    _field("checksum", Kind.CHECKSUM, SPDX.checksum),
    _field("issued", Kind.DATE, DCT.issued),
    Field("modified", Kind.DATE, (DCT.modified, DCT.updated), last=True),
    _concept("availability", _CONCEPT, DCATAP.availability, DCATAP.availabiliy, label=SKOS.prefLabel),
    _concept("status", _CONCEPT, ADMS.status, label=SKOS.prefLabel),
)

DATASET = _shape(
    model.Dataset,
    DCAT.Dataset,
    _field("identifiers", Kind.STRING, DCT.identifier, DC.identifier, many=True),
    Field("other_identifiers", Kind.NOTATION, (ADMS.identifier,), True, ADMS.Identifier, SKOS.notation, keeps=True),
    _texts("title", DCT.title, DC.title, RDFS.label),
    _texts("description", DCT.description, DC.description, DCT.abstract),
    _field("publisher", Kind.AGENT, DCT.publisher, DC.publisher),
    _field("creators", Kind.AGENT, DCT.creator, DC.creator, many=True),
    _field("contact_points", Kind.CONTACT, DCAT.contactPoint, ADMS["contactPoint"], many=True),
    _texts("keywords", DCAT.keyword),
    _concept("themes", _CONCEPT, DCAT.theme, many=True, label=SKOS.prefLabel),
    _concept("type", _CONCEPT, DCT.type, label=SKOS.prefLabel),
    _field("spatial", Kind.PLACE, DCT.spatial, many=True),
    _field("temporal", Kind.PERIOD, DCT.temporal, many=True),
    _field("created", Kind.DATE, DCT.created),
    _field("issued", Kind.DATE, DCT.issued),
    Field("modified", Kind.DATE, (DCT.modified, DCT.updated), last=True),
    _concept("frequency", DCT.Frequency, DCT.accrualPeriodicity),
    _concept("languages", DCT.LinguisticSystem, DCT.language, DC.language, many=True),
    _concept("licence", DCT.LicenseDocument, DCT.license),
    _labels("rights", DCT.RightsStatement, DCT.rights, DC.rights),
    _concept("access_rights", DCT.RightsStatement, DCT.accessRights),
    _pages("landing_pages", DCAT.landingPage),
    _pages("documentation", FOAF.page),
    _concept("conforms_to", DCT.Standard, DCT.conformsTo, many=True, label=DCT.title),
    _labels("provenance", DCT.ProvenanceStatement, DCT.provenance),
    _field("sources", Kind.URL, DCT.source, DC.source, many=True),
    _field("version", Kind.STRING, DCAT.version, OWL.versionInfo, ADMS.version),
    _texts("version_notes", ADMS.versionNotes),
    _field("is_version_of", Kind.URL, DCAT.isVersionOf, DCT.isVersionOf, many=True),
    _field("in_series", Kind.SERIES, DCAT.inSeries, many=True),
    _concept("hvd_categories", _CONCEPT, DCATAP.hvdCategory, many=True, label=SKOS.prefLabel),
    _field("applicable_legislation", Kind.URL, DCATAP.applicableLegislation, many=True),
    _field("distributions", Kind.DISTRIBUTION, DCAT.distribution, many=True),
)

ALL = (AGENT, CONTACT, PLACE, PERIOD, SERVICE, DISTRIBUTION, DATASET)
