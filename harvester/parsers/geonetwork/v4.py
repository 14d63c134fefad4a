"""The ``_source`` of a hit of GeoNetwork 4: texts are objects with a key for each language (``langfre``)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dcat.iri import is_http
from dcat.model import Agent, Concept, ContactPoint, Dataset, Period, Place, Text, Texts, text_in
from dcat.portal import Portal
from dcat.rdf.term import clean_language
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.geonetwork import shared
from harvester.parsers.identity import is_placeholder
from harvester.parsers.iso.parties import CREATING, PUBLISHING
from harvester.parsers.iso.tree import language_tag
from harvester.parsers.links import Link
from harvester.parsers.rows import Described, Shape

CONSTRAINTS = (
    "licenseObject",
    "MD_LegalConstraintsOtherConstraintsObject",
    "MD_LegalConstraintsUseLimitationObject",
    "MD_ConstraintsUseLimitationObject",
)
INSPIRE = "th_httpinspireeceuropaeutheme-theme"


def describe(row: Fields, portal: Portal) -> Described:
    """One record."""
    identifier = shared.word(row, "uuid", "metadataIdentifier")
    identifiers = tuple(_identifiers(row))
    page = shared.record_page(portal, identifier)
    return Described(
        dataset=_dataset(row, identifier, identifiers, page),
        page=page,
        modified=shared.word(row, "changeDate", "dateStamp"),
        origin=shared.origin(row, identifier, identifiers, shared.word(row, "sourceCatalogue"), portal),
        popularity=shared.popularity(row),
    )


def _dataset(row: Fields, identifier: str, identifiers: tuple[str, ...], page: str) -> Dataset:
    texts = _Texts(language_tag(shared.word(row, "mainLanguage")))
    contacts = [one for one in shared.listed(row, "contactForResource") if isinstance(one, dict)]
    links = list(_links(row, texts))
    licence, access, rights = shared.constraints([one for name in CONSTRAINTS for one in texts.objects(row, name)])
    kind = shared.word(row, "resourceType")
    return Dataset(
        iri=next(filter(is_http, identifiers), ""),
        identifiers=identifiers,
        other_identifiers=(identifier,) if identifier else (),
        title=texts.of(row.value("resourceTitleObject")),
        description=texts.of(row.value("resourceAbstractObject")),
        publisher=_publisher(row, contacts, texts),
        creators=tuple(dict.fromkeys(_agents(contacts, CREATING, texts))),
        contact_points=tuple(dict.fromkeys(_contact_points(contacts, texts))),
        keywords=tuple(dict.fromkeys(text for one in texts.objects(row, "tag") for text in one.label)),
        themes=(*_topics(row, texts), *texts.objects(row, INSPIRE)),
        type=concept(kind) if kind not in ("dataset", "series") else None,
        spatial=tuple(_places(row, texts)),
        temporal=tuple(_periods(row)),
        created=shared.word(row, "creationDateForResource"),
        issued=shared.word(row, "publicationDateForResource"),
        modified=shared.word(row, "revisionDateForResource"),
        frequency=next(iter(_keys(row, "cl_maintenanceAndUpdateFrequency")), None),
        languages=concepts(shared.words(row, "resourceLanguage")),
        licence=licence,
        access_rights=access,
        rights=rights,
        landing_pages=shared.landing_pages(links) or ((page,) if page else ()),
        documentation=shared.documentation(links),
        provenance=texts.of(row.value("lineageObject")),
        is_series=kind == "series",
        distributions=shared.distributions(links, concepts(shared.words(row, "format"))),
    )


class _Texts:
    """The texts of a record written in ``language``."""

    def __init__(self, language: str) -> None:
        self.language = language

    def of(self, value: Any) -> Texts:
        """``{"default": …, "langfre": …}``, each language once; ``default`` is the record's own. One text alone too."""
        if isinstance(value, list):
            return tuple(dict.fromkeys(text for one in value for text in self.of(one)))
        if isinstance(value, str):
            return (Text(value, self.language),) if value.strip() else ()
        if not isinstance(value, dict):
            return ()
        found = {
            clean_language(name.removeprefix("lang"))[0]: text
            for name, text in value.items()
            if name.startswith("lang") and isinstance(text, str) and text.strip()
        }
        default = value.get("default")
        if isinstance(default, str) and default.strip() and default not in found.values():
            found = {self.language: default, **found}
        return tuple(Text(text, language) for language, text in found.items())

    def objects(self, row: Fields, name: str) -> list[Concept]:
        """Concepts: words by language, and the address that stands in ``link`` or ``key``."""
        return [found for one in shared.listed(row, name) if (found := self._object(one))]

    def _object(self, one: Any) -> Concept | None:
        label = self.of(one)
        named = [one.get("link"), one.get("key")] if isinstance(one, dict) else []
        address = next((text for text in named if isinstance(text, str) and is_http(text)), "")
        return Concept(iri=address, label=label) if label or address else None


def _identifiers(row: Fields) -> Iterator[str]:
    """``resourceIdentifier``: ``{"code": …, "codeSpace": …, "link": …}``; in its code space where it is no address."""
    for one in shared.listed(row, "resourceIdentifier"):
        code = _said(one, "code")
        space = _said(one, "codeSpace")
        if code and not is_placeholder(code):
            inside = space and not is_http(code) and not code.startswith("urn:")
            yield f"{space}{'' if space[-1:] in '/#:' else '/'}{code}" if inside else code


def _said(one: Any, name: str) -> str:
    value = one.get(name) if isinstance(one, Mapping) else None
    return value.strip() if isinstance(value, str) else ""


def _name(contact: Mapping[str, Any], texts: _Texts) -> Texts:
    return texts.of(contact.get("organisationObject")) or texts.of(contact.get("organisation"))


def _agents(contacts: Iterable[Mapping[str, Any]], roles: Iterable[str], texts: _Texts) -> Iterator[Agent]:
    """In the order of the roles."""
    for role in roles:
        for contact in contacts:
            if _said(contact, "role") == role and (name := _name(contact, texts)):
                site = _said(contact, "website")
                yield Agent(name=name, email=_said(contact, "email"), homepage=site if is_http(site) else "")


def _publisher(row: Fields, contacts: Sequence[Mapping[str, Any]], texts: _Texts) -> Agent | None:
    """The contact of the best role, else the organisation that the index names."""
    named = next(_agents(contacts, PUBLISHING, texts), None)
    index = texts.of(row.value("OrgForResourceObject")) or texts.of(row.value("OrgForResource"))
    return named or (Agent(name=index) if index else None)


def _contact_points(contacts: Sequence[Mapping[str, Any]], texts: _Texts) -> Iterator[ContactPoint]:
    for contact in [one for one in contacts if _said(one, "role") == "pointOfContact"] or contacts[:1]:
        name, email = _name(contact, texts), _said(contact, "email")
        if name or email:
            site = _said(contact, "website")
            telephone = _said(contact, "phone")
            yield ContactPoint(name=name, email=email, url=site if is_http(site) else "", telephone=telephone)


def _keys(row: Fields, name: str) -> Iterator[Concept]:
    """Values of a code list: the code is what we know, not its translations."""
    for one in shared.listed(row, name):
        if found := concept(_said(one, "key") or _said(one, "default")):
            yield found


def _topics(row: Fields, texts: _Texts) -> Iterator[Concept]:
    for one in shared.listed(row, "cl_topic"):
        if code := _said(one, "key"):
            yield shared.topic(code, (Text(code), *texts.of(one)))


def _places(row: Fields, texts: _Texts) -> Iterator[Place]:
    geometries, names = shared.listed(row, "geom"), shared.listed(row, "extentDescriptionObject")
    for number in range(max(len(geometries), len(names))):
        geometry = geometries[number] if number < len(geometries) else None
        box, label = box_of(geometry), texts.of(names[number]) if number < len(names) else ()
        shape = "" if box else geometry_of(geometry)
        if box or label or shape:
            yield Place(label=label, bbox=box, geometry=shape)
    for one in texts.objects(row, "keywordType-place"):
        yield Place(iri=one.iri, label=one.label)


def _periods(row: Fields) -> Iterator[Period]:
    """The extent in time: ``resourceTemporalDateRange`` mixes it with the dates of the resource, and is not read."""
    for one in shared.listed(row, "resourceTemporalExtentDateRange"):
        start, end = _said(one, "gte"), _said(one, "lte")
        if start or end:
            yield Period(start=start, end=end)


def _links(row: Fields, texts: _Texts) -> Iterator[Link]:
    for one in shared.listed(row, "link"):
        written = texts.of(one.get("urlObject")) or texts.of(one.get("url")) if isinstance(one, dict) else ()
        url = shared.link_url(row, text_in(written))
        if url:
            yield Link(
                url=url,
                protocol=_said(one, "protocol"),
                function=_said(one, "function"),
                name=texts.of(one.get("nameObject")) or texts.of(one.get("name")),
                description=texts.of(one.get("descriptionObject")) or texts.of(one.get("description")),
                media_type=_said(one, "mimeType"),
            )
        elif written:
            row.note("distribution-without-url", "link", text_in(written))


SHAPE = Shape(
    keys=("uuid", "metadataIdentifier"),
    describe=describe,
    landing=lambda _: "",
    title=lambda row: text_in(_Texts("").of(row.value("resourceTitleObject"))),
)
