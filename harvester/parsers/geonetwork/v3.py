"""A record of GeoNetwork 3's ``q``: fields of the index, several values of a thing in one text, parted by bars."""

from collections.abc import Iterator, Sequence

from dcat.iri import is_http
from dcat.model import Agent, BoundingBox, Concept, ContactPoint, Dataset, Period, Place, Text, Texts
from dcat.portal import Portal
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.fields import Fields
from harvester.parsers.geonetwork import shared
from harvester.parsers.identity import is_placeholder
from harvester.parsers.iso.tree import language_tag
from harvester.parsers.links import Link
from harvester.parsers.rows import Described, Shape

# "title|description|address|protocol|type|order" and "role|of what|organisation|logo|e-mail|…"
LINK_PARTS = 5
PARTY_PARTS = 5
CONSTRAINTS = ("legalConstraints", "otherConstr", "useLimitation", "Constraints", "securityConstraints")
# Roles as the index translates them, best publisher first (ISO 19115 CI_RoleCode).
PUBLISHING = (
    *("éditeur", "publisher", "publieur", "propriétaire", "owner", "point de contact", "pointofcontact"),
    *(
        "gestionnaire",
        "custodian",
        "fournisseur",
        "resourceprovider",
        "resource provider",
        "originator",
        "auteur",
        "author",
    ),
)
ASKED = ("point de contact", "pointofcontact", "point of contact")


def describe(row: Fields, portal: Portal) -> Described:
    """One record."""
    info = row.member("geonet:info")
    identifier = _identifier(row)
    identifiers = tuple(one for one in shared.words(row, "identifier") if not is_placeholder(one))
    page = shared.record_page(portal, identifier)
    return Described(
        dataset=_dataset(row, identifier, identifiers, page),
        page=page,
        modified=shared.word(info, "changeDate") or shared.word(row, "changeDate"),
        origin=shared.origin(row, identifier, identifiers, shared.word(row, "source"), portal),
        popularity=shared.popularity(row),
    )


def _identifier(row: Fields) -> str:
    return shared.word(row.member("geonet:info"), "uuid") or shared.word(row, "uuid")


def _dataset(row: Fields, identifier: str, identifiers: tuple[str, ...], page: str) -> Dataset:
    language = language_tag(shared.word(row, "mdLanguage", "docLocale"))
    links = list(_links(row, language))
    stated = [found for name in CONSTRAINTS for said in shared.words(row, name) if (found := _concept(said, language))]
    licence, access, rights = shared.constraints(list(dict.fromkeys(stated)))
    parties = _parties(row)
    kind = shared.word(row, "type")
    return Dataset(
        iri=next(filter(is_http, identifiers), ""),
        identifiers=identifiers,
        other_identifiers=(identifier,) if identifier else (),
        title=_texts(row, language, "title", "defaultTitle"),
        description=_texts(row, language, "abstract", "defaultAbstract"),
        publisher=_publisher(parties, language),
        contact_points=tuple(_contact_points(parties, language)),
        keywords=tuple(Text(said, language) for said in shared.words(row, "keyword")),
        themes=(*_topics(row), *_inspire(row, language)),
        type=concept(kind) if kind not in ("dataset", "series") else None,
        spatial=tuple(_places(row, language)),
        temporal=tuple(_periods(row)),
        created=shared.word(row, "creationDate"),
        issued=shared.word(row, "publicationDate"),
        modified=shared.word(row, "revisionDate"),
        frequency=concept(shared.word(row, "updateFrequency", "maintenanceAndUpdateFrequency_text")),
        languages=concepts(shared.words(row, "datasetLang")),
        licence=licence,
        access_rights=access,
        rights=rights,
        landing_pages=(page,) if page else (),
        documentation=shared.documentation(links),
        provenance=_texts(row, language, "lineage"),
        is_series=kind == "series",
        distributions=shared.distributions(links, concepts(shared.words(row, "format"))),
    )


def _texts(row: Fields, language: str, *names: str) -> Texts:
    said = shared.word(row, *names)
    return (Text(said, language),) if said else ()


def _concept(said: str, language: str) -> Concept | None:
    return Concept(iri=said) if is_http(said) else Concept(label=(Text(said, language),))


def _parties(row: Fields) -> list[list[str]]:
    """Of the resource, not of its description."""
    parties = [said.split("|") for said in shared.words(row, "responsibleParty")]
    return [one for one in parties if len(one) >= PARTY_PARTS and one[1] == "resource" and (one[2] or one[4])]


def _publisher(parties: Sequence[Sequence[str]], language: str) -> Agent | None:
    """The best role; the first named where no role is known."""
    named = [one for one in parties if one[2].strip()]
    ranked = sorted(named, key=lambda one: PUBLISHING.index(one[0].lower()) if one[0].lower() in PUBLISHING else 99)
    return Agent(name=(Text(ranked[0][2].strip(), language),), email=ranked[0][4].strip()) if ranked else None


def _contact_points(parties: Sequence[Sequence[str]], language: str) -> Iterator[ContactPoint]:
    for one in [one for one in parties if one[0].lower() in ASKED] or parties[:1]:
        name = one[2].strip()
        yield ContactPoint(name=(Text(name, language),) if name else (), email=one[4].strip())


def _topics(row: Fields) -> Iterator[Concept]:
    return (shared.topic(code, (Text(code),)) for code in shared.words(row, "topicCat"))


def _inspire(row: Fields, language: str) -> Iterator[Concept]:
    """The keywords of INSPIRE's thesaurus."""
    groups = row.member("keywordGroup")
    for name in groups.names():
        if "inspire" in name.lower() and "theme" in name.lower():
            for one in shared.listed(groups, name):
                said = one.get("value") if isinstance(one, dict) else None
                if isinstance(said, str) and said.strip():
                    yield Concept(label=(Text(said.strip(), language),))


def _places(row: Fields, language: str) -> Iterator[Place]:
    """Boxes ``west|south|east|north``, and the names of places; a name for each box where there are as many."""
    boxes, names = shared.listed(row, "geoBox"), shared.listed(row, "geoDesc")
    found: list[Place] = []
    for number in range(max(len(boxes), len(names))):
        box = _box(row, boxes[number]) if number < len(boxes) else None
        name = str(names[number]).strip() if number < len(names) else ""
        if box or name:
            found.append(Place(label=(Text(name, language),) if name else (), bbox=box))
    yield from dict.fromkeys(found)


def _box(row: Fields, said: object) -> BoundingBox | None:
    try:
        west, south, east, north = (float(side) for side in str(said).split("|"))
    except ValueError:
        row.note("value-ill-typed", "geoBox", said)
        return None
    if min(west, east) >= -180 and max(west, east) <= 180 and -90 <= south <= north <= 90:
        return BoundingBox(west, south, east, north)
    row.note("value-ill-typed", "geoBox", said)
    return None


def _periods(row: Fields) -> Iterator[Period]:
    start, end = shared.word(row, "tempExtentBegin"), shared.word(row, "tempExtentEnd")
    if start or end:
        yield Period(start=start, end=end)


def _links(row: Fields, language: str) -> Iterator[Link]:
    for said in shared.words(row, "link"):
        parts = [part.strip() for part in said.split("|")]
        if len(parts) < LINK_PARTS:
            continue
        name, description, address, protocol, kind = parts[:LINK_PARTS]
        url = shared.link_url(row, address)
        if url:
            yield Link(
                url=url,
                protocol=protocol,
                name=(Text(name, language),) if name else (),
                description=(Text(description, language),) if description else (),
                media_type=kind if "/" in kind and not kind.startswith("WWW:") else "",
            )
        else:
            row.note("distribution-without-url", "link", said)


SHAPE = Shape(
    keys=("uuid",),
    describe=describe,
    landing=lambda row: shared.word(row, "identifier"),
    title=lambda row: shared.word(row, "title", "defaultTitle"),
)
