"""What a catalogue is: frozen, typed descriptions in the words of DCAT-AP 3.

Every text keeps the language it was written in, every controlled value keeps the words of its source beside the
code that normalising gave it, and every statement that the model has no field for is kept as N-Triples in
``extra``, where ``_:this`` stands for the node described. Empty means "the source does not say": nothing here
is ever filled with a default.

The structures are msgspec's: they encode to JSON and back without loss (``dcat.codec``) and cost about a third
of a frozen dataclass to build.
"""

from msgspec import Struct


class Text(Struct, frozen=True, array_like=True, gc=False):
    """Words in a language: a BCP 47 tag in lower case, or ``""`` where the source declares none."""

    value: str
    language: str = ""


Texts = tuple[Text, ...]


class Concept(Struct, frozen=True, omit_defaults=True, gc=False):
    """A value of a controlled vocabulary: the source's words (``iri``, ``label``), and the code once
    normalised.

    ``code`` is the EU authority code (``TRAN``, ``ANNUAL``, ``CSV``, ``FRA``) or, for licences, the SPDX or
    French code of ``dcat/tables/licences.csv``; ``""`` means not recognised, never a default. ``reason`` says from
    what a code was drawn that the source does not state (``keywords: vélo, bus``).
    """

    iri: str = ""
    label: Texts = ()
    code: str = ""
    reason: str = ""


class Agent(Struct, frozen=True, omit_defaults=True, gc=False):
    """foaf:Agent. ``identifier`` is what the source gives (a SIREN, a SIRET, a slug); ``territory`` is resolved
    by us, with how sure it is (``confidence``, 0 to 1) and by what (``evidence``: ``siren``, ``name``…).
    """

    name: Texts = ()
    iri: str = ""
    identifier: str = ""
    type: Concept | None = None
    email: str = ""
    homepage: str = ""
    territory: str = ""
    confidence: float = 0.0
    evidence: str = ""
    extra: str = ""


class ContactPoint(Struct, frozen=True, omit_defaults=True, gc=False):
    """vcard:Kind."""

    name: Texts = ()
    iri: str = ""
    email: str = ""
    url: str = ""
    telephone: str = ""
    extra: str = ""


class BoundingBox(Struct, frozen=True, array_like=True, gc=False):
    """Degrees, WGS 84."""

    west: float
    south: float
    east: float
    north: float


class Place(Struct, frozen=True, omit_defaults=True, gc=False):
    """dct:Location. ``geometry`` is the source's own text (WKT, GML or GeoJSON), ``territory`` a code resolved
    by us, with how sure it is (``confidence``, 0 to 1) and by what (``evidence``: ``code``, ``name``, ``box``…).
    """

    iri: str = ""
    label: Texts = ()
    bbox: BoundingBox | None = None
    geometry: str = ""
    centroid: str = ""
    territory: str = ""
    confidence: float = 0.0
    evidence: str = ""
    extra: str = ""


class Period(Struct, frozen=True, omit_defaults=True, gc=False):
    """dct:PeriodOfTime, possibly open at one end; ISO 8601 dates or date-times."""

    start: str = ""
    end: str = ""
    iri: str = ""
    extra: str = ""


class Checksum(Struct, frozen=True, omit_defaults=True, gc=False):
    """spdx:Checksum. ``algorithm`` is the SPDX local name in lower case (``sha1``, ``sha256``)."""

    algorithm: str
    value: str


class DataService(Struct, frozen=True, omit_defaults=True, gc=False):
    """dcat:DataService."""

    iri: str = ""
    identifiers: tuple[str, ...] = ()
    title: Texts = ()
    description: Texts = ()
    endpoint_urls: tuple[str, ...] = ()
    endpoint_descriptions: tuple[str, ...] = ()
    serves: tuple[str, ...] = ()
    publisher: Agent | None = None
    licence: Concept | None = None
    access_rights: Concept | None = None
    conforms_to: tuple[Concept, ...] = ()
    landing_pages: tuple[str, ...] = ()
    keywords: Texts = ()
    themes: tuple[Concept, ...] = ()
    extra: str = ""


class Distribution(Struct, frozen=True, omit_defaults=True, gc=False):
    """dcat:Distribution. ``byte_size`` in bytes; ``availability`` and ``status`` are EU authority concepts."""

    iri: str = ""
    identifier: str = ""
    title: Texts = ()
    description: Texts = ()
    access_urls: tuple[str, ...] = ()
    download_urls: tuple[str, ...] = ()
    format: Concept | None = None
    media_type: Concept | None = None
    compress_format: Concept | None = None
    package_format: Concept | None = None
    licence: Concept | None = None
    rights: Texts = ()
    access_services: tuple[DataService, ...] = ()
    conforms_to: tuple[Concept, ...] = ()
    languages: tuple[Concept, ...] = ()
    byte_size: int | None = None
    checksum: Checksum | None = None
    issued: str = ""
    modified: str = ""
    availability: Concept | None = None
    status: Concept | None = None
    extra: str = ""


class DatasetSeries(Struct, frozen=True, omit_defaults=True, gc=False):
    """dcat:DatasetSeries, as a dataset names it."""

    iri: str = ""
    title: Texts = ()


class Dataset(Struct, frozen=True, omit_defaults=True, gc=False):
    """dcat:Dataset. Dates are ISO 8601 texts (a date or a date-time), ``""`` where unknown.

    ``licence`` is the licence of the whole dataset where the source gives one above its distributions; ``iri``
    is ``""`` where the source used a blank node. ``is_series`` marks a node typed dcat:DatasetSeries.
    """

    iri: str = ""
    identifiers: tuple[str, ...] = ()
    other_identifiers: tuple[str, ...] = ()
    title: Texts = ()
    description: Texts = ()
    publisher: Agent | None = None
    creators: tuple[Agent, ...] = ()
    contact_points: tuple[ContactPoint, ...] = ()
    keywords: Texts = ()
    themes: tuple[Concept, ...] = ()
    type: Concept | None = None
    spatial: tuple[Place, ...] = ()
    temporal: tuple[Period, ...] = ()
    created: str = ""
    issued: str = ""
    modified: str = ""
    frequency: Concept | None = None
    languages: tuple[Concept, ...] = ()
    licence: Concept | None = None
    rights: Texts = ()
    access_rights: Concept | None = None
    landing_pages: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
    conforms_to: tuple[Concept, ...] = ()
    provenance: Texts = ()
    sources: tuple[str, ...] = ()
    version: str = ""
    version_notes: Texts = ()
    is_version_of: tuple[str, ...] = ()
    in_series: tuple[DatasetSeries, ...] = ()
    is_series: bool = False
    hvd_categories: tuple[Concept, ...] = ()
    applicable_legislation: tuple[str, ...] = ()
    distributions: tuple[Distribution, ...] = ()
    extra: str = ""


class Origin(Struct, frozen=True, omit_defaults=True, gc=False):
    """The explicit pointer of a harvested copy to what it was harvested from (design: federation marker).

    ``domain`` is the host of the origin portal, ``remote_id`` the identifier there, ``remote_url`` the page there,
    ``uri`` the IRI there; ``chain`` names hosts that it passed through before, nearest first.
    """

    domain: str = ""
    remote_id: str = ""
    remote_url: str = ""
    uri: str = ""
    chain: tuple[str, ...] = ()


class Popularity(Struct, frozen=True, omit_defaults=True, gc=False):
    """Counts that a portal tells; None where it tells nothing."""

    views: int | None = None
    followers: int | None = None
    downloads: int | None = None
    reuses: int | None = None


class Record(Struct, frozen=True, omit_defaults=True, gc=False):
    """A dataset as one portal describes it.

    ``id`` is ``{portal}:{first 16 hex of SHA-256 of source_key}`` (``dcat.identity.record_id``); ``source_key``
    is what identifies the record within its portal; ``page`` the portal's own page for it; ``modified`` the
    date of the record (not of the data) where the portal tells it.
    """

    id: str
    portal: str
    source_key: str
    dataset: Dataset
    page: str = ""
    modified: str = ""
    origin: Origin | None = None
    popularity: Popularity | None = None
    archived: bool = False


LANGUAGE_ORDER = ("fr", "", "en")


def text_in(texts: Texts, language: str = "fr") -> str:
    """The value to show: the wished language, then French, undeclared, English, then the first; ``""`` where
    empty.
    """
    for wished in (language, *LANGUAGE_ORDER):
        for text in texts:
            if text.language.partition("-")[0] == wished:
                return text.value
    return texts[0].value if texts else ""
