"""OGC API – Records: pages of GeoJSON features, one record alone (OGC 20-004; the drafts before it too)."""

from collections.abc import Iterator
from typing import Any

from dcat.findings import finding
from dcat.iri import clean_iri, is_http
from dcat.model import Agent, Concept, ContactPoint, Dataset, Distribution, Origin, Period, Place, Text, Texts, text_in
from dcat.portal import Portal
from dcat.rdf.term import clean_language
from harvester.parsers.concepts import concept, concepts
from harvester.parsers.document import Encoded, count_of, encoded_object, items_of, read_document, value_of
from harvester.parsers.fields import Fields
from harvester.parsers.geometry import box_of, geometry_of
from harvester.parsers.hosts import host_of, own_hosts
from harvester.parsers.iso.parties import CREATING, PUBLISHING
from harvester.parsers.links import Link, distribution
from harvester.parsers.page import Fetched, ParsedPage, UnreadablePage, next_address
from harvester.parsers.rows import Described, Shape, read_rows

# Relations of links (IANA, and those of the standard): to the data, to words about them, to the record itself.
DATA = ("enclosure", "data", "item", "items", "download", "service", "describes", "distribution", "access")
LANDING = ("about", "landing", "describedby", "search")
ITSELF = ("self", "alternate", "canonical")
LICENCE = "license"
IGNORED = ("collection", "next", "prev", "first", "last", "root", "parent", "preview", "icon", "thumbnail")


def parse(fetched: Fetched, portal: Portal) -> ParsedPage:
    """A page of a collection's items. ``next`` is the link that the page gives, in JSON where there are several."""
    document = read_document(fetched)
    members = document.members or {}
    rows = items_of(members.get("features"))
    if rows is None and value_of(members.get("type")) == "Feature":
        rows = [encoded_object(members)]
    if rows is None:
        said = value_of(members.get("description")) or value_of(members.get("code")) or sorted(members)[:10]
        raise UnreadablePage(*document.findings, finding("page-not-parseable", place=fetched.url, value=said))
    is_page = "features" in members
    return ParsedPage(
        records=read_rows(rows, portal, SHAPE),
        declared=count_of(members.get("numberMatched")),
        next=_next(members.get("links"), fetched.url) if is_page else "",
        findings=document.findings,
    )


def _next(raw: Encoded | None, url: str) -> str:
    """The address of the next page; ``""`` where there is none."""
    links = value_of(raw)
    found = [
        link
        for link in (links if isinstance(links, list) else ())
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str)
    ]
    found.sort(key=lambda link: "json" not in str(link.get("type", "json")))
    return next_address(str(found[0]["href"]), url) if found else ""


def describe(row: Fields, portal: Portal) -> Described:
    """One feature: identity, extent and links beside the ``properties``."""
    said = row.member("properties").over(dict(row.pairs()))
    language = _language(said.value("language"))
    links = [link for link in row.members("links") or said.members("links") if link.text("href").strip()]
    page = _page(links, portal)
    return Described(
        dataset=_dataset(row, said, links, language),
        page=page,
        modified=said.text("recordUpdated", "updated"),
        origin=_origin(links, row.text("id"), portal),
    )


def _dataset(row: Fields, said: Fields, links: list[Fields], language: str) -> Dataset:
    identifier = row.text("id").strip()
    contacts = said.members("contacts", "providers")
    kind = said.text("type")
    others = tuple(_external(said))
    return Dataset(
        iri=next(filter(is_http, (*others, identifier)), ""),
        identifiers=others,
        other_identifiers=(identifier,) if identifier and identifier not in others else (),
        title=said.words("title", language=language),
        description=said.words("description", language=language),
        publisher=next(_agents(contacts, PUBLISHING), None) or next(_agents(contacts, ()), None),
        creators=tuple(_agents(contacts, CREATING)) if contacts else (),
        contact_points=tuple(map(_contact, contacts[:5])),
        keywords=tuple(Text(word, language) for word in said.texts("keywords")),
        themes=tuple(_themes(said)),
        type=concept(kind) if kind.lower() not in ("dataset", "series", "feature") else None,
        spatial=tuple(_places(row)),
        temporal=tuple(_periods(row, said)),
        created=said.text("created"),
        modified=said.text("updated"),
        languages=concepts(code for one in _languages(said) if (code := _code(one))),
        licence=_licence(said, links),
        rights=said.words("rights", language=language),
        landing_pages=tuple(_urls(links, LANDING)),
        is_series=kind.lower() == "series",
        distributions=tuple(_distributions(links, language)),
    )


def _external(said: Fields) -> Iterator[str]:
    """``externalIds``: ``{"scheme", "value"}``, in its scheme where that is an address and the value is none."""
    for one in said.members("externalIds", "externalIdentifiers"):
        value, scheme = one.text("value").strip(), one.text("scheme").strip()
        if value:
            inside = is_http(scheme) and ":" not in value
            yield f"{scheme.rstrip('/')}/{value}" if inside else value


def _language(value: Any) -> str:
    tag = _code(value)
    return clean_language(tag)[0] if tag else ""


def _code(value: Any) -> str:
    """``"fr"``, or ``{"code": "fr", "name": …}`` of the standard."""
    found = value.get("code") if isinstance(value, dict) else value
    return found.strip() if isinstance(found, str) else ""


def _languages(said: Fields) -> list[Any]:
    """Those of the resource, else that of the record."""
    for name in ("resourceLanguages", "languages", "language"):
        value = said.value(name)
        if value:
            return value if isinstance(value, list) else [value]
    return []


def _agents(contacts: tuple[Fields, ...], roles: tuple[str, ...]) -> Iterator[Agent]:
    """In the order of the roles; every contact where none is asked for."""
    for role in roles or ("",):
        for contact in contacts:
            name = contact.words("organization", "name")
            if name and (not role or role in contact.texts("roles") or role == contact.text("role")):
                yield Agent(name=name, email=_first_value(contact, "emails"), homepage=_site(contact))


def _contact(contact: Fields) -> ContactPoint:
    return ContactPoint(
        name=contact.words("organization", "name"),
        email=_first_value(contact, "emails"),
        url=_site(contact),
        telephone=_first_value(contact, "phones"),
    )


def _first_value(contact: Fields, name: str) -> str:
    return next((one.text("value").strip() for one in contact.members(name)), "")


def _site(contact: Fields) -> str:
    return next((url for one in contact.members("links") if is_http(url := one.text("href").strip())), "")


def _themes(said: Fields) -> Iterator[Concept]:
    """``themes``: concepts by scheme; a concept has an ``id`` and at times an ``url`` and a ``title``."""
    for group in said.members("themes"):
        scheme = group.text("scheme").strip()
        for one in group.members("concepts"):
            identifier, url = one.text("id").strip(), one.text("url").strip()
            address = next(filter(is_http, (url, identifier)), "")
            named = (Text(identifier),) if identifier and identifier != address else ()
            label = one.words("title", "name") or named
            if address or label:
                yield Concept(iri=address or (scheme if is_http(scheme) and not label else ""), label=label)


def _places(row: Fields) -> Iterator[Place]:
    geometry = row.value("geometry")
    box = box_of(geometry)
    shape = "" if box else geometry_of(geometry)
    if box or shape:
        yield Place(bbox=box, geometry=shape)


def _periods(row: Fields, said: Fields) -> Iterator[Period]:
    """``time``: ``{"interval": [start, end]}``, ``{"date"}`` or ``{"timestamp"}``; ``..`` is an open end."""
    time = row.member("time") if row.holds_objects("time") else said.member("time")
    ends = ["" if end == ".." else end for end in time.texts("interval")]
    instant = time.text("date", "timestamp")
    if len(ends) == 2:
        yield Period(start=ends[0], end=ends[1])
    elif instant:
        yield Period(start=instant, end=instant)


def _licence(said: Fields, links: list[Fields]) -> Concept | None:
    """``license`` (an SPDX code, an address, ``other``…) and the link of that relation."""
    return concept(*_urls(links, (LICENCE,)), said.text("license"))


def _urls(links: list[Fields], relations: tuple[str, ...]) -> Iterator[str]:
    for link in links:
        url = clean_iri(link.text("href").strip())[0]
        if link.text("rel").lower() in relations and is_http(url):
            yield url


def _page(links: list[Fields], portal: Portal) -> str:
    """The record itself in HTML, else whatever address it has on the portal's own host."""
    own = own_hosts(portal)
    found = [link for link in links if link.text("rel").lower() in ITSELF]
    found.sort(key=lambda link: "html" not in link.text("type"))
    urls = (clean_iri(link.text("href").strip())[0] for link in found)
    return next((url for url in urls if is_http(url) and host_of(url) in own), "")


def _origin(links: list[Fields], identifier: str, portal: Portal) -> Origin | None:
    """A canonical address on another host: the record is a copy of the one there."""
    own = own_hosts(portal)
    for url in _urls(links, ("canonical", "via")):
        if host_of(url) not in own:
            return Origin(domain=host_of(url), remote_id=identifier, remote_url=url)
    return None


def _distributions(links: list[Fields], language: str) -> Iterator[Distribution]:
    """Links to data and services; of a relation that is not known, those that lead to a file or a service."""
    seen: dict[str, None] = {}
    for link in links:
        relation = link.text("rel").lower()
        if relation in (*ITSELF, *LANDING, *IGNORED, LICENCE):
            continue
        url, rule = clean_iri(link.text("href").strip())
        if rule:
            link.note(rule, "href", link.text("href"))
        if not is_http(url):
            link.note("distribution-without-url", "href", link.text("href"))
            continue
        if url in seen:
            continue
        found = Link(
            url=url,
            protocol=link.text("protocol"),
            function="download" if relation == "enclosure" else "",
            name=_title(link, language),
            media_type=link.text("type"),
        )
        if relation in DATA or found.service() or found.downloads():
            seen[url] = None
            yield distribution(found)


def _title(link: Fields, language: str) -> Texts:
    return link.words("title", "name", language=_language(link.value("hreflang")) or language)


SHAPE = Shape(
    keys=("id",),
    describe=describe,
    landing=lambda row: next((link.text("href") for link in row.members("links")), ""),
    title=lambda row: text_in(row.member("properties").words("title")),
)
