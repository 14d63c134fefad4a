"""A ``Dataset`` of schema.org → of the model: terms by their local names, as ``linked.tree`` gives them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dcat.iri import is_http, is_public_http
from dcat.model import Agent, ContactPoint, Dataset, Origin, Text, Texts
from dcat.portal import Portal
from dcat.rdf.term import clean_language
from harvester.parsers import dcat
from harvester.parsers.concepts import concept, concepts, licence
from harvester.parsers.fields import Fields
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.identity import first_sound
from harvester.parsers.linked import tree
from harvester.parsers.rows import Described, Shape, opened
from harvester.parsers.schema_org_distribution import distributions
from harvester.parsers.schema_org_extent import periods, places

PAGE, LANGUAGE = "@page", "@pageLanguage"
"""Beside the terms: the address of the page, and the language that it declares."""

PUBLISHING = ("publisher", "provider", "sourceOrganization", "creator", "author")


def describe(row: Fields, portal: Portal) -> Described:
    """One dataset; its page is what it says itself, if that is on the portal, else where it was found."""
    dataset, said = read_dataset(row), row.text("url").strip()
    page = said if host_of(said) in own_hosts(portal) else row.text(PAGE)
    return Described(dataset=dataset, page=page, origin=_origin(dataset, row, portal))


def read_dataset(row: Fields) -> Dataset:
    """What the dataset says of itself."""
    language = _language(row)
    iri, address = row.text("@id").strip(), row.text("url").strip()
    names = tuple(identifiers(row))
    same = tuple(url for url in addresses(row, "sameAs") if url not in names)
    return Dataset(
        iri=iri if is_public_http(iri) else "",
        identifiers=names,
        other_identifiers=same,
        title=row.words("name", "headline", language=language),
        description=row.words("description", "abstract", language=language),
        publisher=next((agent for role in PUBLISHING for agent in agents(row, role)), None),
        creators=tuple(agents(row, "creator")) or tuple(agents(row, "author")),
        contact_points=tuple(_contact_points(row)),
        keywords=_terms(row, "keywords"),
        themes=concepts(text.value for text in _terms(row, "about")),
        spatial=tuple(places(row)),
        temporal=tuple(periods(row)),
        created=row.text("dateCreated"),
        issued=row.text("datePublished"),
        modified=row.text("dateModified"),
        languages=concepts(_languages(row)),
        licence=licence(row),
        rights=row.words("usageInfo", "copyrightNotice"),
        access_rights=concept(row.text("conditionsOfAccess")),
        landing_pages=(address,) if is_http(address) else tuple(filter(is_http, (row.text(PAGE),))),
        documentation=tuple(filter(is_http, addresses(row, "citation"))),
        sources=tuple(addresses(row, "isBasedOn")),
        version=row.text("version"),
        distributions=tuple(distributions(row, row.text(PAGE))),
    )


def _language(row: Fields) -> str:
    """The dataset's language where it has one, else the page's."""
    said = list(_languages(row))
    return clean_language(said[0])[0] if len(said) == 1 else row.text(LANGUAGE) if not said else ""


def _languages(row: Fields) -> Iterator[str]:
    """Tags, or ``Language`` nodes with their name."""
    if row.holds_objects("inLanguage"):
        yield from filter(None, (node.text("alternateName", "name") for node in row.members("inLanguage")))
    else:
        yield from row.listed("inLanguage")


def identifiers(row: Fields, name: str = "identifier") -> Iterator[str]:
    """Texts, and ``PropertyValue`` nodes: the address where they have one, else the value."""
    if not row.holds_objects(name):
        yield from filter(None, (text.strip() for text in row.texts(name)))
        return
    for item in _listed(row.value(name)):
        if isinstance(item, dict):
            node = Fields(item)
            item = next(filter(is_http, (node.text("url"), node.text("@id"))), "") or node.text("value", "name")
        if isinstance(item, str) and item.strip():
            yield item.strip()


def addresses(row: Fields, name: str) -> Iterator[str]:
    """Addresses, or nodes that have one."""
    for item in _listed(row.value(name)):
        if isinstance(item, dict):
            node = Fields(item)
            item = node.text("url", "@id")
        if isinstance(item, str) and is_http(item.strip()):
            yield item.strip()


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _terms(row: Fields, name: str) -> Texts:
    """A text of several words parted by commas, a list, ``DefinedTerm`` nodes; or all of them."""
    if not row.holds_objects(name):
        return tuple(Text(word) for word in row.listed(name))
    items = (
        Fields(item).words("name", "termCode") if isinstance(item, dict) else item for item in _listed(row.value(name))
    )
    texts = (
        item if isinstance(item, tuple) else (Text(item.strip()),)
        for item in items
        if isinstance(item, (str, tuple)) and item
    )
    return tuple(dict.fromkeys(text for several in texts for text in several))


def agents(row: Fields, role: str) -> Iterator[Agent]:
    """Names, persons and organisations."""
    if not row.holds_objects(role):
        yield from (Agent(name=(Text(name.strip()),)) for name in row.texts(role))
        return
    for node in row.members(role):
        iri = node.text("@id").strip()
        found = Agent(
            name=node.words("name", "legalName") or _full_name(node),
            iri=iri if is_public_http(iri) else "",
            identifier=next(identifiers(node), ""),
            email=node.text("email").strip().removeprefix("mailto:"),
            homepage=node.text("url").strip(),
        )
        if found != Agent():
            yield found


def _full_name(node: Fields) -> Texts:
    name = " ".join(filter(None, (node.text("givenName").strip(), node.text("familyName").strip())))
    return (Text(name),) if name else ()


def _contact_points(row: Fields) -> Iterator[ContactPoint]:
    """Those of the dataset, else those of who publishes or made it."""
    holders = [row, *(node for role in PUBLISHING if row.holds_objects(role) for node in row.members(role))]
    nodes = [
        node for holder in holders if holder.holds_objects("contactPoint") for node in holder.members("contactPoint")
    ]
    seen: dict[ContactPoint, None] = {}
    for node in nodes:
        found = ContactPoint(
            name=node.words("name", "contactType"),
            email=node.text("email").strip().removeprefix("mailto:"),
            url=node.text("url").strip(),
            telephone=node.text("telephone").strip(),
        )
        if found != ContactPoint():
            seen[found] = None
    yield from seen


def _origin(dataset: Dataset, row: Fields, portal: Portal) -> Origin | None:
    """Its own address on another host, else the catalogue that it is said to be in, on another host."""
    own = own_hosts(portal, row.text(PAGE))
    if found := dcat.origin(dataset, own):
        return found
    for catalogue in addresses(row, "includedInDataCatalog"):
        host = host_of(catalogue)
        if host and host not in own:
            there = next((url for url in dataset.other_identifiers if host_of(url) == host), "")
            return Origin(domain=host, remote_url=there or catalogue)
    return None


def _key(row: Fields) -> str:
    """Its address, if it is not that of the whole site; else its identifier; else the address of its page."""
    iri = row.text("@id").strip()
    if is_public_http(iri) and (urlsplit(iri).path.strip("/") or urlsplit(iri).query):
        return iri
    return first_sound((*identifiers(row), row.text("url").strip(), row.text(PAGE)))


SHAPE = Shape(
    keys=("@id", "identifier", "url", PAGE),
    describe=describe,
    landing=lambda row: row.text(PAGE),
    title=lambda row: row.text("name"),
    open=lambda value: opened(tree(value)),
    key=_key,
)
