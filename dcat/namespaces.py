"""The vocabularies that catalogues speak: one object a namespace, one attribute a term we use.

A misspelt term is an ``AttributeError`` when the module that uses it is imported. Terms are plain strings, not rdflib
terms, because the hot path compares them millions of times. rdflib's own ``DCAT`` is version 2 and lacks the series and
version terms of DCAT 3.
"""

from collections.abc import Mapping
from types import MappingProxyType


class Vocabulary:
    """``Vocabulary("http://…#", "Dataset title")``: ``.title`` is the full IRI, ``.iri`` the namespace itself."""

    def __init__(self, iri: str, terms: str = "") -> None:
        self.iri = iri
        self._terms = {term: iri + term for term in terms.split()}

    def __getattr__(self, term: str) -> str:
        try:
            return self._terms[term]
        except KeyError:
            message = f"{self.iri} has no term {term!r} that we use"
            raise AttributeError(message) from None

    def __getitem__(self, term: str) -> str:
        """Any term, known or not: for names that are not Python identifiers."""
        return self.iri + term


ADMS = Vocabulary("http://www.w3.org/ns/adms#", "Identifier identifier schemaAgency status version versionNotes")
DC = Vocabulary(
    "http://purl.org/dc/elements/1.1/",
    "coverage creator date description format identifier language publisher relation rights source subject title type",
)
DCAT = Vocabulary(
    "http://www.w3.org/ns/dcat#",
    "Catalog CatalogRecord DataService Dataset DatasetSeries Distribution Relationship Resource Role "
    "accessService accessURL bbox byteSize catalog centroid compressFormat contactPoint dataset distribution "
    "downloadURL endDate endpointDescription endpointURL first granularity hadRole hasCurrentVersion hasVersion "
    "inCatalog inSeries isVersionOf keyword landingPage last mediaType next packageFormat prev previousVersion "
    "qualifiedRelation record resource servesDataset service seriesMember size spatialResolutionInMeters startDate "
    "temporalResolution theme themeTaxonomy version",
)
DCATAP = Vocabulary("http://data.europa.eu/r5r/", "applicableLegislation availability availabiliy hvdCategory")
DCT = Vocabulary(
    "http://purl.org/dc/terms/",
    "Agent FileFormat Frequency LicenseDocument LinguisticSystem Location MediaType MediaTypeOrExtent PeriodOfTime "
    "ProvenanceStatement RightsStatement Standard abstract accessRights accrualPeriodicity accrualPolicy "
    "alternative conformsTo "
    "created creator date description extent format hasPart hasVersion identifier isPartOf isReferencedBy isReplacedBy "
    "isVersionOf issued language license mediaType modified provenance publisher relation replaces rights source "
    "spatial subject temporal title type updated",
)
DCTYPE = Vocabulary("http://purl.org/dc/dcmitype/", "Dataset")
ELI = Vocabulary("http://data.europa.eu/eli/ontology#", "LegalResource")
FOAF = Vocabulary(
    "http://xmlns.com/foaf/0.1/", "Agent Document Organization homepage mbox name page phone primaryTopic"
)
GEO = Vocabulary(
    "http://www.opengis.net/ont/geosparql#", "asGML asGeoJSON asWKT geoJSONLiteral gmlLiteral hasGeometry wktLiteral"
)
GEONAMES = Vocabulary("http://www.geonames.org/ontology#", "name")
HYDRA = Vocabulary(
    "http://www.w3.org/ns/hydra/core#",
    "Collection PagedCollection PartialCollectionView first firstPage itemsPerPage last lastPage member next nextPage "
    "previous previousPage totalItems view",
)
LDP = Vocabulary("http://www.w3.org/ns/ldp#", "Page nextPage")
LOCN = Vocabulary("http://www.w3.org/ns/locn#", "Geometry geographicName geometry")
ODRL = Vocabulary("http://www.w3.org/ns/odrl/2/", "Policy hasPolicy")
OGC = Vocabulary("http://www.opengis.net/rdf#", "asWKT")
OWL = Vocabulary("http://www.w3.org/2002/07/owl#", "sameAs versionInfo")
PROV = Vocabulary("http://www.w3.org/ns/prov#", "qualifiedAttribution wasDerivedFrom")
RDF = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#", "first langString nil rest type value")
RDFS = Vocabulary("http://www.w3.org/2000/01/rdf-schema#", "Resource comment label seeAlso")
SCHEMA = Vocabulary("http://schema.org/", "Dataset description email endDate name startDate telephone url")
SKOS = Vocabulary(
    "http://www.w3.org/2004/02/skos/core#", "Concept ConceptScheme altLabel exactMatch inScheme notation prefLabel"
)
SPDX = Vocabulary("http://spdx.org/rdf/terms#", "Checksum ChecksumAlgorithm algorithm checksum checksumValue")
TIME = Vocabulary(
    "http://www.w3.org/2006/time#", "Instant hasBeginning hasEnd inXSDDate inXSDDateTime inXSDDateTimeStamp"
)
VCARD = Vocabulary(
    "http://www.w3.org/2006/vcard/ns#",
    "Kind Organization email fn hasEmail hasName hasTelephone hasURL hasValue organization-name tel telephone title "
    "url",
)
XSD = Vocabulary(
    "http://www.w3.org/2001/XMLSchema#",
    "date dateTime gYear gYearMonth integer nonNegativeInteger string decimal duration anyURI boolean hexBinary",
)

# What is declared at the head of everything we write, and what a forgotten declaration is taken to mean.
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "adms": ADMS.iri,
        "dcat": DCAT.iri,
        "dcatap": DCATAP.iri,
        "dct": DCT.iri,
        "foaf": FOAF.iri,
        "geo": GEO.iri,
        "hydra": HYDRA.iri,
        "locn": LOCN.iri,
        "owl": OWL.iri,
        "prov": PROV.iri,
        "rdf": RDF.iri,
        "rdfs": RDFS.iri,
        "schema": SCHEMA.iri,
        "skos": SKOS.iri,
        "spdx": SPDX.iri,
        "vcard": VCARD.iri,
        "xsd": XSD.iri,
    }
)

# Other names under which sources abbreviate the same or related namespaces.
KNOWN_PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        **PREFIXES,
        "dc": DC.iri,
        "dcterms": DCT.iri,
        "dctype": DCTYPE.iri,
        "dctypes": DCTYPE.iri,
        "dcmitype": DCTYPE.iri,
        "geosparql": GEO.iri,
        "gsp": GEO.iri,
        "ldp": LDP.iri,
        "r5r": DCATAP.iri,
        "sdo": SCHEMA.iri,
        "time": TIME.iri,
        "v": VCARD.iri,
    }
)


def compact(iri: str) -> str:
    """``dct:title`` for the IRI of a declared namespace, else the IRI itself."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
